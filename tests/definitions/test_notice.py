"""LICENSE is the EUPL, word for word; NOTICE names all that comes from others and what each asks."""

from __future__ import annotations

import csv
import tomllib
from hashlib import sha256
from pathlib import Path

from socle.settings import PROJECT_ROOT

NOTICE = (PROJECT_ROOT / "NOTICE").read_text(encoding="utf-8")
PLAIN = " ".join(NOTICE.split())
REFERENCE = PROJECT_ROOT / "pipeline" / "definitions" / "reference"
EUPL = "78dc80eb2219c1d875565f3376d7b9183b9d09fe3dbc27ad3a6464abe62e3cf6"


def fonts(pattern: str) -> list[Path]:
    found = sorted((PROJECT_ROOT / "bilan").rglob(pattern))
    assert found
    return found


def test_the_licence_is_the_published_text_and_the_package_says_which() -> None:
    declared = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert sha256((PROJECT_ROOT / "LICENSE").read_bytes()).hexdigest() == EUPL
    assert declared["license"] == "EUPL-1.2"


def test_a_package_carries_every_licence() -> None:
    declared = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    carried = {path for pattern in declared["license-files"] for path in PROJECT_ROOT.glob(pattern)}
    assert carried == {PROJECT_ROOT / "LICENSE", PROJECT_ROOT / "NOTICE", *fonts("LICENSE-*.txt")}


def test_every_font_its_licence_and_its_copyright_are_named() -> None:
    for path in (*fonts("*.ttf"), *fonts("LICENSE-*.txt")):
        assert path.name in NOTICE
    for licence in fonts("LICENSE-*.txt"):
        copyright_line = licence.read_text(encoding="utf-8").splitlines()[0]
        assert copyright_line.split(" (http")[0] in PLAIN


def test_every_reference_file_is_named() -> None:
    assert [path.name for path in sorted(REFERENCE.glob("*.csv")) if path.name not in NOTICE] == []


def test_every_source_of_a_published_figure_is_named() -> None:
    for name in ("chiffres_publies.csv", "qpv.csv"):
        with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
            sources = {row["source"] for row in csv.DictReader(file)}
        # « (cité) », « (liste 2024-2030) »: what is said of a source is no part of its name.
        assert [source for source in sources if source.split(" (")[0] not in PLAIN] == []
