"""`clas bilan` and `clas synthese`: the files that they write, what they refuse, what the journal keeps."""

from __future__ import annotations

import shutil
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from access.journal.journal import entries
from bilan.compose import compose
from bilan.model.content import Content
from bilan.render import KINDS, render
from bilan.synthese.all import one_synthese
from cli.main import main
from socle.paths import DataFolder
from socle.settings import Settings
from tests.support.builds import plain
from tests.support.demo import LAST
from tests.support.documents import loose, text_of
from warehouse.listings.porteurs import porteurs_of
from warehouse.scope import LOCAL

YEAR = "2019-2020"

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def demo(adopted_demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A copy of the demo's published build, whose journal may be written."""
    copy = DataFolder(tmp_path_factory.mktemp("documents") / "data")
    shutil.copytree(adopted_demo.curated, copy.curated)
    return copy


@pytest.fixture(autouse=True)
def here(demo: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAS_DATA", str(demo.root))
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="module")
def bilan(demo: DataFolder) -> Content:
    return compose(demo, YEAR, "45")


def run(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    return code, plain(out), plain(err)


@pytest.mark.parametrize("suffix", KINDS)
def test_the_suffix_chooses_the_document(bilan: Content, capsys: Captured, suffix: str) -> None:
    code, out, _ = run(capsys, "bilan", YEAR, "--out", f"bilan.{suffix.upper()}")
    assert code == 0 and out.startswith(f"Bilan {YEAR} écrit dans bilan.{suffix.upper()}, ")
    assert "DONNÉES FICTIVES" in out
    assert Path(f"bilan.{suffix.upper()}").read_bytes() == render(bilan, suffix)


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (["bilan", YEAR, "--out", "bilan.odt"], 2, "doit finir par .pdf, .docx, .xlsx, .pptx"),
        (["bilan", YEAR, "--out", "bilan"], 2, "doit finir par .pdf"),
        (["bilan", YEAR, "--out", "nulle/bilan.pdf"], 2, "Le dossier « nulle » n'existe pas"),
        (["bilan", YEAR, "--edition", "presse", "--out", "bilan.pdf"], 2, "L'édition « presse » n'existe pas"),
        (["bilan", YEAR, "--parties", "annexes", "--out", "bilan.pdf"], 1, "La partie « annexes » n'est pas"),
        (["bilan", YEAR, "--parties", " , ", "--out", "bilan.pdf"], 2, "« --parties » ne nomme aucune partie"),
        (["bilan", "2031-2032", "--out", "bilan.pdf"], 1, "n'est pas dans les chiffres publiés"),
        (["bilan", LAST, "--out", "bilan.pdf"], 1, "ajoutez « --edition comite »"),
        (["synthese", YEAR, "--out", "une.pdf"], 2, "Dites quel porteur"),
        (["synthese", YEAR, "--all", "--porteur", "p45-001", "--out", "une.zip"], 2, "Dites quel porteur"),
        (["synthese", YEAR, "--all", "--out", "toutes.pdf"], 2, "doit finir par .zip"),
        (["synthese", YEAR, "--porteur", "p45-001", "--out", "une.docx"], 2, "doit finir par .pdf"),
        (["synthese", YEAR, "--porteur", "p18-001", "--out", "une.pdf"], 1, "Le porteur « p18-001 » n'a ni action"),
        (["synthese", "2031-2032", "--all", "--out", "toutes.zip"], 1, "n'est pas dans les chiffres publiés"),
    ],
)
def test_what_cannot_be_made_is_told_and_leaves_no_file(
    capsys: Captured, arguments: list[str], code: int, sentence: str
) -> None:
    exit_code, _, err = run(capsys, *arguments)
    assert (exit_code, sentence in err) == (code, True), err
    assert list(Path().iterdir()) == []


def test_what_is_there_already_outlives_a_refusal(capsys: Captured) -> None:
    Path("bilan.pdf").write_bytes(b"that of last year")
    assert run(capsys, "bilan", LAST, "--out", "bilan.pdf")[0] == 1
    assert Path("bilan.pdf").read_bytes() == b"that of last year"


def test_a_batch_holds_one_document_a_porteur_and_each_its_own_alone(
    demo: DataFolder, capsys: Captured, tmp_path: Path
) -> None:
    names = porteurs_of(demo, LOCAL, "45", YEAR)
    code, out, err = run(capsys, "synthese", YEAR, "--all", "--out", "toutes.zip")
    assert code == 0 and out.startswith(f"{len(names)} synthèses écrites dans toutes.zip")
    assert f"Synthèse {len(names)} sur {len(names)} : " in err and "n'est pas arrêtée" not in err
    with zipfile.ZipFile(BytesIO(Path("toutes.zip").read_bytes())) as archive:
        members = archive.namelist()
        assert len(set(members)) == len(members) == len(names)
        assert all("/" not in name and name.isascii() for name in members)
        by_porteur = {porteur: name for porteur in names for name in members if name.startswith(f"{porteur}-")}
        assert set(by_porteur) == set(names)
        first, *others = names
        assert archive.read(by_porteur[first]) == render(
            one_synthese(demo, first, YEAR, "45", Settings().contact), "pdf"
        )
        told = loose(text_of(archive.read(by_porteur[first]), tmp_path))
        assert loose(names[first]) in told
        assert [one for one in others if loose(names[one]) in told] == []


def test_the_batch_is_written_as_it_is_made_and_nothing_is_left_of_one_that_stops(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("toutes.zip").write_bytes(b"those of last year")
    sizes: list[int] = []

    def stopping(content: object, suffix: str) -> bytes:
        (temporary,) = [path for path in Path().iterdir() if path.name != "toutes.zip"]
        sizes.append(temporary.stat().st_size)
        if len(sizes) == 5:
            raise KeyboardInterrupt
        return bytes(range(256)) * 1000

    monkeypatch.setattr("bilan.render.render", stopping)
    assert run(capsys, "synthese", YEAR, "--all", "--out", "toutes.zip")[0] != 0
    assert sizes == sorted(set(sizes))
    assert [path.name for path in Path().iterdir()] == ["toutes.zip"]
    assert Path("toutes.zip").read_bytes() == b"those of last year"


@pytest.mark.parametrize("whose", [["--porteur", "p45-001", "--out", "une.pdf"], ["--all", "--out", "toutes.zip"]])
def test_a_year_that_is_not_adopted_gives_the_one_before_and_says_so(capsys: Captured, whose: list[str]) -> None:
    code, _, err = run(capsys, "synthese", LAST, *whose)
    assert code == 0
    assert f"L'année scolaire {LAST} n'est pas arrêtée" in err and "(2023-2024)" in err


def test_the_journal_keeps_what_was_made(demo: DataFolder, capsys: Captured) -> None:
    run(capsys, "bilan", LAST, "--edition", "comite", "--out", "bilan.xlsx")
    run(capsys, "synthese", YEAR, "--porteur", "p45-001", "--out", "une.pdf")
    told = [(one.action, one.objet) for one in entries(demo)]
    assert ("telechargement", f"bilan {LAST}, édition comite, xlsx") in told
    assert ("telechargement", f"synthèses {YEAR}, p45-001") in told
