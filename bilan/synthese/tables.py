"""The tables of a porteur's synthèse: its figures beside the département's, its actions, what the référentiel asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bilan.exhibits.cells import BLANK_ANSWER, NOT_COMPARED, line_cell, number_cell, table_cell
from bilan.exhibits.conformity import declared_cell
from bilan.exhibits.making import exhibit
from bilan.exhibits.usual import NO_FIGURE
from bilan.model.exhibit import BLANK, Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from bilan.synthese.porteur_figures import Own
from bilan.words import wording
from bilan.words.declared import DeclaredFigure
from bilan.words.numbers import Quantity
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading
from bilan.words.terms import speaker
from socle.words.french import number
from socle.words.states import SHOWN, UNANSWERABLE
from warehouse.figures.lines import BreakdownLine
from warehouse.figures.own_figures import OwnFigure


@dataclass(frozen=True)
class DeclaredLine:
    """One row of the table."""

    indicateur: str
    libelle: str
    moyenne: bool = False
    """True for a count: it is set beside the average of an action."""
    phrase: str | None = None


@dataclass(frozen=True)
class Peers:
    """The other porteurs of the same type, when there are enough of them."""

    count: int
    name: str
    """« centres sociaux »."""
    lines: Mapping[str, BreakdownLine]
    """{indicateur: the figure of that type}, the porteur's own included."""


def own_table(reading: Reading, own: Own, lines: Sequence[DeclaredLine], peers: Peers | None) -> Exhibit:
    """Return the table of ten rows: vous, vous the year before, the département and its base, France, similar ones."""
    columns = _columns(reading, own, peers)
    rows = [_row(reading, own, line, peers, columns) for line in lines]
    return _make(
        reading, "synthese", "1", "Vos réponses, celles du département et de la France", columns, rows,
        [line.indicateur for line in lines], "Indicateur", speaker(reading).say(load_phrases().patterns["P2"]),
        lecture=_lecture(reading, own, lines),
    )  # fmt: skip


def action_table(reading: Reading, own: Own, lines: Sequence[DeclaredLine]) -> Exhibit | None:
    """Return one column an action, then the total and the département; None when there is nothing of each to say."""
    if len(own.actions) < 2 or reading.campagne.grain != "action":
        return None
    columns = [ExhibitColumn(code, title, "texte") for code, title in own.returns.actions.items()]
    columns += [
        ExhibitColumn("vous", "Toutes vos actions"),
        ExhibitColumn("departement", reading.departement.nom, "repere"),
    ]
    rows = []
    for line in lines:
        cells = [own.cell(reading, line.indicateur, own.actions.get(code, {}), code) for code in own.returns.actions]
        cells += [_own_cell(reading, own, line), departement_cell(reading, line)]
        rows.append(ExhibitRow(line.indicateur, line.libelle, tuple(cells)))
    return _make(
        reading, "synthese-actions", "3", "Vos actions, une par une", columns, rows,
        [line.indicateur for line in lines], "Indicateur", (),
    )  # fmt: skip


def referentiel_table(reading: Reading, own: Own, asked: Mapping[str, str]) -> Exhibit:
    """Return what the référentiel asks and what the porteur declares: a word and a sign in each cell."""
    several = own.returns.actions if len(own.actions) > 1 and reading.campagne.grain == "action" else {}
    columns = [ExhibitColumn(code, title, "texte") for code, title in several.items()]
    columns.append(ExhibitColumn("vous", "Vous", "texte"))
    by_action = [*(own.actions.get(code, {}) for code in several), own.now]
    rows = [
        ExhibitRow(name, label, tuple(_declared(reading, name, figures) for figures in by_action))
        for name, label in asked.items()
    ]
    return _make(
        reading, "synthese-referentiel", "2", "Ce que prévoit le référentiel", columns, rows, list(asked),
        "Le référentiel prévoit", speaker(reading).say(load_phrases().patterns["P4_fin"]), france=False,
    )  # fmt: skip


def _lecture(reading: Reading, own: Own, lines: Sequence[DeclaredLine]) -> str:
    pattern = load_phrases().patterns["lecture_synthese"]
    said = (
        speaker(reading, line.indicateur, {"vous": own.quantity(reading, line.indicateur)}).say(pattern)
        for line in lines
        if not line.moyenne and own.answered
    )
    return next((" ".join(lines) for lines in said if lines), "")


def _columns(reading: Reading, own: Own, peers: Peers | None) -> list[ExhibitColumn]:
    columns = [ExhibitColumn("vous", "Vous")]
    if own.before:
        columns.append(ExhibitColumn("avant", f"Vous, {reading.year_before}", "texte"))
    columns += [ExhibitColumn("departement", reading.departement.nom, "repere"), ExhibitColumn("base", "Base", "base")]
    if peers:
        columns.append(ExhibitColumn("semblables", f"{peers.name[:1].upper()}{peers.name[1:]}", "texte"))
    if has_france(reading):
        columns.append(ExhibitColumn("france", f"France, {reading.year}", "repere"))
    return columns


def has_france(reading: Reading) -> bool:
    """Return whether one figure of the year at least has its national counterpart, and may be set beside it."""
    return not reading.is_poorly_answered and any(reading.france(name) for name in reading.catalogue)


def _row(
    reading: Reading, own: Own, line: DeclaredLine, peers: Peers | None, columns: Sequence[ExhibitColumn]
) -> ExhibitRow:
    name = line.indicateur
    figure = reading.figures[name]
    answered = figure.nb_repondants if (reading.quantity(name) or Quantity(None, "n")).said else None
    noun = load_phrases().nouns[load_phrases().bases[reading.catalogue[name].relation]]
    cells = {
        "vous": _own_cell(reading, own, line),
        "avant": _own_before(reading, own, name),
        "departement": departement_cell(reading, line),
        "base": number_cell(answered, noun.counted(answered)) if answered else BLANK,
        "semblables": _peer_cell(reading, line, peers) if peers else BLANK,
        "france": _france_cell(reading, line),
    }
    return ExhibitRow(name, line.libelle, tuple(cells[column.key] for column in columns))


def _own_cell(reading: Reading, own: Own, line: DeclaredLine) -> ExhibitCell:
    if not own.answered:
        return BLANK
    cell = own.cell(reading, line.indicateur)
    figure = own.now.get(line.indicateur)
    if line.moyenne and figure and figure.valeur is not None and figure.nb_repondants > 1:
        average = number(figure.valeur / figure.nb_repondants, 1)
        return ExhibitCell(f"{cell.text} (soit {average} par action)", cell.number, cell.state)
    return cell


def _own_before(reading: Reading, own: Own, name: str) -> ExhibitCell:
    cell = own.cell(reading, name, own.before)
    return NOT_COMPARED if cell.number is not None and reading.is_not_comparable(name) else cell


def action_cell(reading: Reading, name: str, quantity: Quantity | None) -> ExhibitCell:
    """Return the figure of one action; what it leaves blank, and what nobody was asked, in words."""
    if quantity is not None:
        return table_cell(reading, name, quantity, reading.year)
    state = reading.figures[name].statut
    if state in UNANSWERABLE:
        return table_cell(reading, name, Quantity(None, "n", state=state), reading.year)
    return BLANK_ANSWER


def departement_cell(reading: Reading, line: DeclaredLine) -> ExhibitCell:
    """Return the département's figure; of a count, the average of an action."""
    name, figure = line.indicateur, reading.figures[line.indicateur]
    quantity = reading.quantity(name)
    if line.moyenne and quantity and quantity.said:
        return _average(quantity.value, figure.nb_repondants)
    return table_cell(reading, name, quantity, reading.year)


def _france_cell(reading: Reading, line: DeclaredLine) -> ExhibitCell:
    name, figure = line.indicateur, reading.figures[line.indicateur]
    france = reading.france(name)
    if france is None:
        return NO_FIGURE
    if line.moyenne:
        return _average(france.value, figure.nb_repondants_france)
    return table_cell(reading, name, france, reading.year)


def _average(value: float | None, count: int | None) -> ExhibitCell:
    """Never a total beside the porteur's count."""
    if value is None or not count:
        return NO_FIGURE
    return ExhibitCell(f"{number(value / count, 1)} en moyenne par action", value / count)


def _peer_cell(reading: Reading, line: DeclaredLine, peers: Peers) -> ExhibitCell:
    peer_line = peers.lines.get(line.indicateur)
    if line.moyenne and peer_line and peer_line.statut == SHOWN:
        return _average(peer_line.valeur, peer_line.nb_repondants)
    return line_cell(reading, line.indicateur, peer_line)


def _declared(reading: Reading, name: str, figures: Mapping[str, OwnFigure]) -> ExhibitCell:
    figure = figures.get(name)
    return declared_cell(reading, name, figure.numerateur if figure else None, figure.denominateur if figure else None)


def _make(
    reading: Reading,
    name: str,
    number: str,
    title: str,
    columns: Sequence[ExhibitColumn],
    rows: Sequence[ExhibitRow],
    indicateurs: Sequence[str],
    row_label: str,
    notes: Sequence[str],
    *,
    lecture: str = "",
    france: bool = True,
) -> Exhibit:
    series = wording.series_of(reading, indicateurs)
    declared = DeclaredFigure(name, title, name)
    covered = wording.coverage_notes(reading, series) if france else ()
    return exhibit(
        reading, declared, number, series, columns, rows, row_label=row_label, n="",
        lecture=lecture, source=wording.source(reading, series, france=france), notes=[*notes, *covered],
    )  # fmt: skip
