"""A small build that holds what SQL must not reach, and a corpus of statements with what must come of each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import yaml

from pipeline.build import build
from pipeline.builds.lock import only_builder
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.builds import quick_codebook, silent
from tests.support.exports import PORTEURS, agrement, codebook, make_folder, reponse

CORPUS = Path(__file__).parents[1] / "fixtures" / "requetes.yml"
SECRET = "secret-canari-7391"
SENSITIVE = 7654
"""Children of one action; no other number of the build looks like it."""


@dataclass(frozen=True)
class Case:
    """One statement of the corpus."""

    family: str
    sql: str
    expected: dict[str, Any]

    @property
    def id(self) -> str:
        """What pytest calls it."""
        return f"{self.family}: {self.sql[:60]}"


def corpus() -> list[Case]:
    """Every statement, in the order of the file."""
    declared = yaml.safe_load(CORPUS.read_text(encoding="utf-8"))
    return [Case(family, entry.pop("sql"), entry) for family, entries in declared.items() for entry in entries]


def build_small(root: Path) -> DataFolder:
    """2018-2019: one action. 2019-2020: three agréées, two answered, one of them with SENSITIVE children of each kind.

    It has few indicators, those of class X among them.
    """
    before = {"campagne_declaree": "2018-2019"}
    many = {"nb_handicap": str(SENSITIVE), "nb_allophones": str(SENSITIVE)}
    folder = make_folder(
        root,
        {
            "2018-2019": ([agrement("a0", **before)], [reponse("a0", **before, nb_enfants="12")]),
            "2019-2020": (
                [agrement("a1"), agrement("a2", PORTEURS[1]), agrement("a3", PORTEURS[1])],
                [reponse("a1", nb_enfants="10"), reponse("a2", PORTEURS[1], nb_enfants="13", **many)],
            ),
        },
    )
    quick, whole = quick_codebook(), codebook()
    known = replace(
        quick,
        indicators=(*quick.indicators, *(one for one in whole.indicators if one.diffusion == "X")),
        rules=tuple(rule for rule in whole.rules if rule.id in ("handicap_superieur", "allophones_superieur")),
    )
    with patch("pipeline.build.load_codebook", lambda *_: known), only_builder(folder):
        build(folder, Settings(folder.root), silent)
    return folder
