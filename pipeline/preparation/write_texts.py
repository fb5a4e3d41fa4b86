"""What the agent wrote for the bilan of a year -> its textes.yml, whose comments and order stay."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pipeline.core.texts import TEXTS, WHOLE, read_texts, texts_file
from pipeline.preparation.declared_file import edited_yaml, replace_file, text_scalar
from pipeline.preparation.territory import check_declared
from pipeline.reading.campaigns import Campaign
from socle.paths import DataFolder
from socle.words.refusal import Refusal

PARTS = ("dispositif", "commentaires")
_KEPT = ("\n", "\t")


@dataclass(frozen=True)
class Texts:
    """The texts of a year; an empty one is not written."""

    entiers: Mapping[str, str] = field(default_factory=dict)
    """{one of WHOLE: text}."""
    dispositif: Mapping[str, str] = field(default_factory=dict)
    """{priorites, reunions or formations: text}."""
    commentaires: Mapping[str, str] = field(default_factory=dict)
    """{chapter: text}."""


def load_texts(campaign: Campaign, departement: str | None = None) -> Texts:
    """Return the texts of a campagne (of a département: its own alone).

    Raise Refusal when their textes.yml cannot be used.
    """
    read = read_texts(campaign, departement)
    return Texts(
        entiers={nature: text for _, nature, part, text in read if part is None},
        dispositif={part: text for _, nature, part, text in read if part and nature == "dispositif"},
        commentaires={part: text for _, nature, part, text in read if part and nature == "commentaire"},
    )


def save_texts(
    folder: DataFolder,
    campaign: Campaign,
    texts: Texts,
    par: str,
    departement: str | None = None,
    territory: str | None = None,
) -> None:
    """Write the texts of a campagne, or those of one of its départements.

    Raise Refusal, writing nothing, when they could not be read again, when the year does not declare that département,
    or when it is not that of who writes.
    """
    if departement is not None:
        check_declared(campaign, departement)
    alone = campaign.departements == (territory,) and departement is None
    if territory not in (None, departement) and not alone:
        whose = departement or ", ".join(campaign.departements)
        raise Refusal("departement_autre", departement=whose, territoire=territory)
    path = texts_file(campaign, departement)
    wanted = Texts(*(_filled(part) for part in (texts.entiers, texts.dispositif, texts.commentaires)))

    def change(content: Any) -> Any:
        content = content if content is not None else {}
        _set(content, WHOLE, wanted.entiers)
        for key, given in zip(PARTS, (wanted.dispositif, wanted.commentaires), strict=True):
            part = content.get(key) or {}
            _set(part, tuple(part), given)
            _set(content, (key,), {key: part} if part else {})
        return content

    def check(tried: Path) -> None:
        if load_texts(replace(campaign, folder=tried.parent)) != wanted:
            raise Refusal("fichier_declare_illisible", fichier=f"{path.parent.name}/{TEXTS}")

    replace_file(folder, path, edited_yaml(path, change), par, check)


def _filled(part: Mapping[str, str]) -> dict[str, str]:
    cleaned = {name: _clean(text) for name, text in part.items()}
    return {name: text for name, text in cleaned.items() if text}


def _clean(text: str) -> str:
    """A text as typed: lines ended alike, nothing that cannot be seen."""
    normal = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    seen = "".join(char for char in normal if char in _KEPT or unicodedata.category(char) not in ("Cc", "Cs", "Co"))
    return "\n".join(line.rstrip() for line in seen.split("\n")).strip()


def _set(content: Any, known: tuple[str, ...], given: Mapping[str, Any]) -> None:
    """Give the keys their values, in place; those of `known` that are not given go, the same text is not rewritten."""
    for key in known:
        if key in content and key not in given:
            del content[key]
    for key, value in given.items():
        if content.get(key) != value:
            content[key] = text_scalar(value) if isinstance(value, str) else value
