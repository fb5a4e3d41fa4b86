"""A Content <-> JSON, so that what a document said can be kept and said again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields, is_dataclass
from datetime import datetime
from typing import Any

from bilan.model.content import Block, Box, Content, Glossary, Heading, KeyFigure, KeyFigures, Paragraph, Section
from bilan.model.exhibit import Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow

FORM = 2
"""Of what is written now. Form 1 bears no number, and says the same otherwise."""
_FORM, _KIND = "forme", "nature"
_BLOCKS: Mapping[str, type[Any]] = {
    "Paragraph": Paragraph,
    "Heading": Heading,
    "Box": Box,
    "KeyFigures": KeyFigures,
    "Figure": Exhibit,
    "Glossary": Glossary,
}
"""Tag -> block. A tag is what kept bilans hold: it stays, whatever the class is called."""
_TAGS = {kind: tag for tag, kind in _BLOCKS.items()}
_PARTS: Mapping[tuple[type[Any], str], type[Any]] = {
    (Exhibit, "columns"): ExhibitColumn,
    (Exhibit, "rows"): ExhibitRow,
    (ExhibitRow, "cells"): ExhibitCell,
    (KeyFigures, "figures"): KeyFigure,
    (KeyFigure, "value"): ExhibitCell,
}
"""(dataclass, field) -> the dataclass of what it holds."""


class NewerFormError(ValueError):
    """A later version of this program wrote it."""


def to_json(content: Content) -> bytes:
    """Return the content as JSON, the same for the same content."""
    written = {_FORM: FORM} | asdict(content) | {"built": content.built.isoformat()}
    for section, kept in zip(content.sections, written["sections"], strict=True):
        kept["blocks"] = [{_KIND: _TAGS[type(block)], **asdict(block)} for block in section.blocks]
    return json.dumps(written, ensure_ascii=False, indent=1).encode()


def from_json(text: bytes) -> Content:
    """Return the content that `to_json` wrote, in this form or an earlier one.

    Raise NewerFormError for one of a later form; ValueError, KeyError or TypeError for anything else.
    """
    written = dict(json.loads(text))
    if (form := written.pop(_FORM, 1)) not in range(1, FORM + 1):
        raise NewerFormError(form)
    sections = tuple(
        Section(**{**section, "blocks": tuple(_block(block) for block in section["blocks"])})
        for section in written["sections"]
    )
    return Content(
        **{
            **written,
            "sections": sections,
            "marks": tuple(written["marks"]),
            "built": datetime.fromisoformat(written["built"]),
        }
    )


def _block(written: Mapping[str, Any]) -> Block:
    block: Block = _made(_BLOCKS[written[_KIND]], {name: value for name, value in written.items() if name != _KIND})
    return block


def _made(kind: type[Any], written: Mapping[str, Any]) -> Any:
    unknown = set(written) - {field.name for field in fields(kind)}
    if unknown or not is_dataclass(kind):
        raise KeyError(f"{kind.__name__}: {sorted(unknown)}")
    return kind(**{name: _value(_PARTS.get((kind, name)), value) for name, value in written.items()})


def _value(part: type[Any] | None, value: Any) -> Any:
    if isinstance(value, list):
        return tuple(_value(part, item) for item in value)
    return _made(part, value) if part and isinstance(value, Mapping) else value
