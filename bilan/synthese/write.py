"""*Ma synthèse*: what a porteur declared, beside the département and France, for it alone.

Its own figures are exact; those of the département are the ones that may be diffused. Nothing of another porteur.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from bilan.model.exhibit import Exhibit
from bilan.synthese.porteur_figures import Own, own_of
from bilan.synthese.tables import DeclaredLine, Peers, action_table, has_france, own_table, referentiel_table
from bilan.words import wording
from bilan.words.definitions import read_definitions
from bilan.words.numbers import SayingThresholds
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading, read_open
from bilan.words.sentences import Speaker, Term
from bilan.words.terms import speaker
from socle.paths import DataFolder
from socle.words.french import day, today
from socle.words.refusal import Refusal
from socle.words.states import REFUSED
from warehouse.figures.catalogue import settings
from warehouse.figures.lines import read_lines
from warehouse.figures.own_figures import own_figures
from warehouse.figures.own_returns import OwnPoint, OwnReturns, own_returns
from warehouse.listings.campagnes import campagnes, departement_named
from warehouse.open import Warehouse, open_current
from warehouse.scope import Scope

ENOUGH_PEERS = 5
_OF_AGREEMENT = ("nb_actions", "nb_enfants", "nb_collectifs")


@dataclass(frozen=True)
class Synthese:
    """The synthèse, every text ready to show; a part that has nothing to say is empty."""

    campagne: str
    """The year asked."""
    shown: str | None
    """The year shown: the last adopted one while the year asked is not; None when there is none yet."""
    title: str
    made_by: tuple[str, ...]
    marks: tuple[str, ...]
    notice: tuple[str, ...]
    """What the reader must know first: not adopted yet, no return received."""
    context: str | None
    introduction: tuple[str, ...]
    table: Exhibit | None
    sentences: tuple[str, ...]
    """One a row of the table, « vous » first."""
    referentiel: Exhibit | None
    to_check: tuple[str, ...]
    """Points to look at in its returns."""
    answer: str
    """Where to answer them; "" when there is none."""
    per_action: Exhibit | None
    peers: str
    no_france: str
    """Why there is no column for France; "" when there is one."""
    definitions: tuple[str, ...]
    end: str
    warning: str | None
    departement: str
    """Code."""
    author: str
    """« Caf du Loiret »."""
    fictif: bool
    version: str
    """The short hash of the build's figures."""
    built: datetime


@dataclass(frozen=True)
class DeclaredSynthese:
    """definitions/synthese.yml."""

    lines: tuple[DeclaredLine, ...]
    referentiel: Mapping[str, str]
    peers: Mapping[str, str]

    @property
    def indicateurs(self) -> list[str]:
        """Every figure of the porteur that is read."""
        return [*(line.indicateur for line in self.lines), *self.referentiel, *_OF_AGREEMENT]


@cache
def load_synthese() -> DeclaredSynthese:
    """Return what is declared of the synthèse; raise DefinitionError (see read_definitions)."""
    content = read_definitions()["synthese"]
    return DeclaredSynthese(
        tuple(DeclaredLine(**line) for line in content["lignes"]), content["referentiel"], content["semblables"]
    )


def synthese(folder: DataFolder, scope: Scope, campagne: str, departement: str, contact: str | None = None) -> Synthese:
    """Return the synthèse of the scope's porteur for that year and département; `contact` says whom to ask at the Caf.

    Until the committee has adopted the year, that of the last adopted one. Raise Refusal when the scope names no
    porteur, when the département is not in its territory, when there is no such year, or when nothing is published.
    """
    own = asked = own_returns(folder, scope, campagne, departement)
    # Figures of others are those that any porteur may read, so one reading serves every synthèse.
    as_porteur = Scope("porteur", scope.territoire)
    with open_current(folder, as_porteur) as warehouse:
        adopted = campagnes(warehouse, departement)
        shown = campagne if campagne in adopted else max((year for year in adopted if year < campagne), default=None)
        if campagne not in adopted and campagne not in own.campagnes:
            raise Refusal("campagne_non_publiee", campagne=campagne, connues=", ".join(adopted) or "aucune")
        if shown is None:
            return _nothing_yet(warehouse, own, campagne, departement, contact)
        if shown != campagne:
            own = own_returns(folder, scope, shown, departement)
        figures = own_figures(folder, scope, load_synthese().indicateurs)
        reading = read_open(warehouse, shown, departement)
        porteur_figures = own_of(reading, own, figures)
        to_check = _to_check(asked, campagne, reading.rules)
        return _write(warehouse, reading, porteur_figures, campagne, contact, to_check)


def _write(
    warehouse: Warehouse, reading: Reading, own: Own, asked: str, contact: str | None, to_check: tuple[str, ...]
) -> Synthese:
    declared, patterns = load_synthese(), load_phrases().patterns
    peers = _peers(warehouse, reading, own)
    says = speaker(reading, more={**own.terms(reading), **_terms(reading, own, asked, contact, peers)})
    return Synthese(
        campagne=asked,
        shown=reading.year,
        title=_line(says, "P0_titre"),
        made_by=says.say(patterns["P0_etabli"]),
        marks=wording.marks(reading),
        notice=_notice(says, reading, own, asked),
        context=reading.campagne.contexte,
        introduction=says.say(patterns["P1"]),
        table=own_table(reading, own, declared.lines, peers),
        sentences=tuple(
            sentence for line in declared.lines if line.phrase for sentence in says.say(patterns[line.phrase])
        )
        if own.answered
        else (),
        referentiel=referentiel_table(reading, own, declared.referentiel) if own.answered else None,
        to_check=to_check,
        answer=_line(says, "P5_reponse") if to_check else "",
        per_action=action_table(reading, own, declared.lines) if own.answered else None,
        peers=_line(says, "P7") if own.answered else "",
        no_france="" if has_france(reading) else _line(says, "P_sans_france"),
        definitions=says.say(patterns["lire_ce_bilan"]),
        end=_line(says, "P_fin"),
        warning=reading.warning,
        departement=reading.departement.code,
        author=f"Caf {reading.departement.de}",
        fictif=reading.campagne.fictif,
        version=reading.version,
        built=reading.built,
    )


def _to_check(own: OwnReturns, campagne: str, rules: SayingThresholds) -> tuple[str, ...]:
    """The points of the year asked, adopted or not: an answer that does not count until it is corrected says so."""
    year, phrases = own.years.get(campagne), load_phrases()
    until = day(year.cloture) if year and year.cloture and year.cloture >= today() else None

    def said(point: OwnPoint) -> str:
        known: dict[str, Term | None] = {"point": point.message, "cloture": until}
        speaker_of_point = Speaker(known.get, phrases.nouns, rules, phrases.patterns)
        return " ".join(speaker_of_point.say(phrases.patterns["P6_ecartee"])) if point.set_aside else point.message

    return tuple(said(point) for point in own.points)


def _terms(reading: Reading, own: Own, asked: str, contact: str | None, peers: Peers | None) -> dict[str, Term | None]:
    year, wanted = own.returns.years.get(reading.year), own.returns.years.get(asked)
    earlier = [year for name, year in own.returns.years.items() if name < reading.year and year.retour == "recu"]
    return {
        "raison_sociale": own.returns.raison_sociale,
        "transmis_le": day(year.dernier.date()) if year and year.dernier and own.answered else None,
        "premiere_annee": own.answered and not earlier,
        "contact": contact,
        "annee_demandee": asked,
        "annee_montree": reading.year,
        "demandee_recue": wanted is not None and wanted.retour == "recu",
        "demandee_le": day(wanted.dernier.date()) if wanted and wanted.dernier else None,
        "semblables": peers.count if peers else None,
        "semblables_nom": peers.name if peers else None,
    }


def _notice(says: Speaker, reading: Reading, own: Own, asked: str) -> tuple[str, ...]:
    patterns = load_phrases().patterns
    waiting = says.say(patterns["P_attente"]) if asked != reading.year else ()
    if own.answered:
        return waiting
    year = own.returns.years.get(reading.year)
    missing = "P_refuse" if year and year.retour == REFUSED else "P_sans_reponse"
    return (*waiting, *says.say(patterns[missing]))


def _nothing_yet(
    warehouse: Warehouse, own: OwnReturns, campagne: str, departement: str, contact: str | None
) -> Synthese:
    """The first year of all, not adopted yet: there is nothing to show in the meantime."""
    wanted = own.years.get(campagne)
    known: dict[str, Term | None] = {
        "annee": campagne,
        "raison_sociale": own.raison_sociale,
        "annee_demandee": campagne,
        "demandee_recue": wanted is not None and wanted.retour == "recu",
        "demandee_le": day(wanted.dernier.date()) if wanted and wanted.dernier else None,
        "contact": contact,
    }
    phrases = load_phrases()
    rules = SayingThresholds.of(settings(warehouse))
    says, to_check = Speaker(known.get, phrases.nouns, rules, phrases.patterns), _to_check(own, campagne, rules)
    return Synthese(
        campagne=campagne,
        shown=None,
        title=_line(says, "P0_titre"),
        made_by=(),
        marks=(),
        notice=says.say(phrases.patterns["P_attente"]),
        context=None,
        introduction=(),
        table=None,
        sentences=(),
        referentiel=None,
        to_check=to_check,
        answer=_line(says, "P5_reponse") if to_check else "",
        per_action=None,
        peers="",
        no_france="",
        definitions=(),
        end=_line(says, "P_fin"),
        warning=warehouse.warning,
        departement=departement,
        author=f"Caf {departement_named(warehouse, departement).de}",
        fictif=warehouse.manifest.fictif,
        version=warehouse.manifest.figures_hash[:8],
        built=datetime.fromisoformat(warehouse.manifest.created_at),
    )


def _peers(warehouse: Warehouse, reading: Reading, own: Own) -> Peers | None:
    """The others of the same type; None when its type is not known, or when they are fewer than five."""
    year = own.returns.years.get(reading.year)
    kind = year.type_structure if year and own.answered else None
    name = load_synthese().peers.get(kind or "")
    same = reading.quantity(f"part_porteurs_type__{kind}")
    if name is None or same is None or not same.said or (same.numerator or 0) - 1 < ENOUGH_PEERS:
        return None
    lines = read_lines(
        warehouse, reading.year, reading.departement.code, [line.indicateur for line in load_synthese().lines]
    )
    by_indicator = {line.indicateur: line for line in lines if line.niveau == "type_structure" and line.code == kind}
    return Peers(int(same.numerator or 0) - 1, name, by_indicator)


def _line(says: Speaker, pattern: str) -> str:
    return " ".join(says.say(load_phrases().patterns[pattern]))
