"""The draft of a format -> the formats.yml where it waits for answers; what a person wrote there is never lost."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from pipeline.definition_files import read_yaml
from pipeline.draft import Draft
from pipeline.draft_text import entry_text
from pipeline.messages import Refusal
from socle.atomic import write_atomic

FORMATS = "formats.yml"
_HEAD = "# Les exports de cette année scolaire, en plus de ceux que le programme connaît (voir docs/guide.md).\n"
_MARK = re.compile(
    r"# Brouillon de «\u202fclas recognise\u202f», d'après (?P<fichier>.*) \[(?P<digest>[0-9a-f]{16})\]\n"
)


def save(draft: Draft, path: Path, fichier: str) -> None:
    """Write the draft in `path`; raise Refusal when that would touch what somebody wrote.

    It goes after what is there. A draft of the same format is replaced when nobody has touched it.
    """
    text = _read(path)
    entries = _entries(path, text)
    name = draft.etend.id if draft.etend else draft.id
    if any(_id(entry) == name for entry in entries):
        found = _untouched(text, name)
        if found is None:
            raise draft.incomplet or Refusal("brouillon_en_place", fichier=_shown(path), format=name)
        text = text.replace(found, "")
        entries = [entry for entry in entries if _id(entry) != name]
    block = entry_text(draft)
    written = text.rstrip("\n") + "\n\n" if text.strip() else _HEAD + "\n"
    written += _mark(fichier, block) + block
    # What was there must read the same: a list written otherwise than line by line takes no entry at its end.
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


def _untouched(text: str, name: str) -> str | None:
    """The draft of that format, as it was written, its mark included; None when there is none, or one was touched."""
    for mark in _MARK.finditer(text):
        following = _MARK.search(text, mark.end())
        block = text[mark.end() : following.start() if following else len(text)].rstrip("\n") + "\n"
        if _digest(block) == mark["digest"] and _id(read_yaml(block)[0]) == name:
            return mark[0] + block
    return None


def _mark(fichier: str, block: str) -> str:
    name = re.sub(r"[\x00-\x1f]", " ", fichier)
    return f"# Brouillon de «\u202fclas recognise\u202f», d'après {name} [{_digest(block)}]\n"


def _digest(block: str) -> str:
    return hashlib.sha256(block.encode()).hexdigest()[:16]


def _shown(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
