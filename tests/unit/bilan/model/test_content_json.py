"""What a document says, kept as JSON, is said again to the letter."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from bilan.model.content import Box, Content, Glossary, Heading, KeyFigure, KeyFigures, Paragraph, Section
from bilan.model.content_json import NewerFormError, from_json, to_json
from bilan.model.exhibit import ExhibitCell
from tests.support.figures import states

CARD = KeyFigure("nb_enfants", "Enfants", ExhibitCell("478", 478.0), "", "41 actions", "", "aucun chiffre")
BLOCKS = (
    Heading("Titre"),
    Paragraph("L'été « 3 sur 12 »\u202f; \U0001f600", "point"),
    Box("mot", "Le mot du comité", ("un", "deux\nlignes")),
    KeyFigures((CARD,)),
    states("barres"),
    Glossary((("Action", "Ce que le comité agrée."),)),
)
CONTENT = Content(
    kind="bilan", edition="diffusion", campagne="2019-2020", departement="45", title="Bilan", subtitle="",
    made_by="Comité", author="Caf du Loiret", marks=("fictif",), watermark="", warning=None,
    sections=(Section("essentiel", "", "L'essentiel", "Bilan", BLOCKS), Section("vide", "1", "Vide", "Vide", ())),
    foot="", version="12345678", built=datetime(2026, 11, 26, 10, tzinfo=UTC),
)  # fmt: skip


def test_a_content_comes_back_whole() -> None:
    assert from_json(to_json(CONTENT)) == CONTENT
    assert to_json(from_json(to_json(CONTENT))) == to_json(CONTENT)


def test_what_is_kept_says_its_form_and_names_its_blocks_by_tags_that_never_change() -> None:
    told = json.loads(to_json(CONTENT))
    tags = [block["nature"] for block in told["sections"][0]["blocks"]]
    assert (told["forme"], tags) == (2, ["Heading", "Paragraph", "Box", "KeyFigures", "Figure", "Glossary"])


def test_the_first_form_bore_no_number() -> None:
    told = json.loads(to_json(CONTENT))
    del told["forme"]
    assert from_json(json.dumps(told).encode()) == CONTENT


def test_a_later_form_is_told_from_what_is_damaged() -> None:
    told = json.loads(to_json(CONTENT))
    with pytest.raises(NewerFormError):
        from_json(json.dumps(told | {"forme": told["forme"] + 1}).encode())


@pytest.mark.parametrize("text", [b"", b"3", b"[]", b"{}", b'{"sections": [{"blocks": [{"nature": "Inconnu"}]}]}'])
def test_anything_else_is_refused(text: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        from_json(text)
