"""Every file of a year is read, or named as not read; a copy is the agent's matter; names are of one form."""

from __future__ import annotations

import shutil
import unicodedata
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cli.main import main
from pipeline.preparation import preparation
from pipeline.reading.campaigns import input_hashes, load_campaigns
from pipeline.staging.stage_all import stage_all
from pipeline.staging.staged import Staged
from socle.files.manifest import read_manifest
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.builds import plain, quick_build, quick_codebook, silent
from tests.support.corrections import correction, write_corrections
from tests.support.exports import PORTEURS, make_folder, reponse, shipped_format, table, write_csv
from tests.support.tables import write_ods, write_xlsx

YEAR = "2019-2020"
NFC = "réponses été.csv"
NFD = unicodedata.normalize("NFD", NFC)
RETURNS = [reponse("a1"), reponse("a2", PORTEURS[1])]
TEXTS = table(shipped_format("questionnaire-2016"), RETURNS)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return make_folder(tmp_path)


def staged(folder: DataFolder) -> dict[str, Staged]:
    files = stage_all(folder, quick_codebook(), load_campaigns(folder), input_hashes(folder), silent)
    return {file.fichier: file for file in files if file.campagne == YEAR}


def codes(files: dict[str, Staged]) -> dict[str, str]:
    """{file: why it is not read}."""
    refused = {name: file.refusal.code for name, file in files.items() if file.refusal}
    return refused | {name: aside.code for name, file in files.items() for aside in file.asides}


def test_every_file_of_a_year_is_read_or_named(folder: DataFolder, subtests: pytest.Subtests) -> None:
    place = folder.raw / YEAR
    (place / "reponses.csv").unlink()
    returned = {
        "a.txt": ("\t", "utf-8"), "b.tsv": ("\t", "utf-16"), "c.tab": ("\t", "cp1252"), "d.txt": (";", "utf-8-sig"),
        "e.TXT": ("|", "utf-8"),
    }  # fmt: skip
    for number, (name, (delimiter, encoding)) in enumerate(returned.items()):
        rows = [reponse("a1", nb_enfants=str(10 + number))]
        write_csv(place / name, table(shipped_format("questionnaire-2016"), rows), encoding, delimiter)
    unread = {
        "export.htm": "fichier_non_lu", "export.json": "fichier_non_lu", "notice.pdf": "fichier_non_lu",
        "sous dossier/lettre.docx": "fichier_non_lu", "formats.yaml": "fichier_non_lu",
        "sans extension": "fichier_non_lu",
        "lisez-moi.txt": "texte_non_lu", "note.txt": "texte_non_lu", "vide.txt": "texte_non_lu",
        "ancien.xls": "extension_refusee", "archive.zip": "extension_refusee",
    }  # fmt: skip
    for name in unread:
        (place / name).parent.mkdir(exist_ok=True)
        (place / name).write_text("" if name == "vide.txt" else "Bonjour, voici ; les ; bilans.\n", encoding="utf-8")
    (place / "note.txt").write_text("Relancer Alpha\nRelancer Bêta\n", encoding="utf-8")
    (place / "Thumbs.db").write_bytes(b"x")
    files = staged(folder)
    with subtests.test("lus"):
        assert {name for name, file in files.items() if file.tables} == {"agrements.csv", *returned}
    with subtests.test("nommés"):
        assert codes(files) == unread
    with subtests.test("dits"):
        assert all(plain(aside.sentence).startswith(name) for name, file in files.items() for aside in file.asides)


def test_a_text_that_looks_like_an_export_is_refused_and_not_passed_over(folder: DataFolder) -> None:
    write_csv(folder.raw / YEAR / "r.txt", [[f"{text} bis" if n % 3 else text for n, text in enumerate(TEXTS[0])]])
    assert codes(staged(folder)) == {"r.txt": "format_inconnu"}


def test_what_is_received_twice_is_read_once_whatever_its_container(folder: DataFolder) -> None:
    place = folder.raw / YEAR
    (place / "a").mkdir()
    for name in ("reponses (1).csv", "Copie de reponses.csv", "a/reponses.csv"):
        shutil.copy(place / "reponses.csv", place / name)
    write_xlsx(place / "reponses.xlsx", {"Export": TEXTS})
    write_ods(place / "reponses.ods", {"Notice": [["Lisez-moi"]], "Réponses": TEXTS})
    write_csv(place / "r.txt", [TEXTS[0], *TEXTS[:0:-1]], "utf-16", "\t")
    files = staged(folder)
    read = [name for name, file in files.items() if file.tables and name != "agrements.csv"]
    assert (len(files), len(read)) == (8, 1)
    assert codes(files) == dict.fromkeys({*files} - {*read, "agrements.csv"}, "fichier_en_double")


def test_a_copy_accuses_nobody_and_changes_no_figure(
    folder: DataFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def built() -> tuple[Any, ...]:
        path = quick_build(folder, rules=("reponse_en_double",)).folder
        with duckdb.connect(str(path / "warehouse.duckdb"), read_only=True) as connection:
            figures = connection.execute("from marts.indicateur_valeur order by all").fetchall()
            points = connection.execute("select regle from qualite.anomalie").fetchall()
            return (
                figures,
                points,
                connection.execute(
                    "select fichier, message from qualite.fichier where statut = 'mis_de_cote'"
                ).fetchall(),
                path,
            )

    alone = built()
    shutil.copy(folder.raw / YEAR / "reponses.csv", folder.raw / YEAR / "reponses (1).csv")
    (folder.raw / YEAR / "export.htm").write_text("<table>", encoding="utf-8")
    twice = built()
    assert twice[:2] == alone[:2]
    assert [name for name, _ in sorted(twice[2])] == ["export.htm", "reponses (1).csv"]
    manifest = read_manifest(twice[3])
    assert manifest and [aside["fichier"] for aside in manifest.asides] == ["export.htm", "reponses (1).csv"]
    monkeypatch.setenv("CLAS_DATA", str(folder.root))
    main(["status"])
    told = plain(capsys.readouterr().out)
    assert "reponses (1).csv dit la même chose que reponses.csv : il n'est compté qu'une fois." in told
    assert "export.htm n'est pas lu" in told


def test_two_files_that_differ_are_both_read(folder: DataFolder) -> None:
    other = table(shipped_format("questionnaire-2016"), [RETURNS[0], RETURNS[1] | {"nb_enfants": "12"}])
    write_csv(folder.raw / YEAR / "reponses (1).csv", other)
    assert codes(staged(folder)) == {}


def test_the_copy_that_is_corrected_is_the_one_that_is_read(folder: DataFolder) -> None:
    place = folder.raw / YEAR
    shutil.copy(place / "reponses.csv", place / "reponses (1).csv")
    write_corrections(folder, correction(fichier="reponses (1).csv", ligne=2, attendu="10", valeur="11"))
    assert codes(staged(folder)) == {"reponses.csv": "fichier_en_double"}


# names


@pytest.mark.parametrize(("on_disk", "typed"), [(NFD, NFC), (NFC, NFD)])
def test_a_name_is_of_one_form_for_a_correction(folder: DataFolder, on_disk: str, typed: str) -> None:
    (folder.raw / YEAR / "reponses.csv").rename(folder.raw / YEAR / on_disk)
    write_corrections(folder, correction(fichier=typed, ligne=2, attendu="10", valeur="11"))
    files = staged(folder)
    assert NFC in files and files[NFC].tables and not files[NFC].stale_corrections
    assert f"{YEAR}/{NFC}" in input_hashes(folder)


def test_a_file_whose_name_is_decomposed_is_replaced_and_taken_out(folder: DataFolder) -> None:
    place = folder.raw / YEAR
    (place / "reponses.csv").rename(place / NFD)
    content = (place / NFD).read_bytes()
    with pytest.raises(Refusal, match="est déjà dans l'année"):
        preparation.put_file(folder, YEAR, NFC, content, "essai")
    preparation.put_file(folder, YEAR, NFC, content + b"\n", "essai", replaces=NFD)
    (change,) = preparation.changes(folder)
    assert unicodedata.normalize("NFC", change.chemin) == f"raw/{YEAR}/{NFC}"
    preparation.restore_file(folder, YEAR, NFC)
    preparation.remove_file(folder, YEAR, NFC, "essai")
    (change,) = preparation.changes(folder)
    assert change.apres is None


def test_a_name_that_is_received_decomposed_is_kept_in_one_form(folder: DataFolder) -> None:
    preparation.put_file(folder, YEAR, NFD, b"a;b\n", "essai")
    assert [change.chemin for change in preparation.changes(folder)] == [f"raw/{YEAR}/{NFC}"]


def test_two_files_of_one_name_are_not_taken_for_each_other(folder: DataFolder) -> None:
    place = folder.raw / YEAR
    (place / "reponses.csv").rename(place / NFC)
    write_csv(place / NFD, table(shipped_format("questionnaire-2016"), [reponse("a1", nb_enfants="3")]))
    files = stage_all(folder, quick_codebook(), load_campaigns(folder), input_hashes(folder), silent)
    found = [(file.fichier, file.refusal.code if file.refusal else None) for file in files if file.fichier == NFC]
    assert sorted(found, key=str) == [(NFC, "nom_refuse"), (NFC, None)]
