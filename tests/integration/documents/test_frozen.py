"""What the committee adopted is kept, and is had again whatever is built later."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bilan.compose import compose
from bilan.frozen import (
    CONTENT,
    DOCUMENT,
    LABEL,
    Frozen,
    adopted_places,
    freeze,
    freeze_all,
    frozen,
    frozen_content,
    frozen_document,
)
from bilan.model.content_json import to_json
from cli.main import main
from socle.paths import DataFolder
from socle.words.french import day
from socle.words.refusal import Refusal
from tests.support.builds import plain

YEAR, LAST = "2019-2020", "2024-2025"

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def folder(adopted_demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A copy of the demo's published build, in which versions may be kept."""
    copy = DataFolder(tmp_path_factory.mktemp("gels") / "data")
    shutil.copytree(adopted_demo.curated, copy.curated)
    return copy


def test_a_version_is_kept_once_and_says_the_same_again(folder: DataFolder) -> None:
    content = compose(folder, YEAR, "45")
    (kept,) = freeze_all(folder, adopted_places(folder, YEAR), "Comité du Loiret")
    assert freeze(folder, YEAR, "45", "un autre") == kept
    assert (kept.campagne, kept.departement, kept.par, kept.version) == (
        YEAR,
        "45",
        "Comité du Loiret",
        content.version,
    )
    assert to_json(frozen_content(folder, kept.nom)) == to_json(content)
    assert frozen_document(folder, kept.nom).startswith(b"%PDF")
    assert [one.nom for one in frozen(folder, "45")] == [kept.nom]
    assert frozen(folder, "18") == []
    modes = {oct(path.stat().st_mode & 0o777) for path in [folder.gels, *folder.gels.rglob("*")]}
    assert modes == {"0o700", "0o600"}


def test_it_outlives_the_build_and_the_command_gives_it_again(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    kept = freeze(folder, YEAR, "45", "Comité")
    alone = DataFolder(tmp_path / "data")
    shutil.copytree(folder.etat, alone.etat)
    monkeypatch.setenv("CLAS_DATA", str(alone.root))
    first, second = tmp_path / "un.pdf", tmp_path / "deux.pdf"
    assert main(["bilan", YEAR, "--gel", kept.nom, "--out", str(first)]) == 0
    assert main(["bilan", YEAR, "--gel", kept.nom, "--out", str(second)]) == 0
    assert first.read_bytes() == second.read_bytes() == frozen_document(alone, kept.nom)
    assert main(["bilan", "2018-2019", "--gel", kept.nom, "--out", str(first)]) == 2
    capsys.readouterr()
    assert main(["bilan", YEAR, "--gel", "rien", "--out", str(first)]) == 1
    assert f"Versions gardées : {kept.nom}" in plain(capsys.readouterr().err)


def _label(place: Path, **changed: object) -> None:
    path = place / LABEL
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | changed), encoding="utf-8")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "another figure": lambda place: (place / CONTENT).write_bytes(
        (place / CONTENT).read_bytes().replace(b"485", b"486")
    ),
    "no content": lambda place: (place / CONTENT).unlink(),
    "another PDF": lambda place: (place / DOCUMENT).write_bytes(b"%PDF-1.7"),
    "no PDF": lambda place: (place / DOCUMENT).unlink(),
    "an empty label": lambda place: (place / LABEL).write_bytes(b""),
    "a label cut short": lambda place: (place / LABEL).write_bytes((place / LABEL).read_bytes()[:40]),
    "a label of bytes": lambda place: (place / LABEL).write_bytes(b"\xff\xfe\x00"),
    "a label of something else": lambda place: (place / LABEL).write_text('["2019-2020"]', encoding="utf-8"),
    "a label without a day": lambda place: _label(place, gele_le="hier"),
    "a day that is a number": lambda place: _label(place, gele_le=20201012),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_version_that_was_damaged_is_no_longer_given_and_hides_no_other(
    folder: DataFolder, tmp_path: Path, damage: Callable[[Path], object]
) -> None:
    kept, sound = freeze(folder, YEAR, "45", "Comité"), freeze(folder, "2018-2019", "45", "Comité")
    alone = DataFolder(tmp_path / "data")
    shutil.copytree(folder.etat, alone.etat)
    shutil.copytree(folder.curated, alone.curated)
    damage(alone.gels / kept.nom)
    assert {one.nom for one in frozen(alone, "45")} == {kept.nom, sound.nom}
    for read in (frozen_content, frozen_document):
        with pytest.raises(Refusal, match="a été modifiée depuis"):
            read(alone, kept.nom)
    assert frozen_content(alone, sound.nom).campagne == "2018-2019"
    # The same build says the same again: keeping it mends what was damaged.
    freeze(alone, YEAR, "45", "Comité")
    assert frozen_content(alone, kept.nom) == frozen_content(folder, kept.nom)
    assert frozen_document(alone, kept.nom) == frozen_document(folder, kept.nom)


def _rewritten(folder: DataFolder, kept: Frozen, written: bytes) -> str:
    """Write what that version says otherwise, its label and its name being those of what is now written."""
    content_hash = hashlib.sha256(written).hexdigest()
    name = f"{kept.nom.rpartition('-')[0]}-{content_hash[:8]}"
    place = (folder.gels / kept.nom).rename(folder.gels / name)
    (place / CONTENT).write_bytes(written)
    _label(place, nom=name, sha256=content_hash)
    return name


@pytest.fixture
def alone(folder: DataFolder, tmp_path: Path) -> DataFolder:
    """A folder of its own, of the same builds."""
    copy = DataFolder(tmp_path / "data")
    shutil.copytree(folder.curated, copy.curated)
    return copy


def test_a_year_kept_in_an_earlier_form_is_not_kept_twice(
    alone: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    kept = freeze(alone, YEAR, "45", "Comité")
    told = json.loads((alone.gels / kept.nom / CONTENT).read_bytes())
    del told["forme"]
    name = _rewritten(alone, kept, json.dumps(told, ensure_ascii=False, indent=1).encode())
    assert name != kept.nom
    monkeypatch.setenv("CLAS_DATA", str(alone.root))
    assert main(["bilan", YEAR, "--garder"]) == 0
    assert f"gardé sous le nom {name}." in capsys.readouterr().out
    assert [one.nom for one in frozen(alone)] == [name]
    # Without its PDF it is mended where it is.
    (alone.gels / name / DOCUMENT).unlink()
    assert freeze(alone, YEAR, "45", "Comité").nom == name
    assert frozen_document(alone, name).startswith(b"%PDF")


def test_the_same_figures_built_again_are_not_kept_twice_and_others_are(alone: DataFolder) -> None:
    kept, content = freeze(alone, YEAR, "45", "Comité"), compose(alone, YEAR, "45")
    then = replace(
        content,
        version="0badcafe",
        built=content.built - timedelta(days=40),
        foot=content.foot.replace(content.version, "0badcafe").replace(
            day(content.built.date()), day((content.built - timedelta(days=40)).date())
        ),
    )
    assert then.foot != content.foot
    name = _rewritten(alone, kept, to_json(then))
    assert freeze(alone, YEAR, "45", "Comité").nom == name
    _rewritten(alone, replace(kept, nom=name), to_json(replace(then, title="Un autre titre")))
    freeze(alone, YEAR, "45", "Comité")
    assert len(frozen(alone)) == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [({"forme": 99}, "gardée par une version plus récente"), ({"sections": "?"}, "a été modifiée depuis")],
)
def test_one_that_cannot_be_read_is_told_and_hides_no_other(
    alone: DataFolder, changed: dict[str, object], sentence: str
) -> None:
    kept = freeze(alone, YEAR, "45", "Comité")
    told = json.loads((alone.gels / kept.nom / CONTENT).read_bytes())
    name = _rewritten(alone, kept, json.dumps(told | changed).encode())
    with pytest.raises(Refusal, match=sentence):
        frozen_content(alone, name)
    assert {one.nom for one in (*frozen(alone), freeze(alone, YEAR, "45", "Comité"))} == {name, kept.nom}


@pytest.mark.parametrize(
    "options", [["--edition", "comite"], ["--parties", "essentiel"], ["--departement", "18"], ["--garder"]]
)
def test_a_version_that_was_kept_is_given_as_it_is_or_not_at_all(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Captured, options: list[str]
) -> None:
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    kept, out = freeze(folder, YEAR, "45", "Comité"), tmp_path / "bilan.pdf"
    assert main(["bilan", YEAR, "--gel", kept.nom, *options, "--out", str(out)]) == 2
    assert "Une version gardée est rendue telle quelle" in capsys.readouterr().err
    assert not out.exists()


def test_the_pdf_of_that_day_is_given_whatever_the_renderer_has_become(
    folder: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    kept, out = freeze(folder, YEAR, "45", "Comité"), tmp_path / "bilan.pdf"
    monkeypatch.setattr("bilan.print.pdf.render_pdf", lambda content: b"%PDF of another release")
    assert main(["bilan", YEAR, "--gel", kept.nom, "--out", str(out)]) == 0
    assert out.read_bytes() == frozen_document(folder, kept.nom)


def test_a_year_that_is_not_adopted_is_not_kept(folder: DataFolder) -> None:
    with pytest.raises(Refusal, match="n'est pas arrêtée"):
        freeze(folder, LAST, "45", "Comité")
    assert adopted_places(folder, LAST) == []


def test_the_command_keeps_an_adopted_year_and_no_other(
    folder: DataFolder, monkeypatch: pytest.MonkeyPatch, capsys: Captured
) -> None:
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    assert main(["bilan", "2018-2019", "--garder"]) == 0
    assert "Bilan 2018-2019 (45) gardé sous le nom 2018-2019-45-" in capsys.readouterr().out
    assert main(["bilan", LAST, "--garder"]) == 1
    assert "il n'y a pas de bilan à garder" in capsys.readouterr().err
    assert main(["bilan", YEAR]) == 2
