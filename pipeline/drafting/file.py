"""The draft of a format -> the formats.yml where it waits for answers; what a person wrote there is never lost."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from pipeline.drafting.draft import Draft
from pipeline.drafting.text import entry_text
from socle.files.atomic import write_atomic
from socle.files.documents import read_yaml
from socle.words.refusal import Refusal

FORMATS = "formats.yml"
_HEAD = "# Les exports de cette année scolaire, en plus de ceux que le programme connaît (voir docs/guide.md).\n"
_MARK = re.compile(r"# Brouillon de «\u202fclas recognise\u202f», d'après (?P<fichier>.*) \[(?P<hash>[0-9a-f]{16})\]\n")


def save(draft: Draft, path: Path, fichier: str) -> None:
    """Write the draft in `path`; raise Refusal when that would change what a person wrote.

    It goes after what is there. A draft of the same format is replaced as long as no one has edited it.
    """
    text = _read(path)
    entries = _entries(path, text)
    draft = _named(draft, entries)
    if any(_id(entry) == draft.id for entry in entries):
        untouched = _untouched(text, draft)
        if untouched is None:
            raise draft.incomplet or Refusal("brouillon_en_place", fichier=_shown(path), format=draft.id)
        text = text.replace(untouched, "")
        entries = [entry for entry in entries if _id(entry) != draft.id]
    block = entry_text(draft)
    written = text.rstrip("\n") + "\n\n" if text.strip() else _HEAD + "\n"
    written += _mark(fichier, block) + block
    # The earlier entries must read the same: no entry can be appended to a YAML list in brackets.
    if _entries(path, written)[:-1] != entries:
        raise Refusal("formats_yml_illisible", fichier=_shown(path))
    write_atomic(path, written.encode())


def _read(path: Path) -> str:
    if not path.exists():
        return ""
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refusal("formats_yml_illisible", fichier=_shown(path)) from error


def _entries(path: Path, text: str) -> list[Mapping[str, Any]]:
    try:
        content = read_yaml(text)
    except yaml.YAMLError as error:
        raise Refusal("formats_yml_illisible", fichier=_shown(path)) from error
    if content is None:
        return []
    if not isinstance(content, list) or not all(isinstance(entry, dict) for entry in content):
        raise Refusal("formats_yml_illisible", fichier=_shown(path))
    return content


def _id(entry: Mapping[str, Any]) -> object:
    return entry.get("id", entry.get("etend"))


def _headers(entry: Mapping[str, Any]) -> set[str]:
    tables = [entry, *entry.get("parties", ())]
    return {str(column.get("entete")) for table in tables for column in table.get("colonnes", ())}


def _is_of(entry: Mapping[str, Any], draft: Draft) -> bool:
    """True when an entry describes the same export as the draft: it holds half of its headers."""
    drafted = _headers(read_yaml(entry_text(draft))[0])
    return len(drafted & _headers(entry)) * 2 >= len(drafted)


def _named(draft: Draft, entries: Sequence[Mapping[str, Any]]) -> Draft:
    """The draft under an id that no other export has; the one that extends a format in its place keeps its own."""
    if draft.etend and draft.id == draft.etend.id:
        return draft
    for name in (draft.id, *(f"{draft.id}-{rank}" for rank in range(2, len(entries) + 2))):
        entries_held = [entry for entry in entries if _id(entry) == name]
        if all(_is_of(entry, draft) for entry in entries_held):
            return replace(draft, id=name)
    return draft


def _untouched(text: str, draft: Draft) -> str | None:
    """The draft of that format, as it was written, its mark included; None when there is none, or one was touched."""
    for mark in _MARK.finditer(text):
        following = _MARK.search(text, mark.end())
        block = text[mark.end() : following.start() if following else len(text)].rstrip("\n") + "\n"
        if _hash(block) == mark["hash"]:
            (entry,) = read_yaml(block)
            if _id(entry) == draft.id and _is_of(entry, draft):
                return mark[0] + block
    return None


def _mark(fichier: str, block: str) -> str:
    name = re.sub(r"[\x00-\x1f]", " ", fichier)
    return f"# Brouillon de «\u202fclas recognise\u202f», d'après {name} [{_hash(block)}]\n"


def _hash(block: str) -> str:
    return hashlib.sha256(block.encode()).hexdigest()[:16]


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
