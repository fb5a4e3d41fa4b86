"""The answers of a person to a draft -> the same entry of formats.yml, complete."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.codebook.contradictions import ENTITIES
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.drafting.draft import Draft
from pipeline.drafting.file import FORMATS
from pipeline.preparation.declared_file import edited_yaml, replace_file
from socle.paths import DataFolder
from socle.refusal import DefinitionError, Refusal

Header = tuple[str | None, str]
"""(part of the export, header)."""


@dataclass(frozen=True)
class HeaderAnswer:
    """What becomes of a header: the variable that it asks, or why it is ignored."""

    variable: str | None = None
    ignoree: str | None = None


def answer_draft(folder: DataFolder, draft: Draft, answers: Mapping[Header, HeaderAnswer], par: str) -> None:
    """Complete the draft that was written in the formats.yml of its campagne.

    Raise Refusal, writing nothing, when a header that waits has no answer or a variable answers two of them, when the
    draft is no longer there, or when the definitions would contradict themselves.
    """
    _check_whole(draft, answers)
    path = folder.raw / draft.campagne / FORMATS

    def change(content: Any) -> Any:
        mine = [entry for entry in content or () if entry.get("id", entry.get("etend")) == draft.id]
        if len(mine) != 1:
            raise Refusal("brouillon_perdu", format=draft.id)
        (entry,) = mine
        for table in (entry, *entry.get("parties", ())):
            for column in table.get("colonnes", ()):
                answer = answers.get((table.get("nom"), column["entete"]))
                if answer and "variable" in column and column["variable"] is None:
                    _complete(column, answer, _proposed(draft, table.get("nom"), column["entete"]))
        return content

    def check(tried: Path) -> None:
        # The whole data folder's, this one apart: its formats.yml is read as that of its campagne.
        beside = tried.parent.parent / "raw" / draft.campagne / FORMATS
        beside.parent.mkdir(parents=True)
        beside.write_bytes(tried.read_bytes())
        try:
            load_codebook((tried.parent.parent,))
        except DefinitionError as error:
            raise Refusal("definition_invalide", liste=" ".join(error.errors)) from error

    replace_file(folder, path, edited_yaml(path, change), par, check)


def choices(codebook: Codebook, draft: Draft, partie: str | None) -> dict[str, str]:
    """Return {variable or column id: label} of all that a header of that part may ask, in the order of the labels."""
    nature = next(table.nature for table in draft.tables if table.partie == partie)
    kept = [variable for variable in codebook.variables if set(variable.entites) & set(ENTITIES[nature])]
    joined = {variable.id: variable.libelle for variable in kept if variable.type == "choix_multiple"}
    labels = joined | {column.id: column.libelle for variable in kept for column in variable.columns}
    return dict(sorted(labels.items(), key=lambda item: item[1].casefold()))


def _check_whole(draft: Draft, answers: Mapping[Header, HeaderAnswer]) -> None:
    taken: dict[tuple[str | None, str], str] = {
        (table.partie, column.variable): column.entete
        for table in draft.tables
        for column in table.colonnes
        if column.variable and not column.facultative
    }
    for partie, column in draft.waiting:
        answer = answers.get((partie, column.entete), HeaderAnswer())
        if not answer.variable and not (answer.ignoree or "").strip():
            raise Refusal("entete_sans_reponse", entete=column.entete)
        if answer.variable:
            other = taken.setdefault((partie, answer.variable), column.entete)
            if other != column.entete:
                raise Refusal("entetes_meme_variable", entete=column.entete, autre=other, variable=answer.variable)


def _proposed(draft: Draft, partie: str | None, entete: str) -> str | None:
    """The variable for which the draft read the cells of a column that waits."""
    for own, column in draft.waiting:
        if (own, column.entete) == (partie, entete) and column.proposals:
            return column.proposals[0].variable
    return None


def _complete(column: Any, answer: HeaderAnswer, proposed: str | None) -> None:
    rank = list(column).index("variable")
    if answer.variable:
        column["variable"] = answer.variable
    else:
        column.insert(rank, "ignoree", " ".join((answer.ignoree or "").split()))
        del column["variable"]
    if answer.variable != proposed:
        for read_for_another in ("valeurs", "separateur_choix"):
            column.pop(read_for_another, None)
    column.ca.items.pop("variable", None)  # « à remplacer par… »: it was
