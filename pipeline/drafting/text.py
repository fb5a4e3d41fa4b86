"""A draft -> the YAML entry that a person completes: each column with why, each one that waits with its proposals."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence

from pipeline.drafting.columns import DraftColumn, Proposal
from pipeline.drafting.draft import Draft
from pipeline.drafting.tables import DraftTable

_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_MOSTLY_READ = 99.5


def entry_text(draft: Draft) -> str:
    """Return the entry of formats.yml: a list item, its comments included."""
    return "\n".join(_entry(draft)) + "\n"


def proposal_text(proposal: Proposal) -> str:
    """Return a variable that a header may ask, and why, on one line."""
    if proposal.exact:
        near = f"même intitulé, «\u202f{_line(proposal.wording)}\u202f»"
    else:
        near = f"«\u202f{_line(proposal.wording)}\u202f», proche à {proposal.score:.0f}\u202f%"
    years = f" ({proposal.years})" if proposal.years else " (dictionnaire)"
    return f"{proposal.variable}\u202f: {near}{years}{_read_share(proposal)}"


def _read_share(proposal: Proposal) -> str:
    share = proposal.support.share * 100
    if not proposal.support.told:
        return ""
    read = "toutes les cellules s'y lisent" if share >= _MOSTLY_READ else f"{share:.0f}\u202f% des cellules s'y lisent"
    return f"\u202f; {read}"


def _entry(draft: Draft) -> Iterator[str]:
    main = draft.tables[0] if draft.tables[0].partie is None else None
    if draft.etend:
        if draft.id == draft.etend.id:
            yield f"- etend: {draft.etend.id}"
        else:
            yield f"- id: {draft.id}"
            yield f"  etend: {draft.etend.id}"
        yield f"  # comme «\u202f{_line(draft.etend.libelle)}\u202f»\u202f: seules les différences sont écrites"
        if not draft.etend.covers(draft.campagne):
            yield f'  campagnes: ["{draft.campagne}", "{draft.campagne}"]'
    else:
        yield f"- id: {draft.id}"
        yield f"  libelle: {_quoted(f'Export reçu pour {draft.campagne}')}"
        yield "  modele: false"
        yield f"  nature: {draft.tables[0].nature}"
        if draft.grain:
            yield f"  grain: {draft.grain}  # une ligne par {draft.grain}"
        yield f'  campagnes: ["{draft.campagne}", "{draft.campagne}"]'
        if draft.without_status:
            yield "  # aucun intitulé ne dit si un bilan est validé\u202f: sans cette ligne, la Caf les validera"
            yield "  sans_statut: true"
        if draft.tables[0].lignes_entete == 2:
            yield "  lignes_entete: 2"
    for name in draft.left_out:
        yield f"  # feuille non lue\u202f: {_line(name)}"
    yield "  colonnes:"
    columns = main.colonnes if main else ()
    if not columns and draft.etend:
        first = next(column for column in draft.etend.colonnes if column.variable)
        columns = (DraftColumn(first.entete, first.variable, valeurs=first.valeurs, why="inchangé"),)
    yield from _columns(columns, "    ")
    parts = [table for table in draft.tables if table.partie and (table.colonnes or not draft.etend)]
    if parts:
        yield "  parties:"
    for part in parts:
        yield from _part(part)


def _part(part: DraftTable) -> Iterator[str]:
    yield f"    - nom: {part.partie}"
    if part.feuille:
        yield f"      # feuille «\u202f{_line(part.feuille)}\u202f»"
    yield f"      nature: {part.nature}"
    if part.cle:
        yield f"      cle: {part.cle}"
    if part.lignes_entete == 2:
        yield "      lignes_entete: 2"
    yield "      colonnes:"
    yield from _columns(part.colonnes, "        ")


def _columns(columns: Sequence[DraftColumn], margin: str) -> Iterator[str]:
    for column in columns:
        for line in _lines(column):
            yield margin + line


def _lines(column: DraftColumn) -> Iterator[str]:
    if column.waits:
        yield f"# À COMPLÉTER\u202f: {_line(column.why)}\u202f; cellules\u202f: {_line(column.cells)}."
        yield from (f"#   {proposal_text(proposal)}" for proposal in column.proposals)
    elif column.why:
        yield f"# {_line(column.why)}"
    yield f"- entete: {_quoted(_line(column.entete))}"
    if column.waits:
        yield '  variable: null  # à remplacer par une variable, ou cette ligne par\u202f: ignoree: "pourquoi"'
    elif column.ignoree:
        yield f"  ignoree: {_quoted(column.ignoree)}"
    else:
        yield f"  variable: {column.variable}"
    if column.facultative:
        yield "  facultative: true"
    if column.waits and (column.valeurs or column.separateur_choix):
        yield f"  # si ce n'est pas {column.proposals[0].variable}, retirez aussi ce qui suit"
    if column.separateur_choix:
        yield f"  separateur_choix: {_quoted(column.separateur_choix)}"
    if column.place:
        yield f"  place: {column.place}"
    if column.valeurs:
        yield f"  valeurs: {_mapping(column.valeurs)}"
    if column.doubtful:
        yield f"  # réponses à rattacher, dans valeurs\u202f: {_mapping(column.doubtful)}"


def _mapping(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{_quoted(_line(text))}: {_quoted(code or '?')}" for text, code in values.items()) + "}"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _line(text: str) -> str:
    """A text from a file on one line: a comment ends where its line does."""
    return _SPACES.sub(" ", text).strip()
