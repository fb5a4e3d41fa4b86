"""Yes and no are declared by pairs, so that no answer is read of one side only; so are the choices of a format."""

from __future__ import annotations

import pytest
import yaml

from pipeline.codebook.model import Format
from pipeline.sql.macros import fold
from socle.settings import PROJECT_ROOT
from tests.support.exports import codebook

CODEBOOK = codebook()
PAIRS = yaml.safe_load((PROJECT_ROOT / "pipeline/definitions/variables.yml").read_text(encoding="utf-8"))["oui_non"]
# A box is ticked by a sign and left blank otherwise.
TICKS = {"x", "✓", "✔"}


def test_each_yes_has_its_no() -> None:
    assert {yes for yes, no in PAIRS if no is None} == TICKS
    assert {yes for yes, _ in PAIRS} == set(CODEBOOK.yes_words)
    assert {no for _, no in PAIRS if no is not None} == set(CODEBOOK.no_words)
    assert not {fold(word) for word in CODEBOOK.yes_words} & {fold(word) for word in CODEBOOK.no_words}


@pytest.mark.parametrize(
    "pair", ["oui non", "o n", "yes no", "y n", "true false", "vrai faux", "1 0", "☑ ☐", "☒ ☐", "coche decoche"]
)
def test_what_exports_write_is_there(pair: str) -> None:
    assert pair.split() in PAIRS


@pytest.mark.parametrize("sign", ["✗", "✘", "2", "-1", "oui, un peu"])
def test_what_may_be_yes_and_no_is_neither(sign: str) -> None:
    assert sign not in {*CODEBOOK.yes_words, *CODEBOOK.no_words}


@pytest.mark.parametrize("fmt", CODEBOOK.formats, ids=lambda fmt: f"{fmt.id}-{fmt.partie}")
def test_a_format_that_says_a_status_says_the_other(fmt: Format) -> None:
    """A status read when it is validated, and not when it is not, would count what is not finished as unread."""
    for column in fmt.colonnes:
        if column.variable == "statut_reponse":
            assert set(column.valeurs.values()) | {"validee", "en_cours"} == set(column.valeurs.values())
