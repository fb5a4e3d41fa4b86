"""textes.yml of each campagne -> core.texte and core.chapitre: what the agent Caf wrote, put back in every build."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipeline.codebook.documents import DEFINITIONS, read_document
from pipeline.reading.campaigns import Campaign
from pipeline.sql.insert import insert_rows
from socle.words.nearest import nearest
from socle.words.refusal import Refusal

TEXTS = "textes.yml"
WHOLE = ("contexte", "mot_du_comite", "citations", "perspectives")
"""Texts that belong to no chapter in particular."""
Text = tuple[str, str, str | None, str]
"""(campagne, nature, chapitre, texte)."""


def load_chapters() -> dict[str, str]:
    """Return {id: title} of the chapters of the bilan, in their order."""
    chapters: dict[str, str] = read_document(DEFINITIONS / "chapitres.yml", "chapitres").content["chapitres"]
    return chapters


def texts_file(campaign: Campaign, departement: str | None = None) -> Path:
    """Return where the texts of a campagne are written: those of every département, or those of one."""
    return campaign.folder / departement / TEXTS if departement else campaign.folder / TEXTS


def read_texts(campaign: Campaign, departement: str | None = None) -> list[Text]:
    """Return the texts of a campagne (of a département: its own alone), none when they have no file.

    Raise Refusal when it cannot be used.
    """
    path = texts_file(campaign, departement)
    if not path.is_file():
        return []
    document = read_document(path, "textes")
    faults = [problem.sentence for problem in document.problems] or list(_unknown_chapters(path, document.content))
    if faults:
        whose = f"{campaign.name} ({departement})" if departement else campaign.name
        raise Refusal("textes_yml_invalide", campagne=whose, raison=" ".join(faults).removesuffix("."))
    return list(_texts(campaign.name, document.content or {}))


def create_texts(connection: duckdb.DuckDBPyConnection, campaigns: Sequence[Campaign]) -> None:
    """Create core.chapitre and core.texte; the context that the agent wrote replaces the one of campagne.yml.

    core.texte: campagne, departement, nature (one of WHOLE, dispositif or commentaire), chapitre, texte; one row a
    département, whose own text replaces that of the year. Raise Refusal when a textes.yml cannot be used.
    """
    connection.execute("create table core.chapitre (rang integer, chapitre varchar, libelle varchar)")
    chapters = load_chapters()
    connection.execute(
        "insert into core.chapitre select unnest(range(1, len(?) + 1)), unnest(?::varchar[]), unnest(?::varchar[])",
        [list(chapters), list(chapters), list(chapters.values())],
    )
    connection.execute(
        "create table core.texte (campagne varchar, departement varchar, nature varchar, chapitre varchar, "
        "texte varchar)"
    )
    insert_rows(connection, "core.texte", [row for one in campaigns for row in _of_departements(one)])
    connection.execute(
        "update staging.departement as d set contexte = t.texte from core.texte as t "
        "where d.campagne = t.campagne and d.departement = t.departement and t.nature = 'contexte'"
    )


def _of_departements(campaign: Campaign) -> Iterator[Sequence[object]]:
    """The text of each nature and chapter, for each département."""
    of_all = read_texts(campaign)
    for code in campaign.departements:
        kept = {text[1:3]: text for text in (*of_all, *read_texts(campaign, code))}
        yield from ([campagne, code, *said] for campagne, *said in kept.values())


def _texts(campagne: str, content: Mapping[str, Any]) -> Iterator[Text]:
    for nature in WHOLE:
        if nature in content:
            yield campagne, nature, None, content[nature]
    for part, text in content.get("dispositif", {}).items():
        yield campagne, "dispositif", part, text
    for chapter, text in content.get("commentaires", {}).items():
        yield campagne, "commentaire", chapter, text


def _unknown_chapters(path: Path, content: Mapping[str, Any] | None) -> Iterator[str]:
    chapters = load_chapters()
    for name in (content or {}).get("commentaires", {}):
        if name not in chapters:
            near = nearest(name, chapters)
            proche = f" (proche\u202f: {near})" if near else ""
            yield f"le chapitre «\u202f{name}\u202f» est inconnu{proche}, les chapitres sont {', '.join(chapters)}."
