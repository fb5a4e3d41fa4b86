"""The raw folder: each campaign declares itself, and one changed byte changes its hash."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

import pytest

from pipeline.builds.result import changes
from pipeline.reading.campaigns import PROGRAM, input_hashes, load_campaigns, program_hash
from socle.files.manifest import Manifest
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from socle.words.refusal import Refusal
from tests.support.builds import plain
from tests.support.exports import declare, make_folder

YEAR = "2019-2020"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return make_folder(tmp_path)


def rewrite(folder: DataFolder, text: str, encoding: str = "utf-8") -> None:
    (folder.raw / YEAR / "campagne.yml").write_text(text, encoding=encoding)


def refusal(folder: DataFolder) -> Refusal:
    with pytest.raises(Refusal) as raised:
        load_campaigns(folder)
    return raised.value


def test_a_campaign_says_who_it_is_and_what_was_sent_for_it(folder: DataFolder) -> None:
    rewrite(
        folder,
        f"campagne: {YEAR}\nfictif: false\ndepartements: ['45', 2A]\ncontexte: Écoles fermées.\n"
        "dates:\n  ouverture: 2020-06-15\n  cloture: '2020-09-15'\n",
    )
    [campaign] = load_campaigns(folder)
    assert (campaign.name, campaign.fictif, campaign.departements) == (YEAR, False, ("45", "2A"))
    assert (campaign.contexte, campaign.ouverture, campaign.cloture) == ("Écoles fermées.", "2020-06-15", "2020-09-15")
    assert [path.name for path in campaign.files] == ["agrements.csv", "reponses.csv"]


def test_a_file_is_of_its_folder_else_of_whom_the_year_says_else_of_the_only_one(folder: DataFolder) -> None:
    for said, wanted in (("['45', '83']", None), ("['45', '83']\nfichiers_de: 45", "45"), ("['83']", "83")):
        rewrite(folder, f"campagne: {YEAR}\nfictif: true\ndepartements: {said}\n")
        [campaign] = load_campaigns(folder)
        places = ("bilans.csv", "reçus/bilans.csv", "83/bilans.csv", "2A/bilans.csv")
        assert [campaign.departement_of(name) for name in places] == [wanted, wanted, "83", None]


@pytest.mark.parametrize("said", ["fichiers_de: '83'", "par_departement: {'83': {contexte: Écoles fermées.}}"])
def test_what_is_said_of_a_departement_that_is_not_declared_is_refused(folder: DataFolder, said: str) -> None:
    rewrite(folder, f"campagne: {YEAR}\nfictif: true\ndepartements: ['45']\n{said}\n")
    name = said.partition(":")[0]
    assert f"« {name} » nomme 83, que « departements » ne déclare pas" in plain(refusal(folder))


def test_campaigns_come_in_the_order_of_their_years(folder: DataFolder) -> None:
    declare(folder, "2021-2022")
    declare(folder, "2018-2019")
    assert [campaign.name for campaign in load_campaigns(folder)] == ["2018-2019", YEAR, "2021-2022"]


def test_exports_are_found_in_sub_folders_whatever_the_case_of_their_name(folder: DataFolder) -> None:
    below = folder.raw / YEAR / "reçus"
    below.mkdir()
    for name in ("Lot 2.CSV", "lot.XLSX", "lot.ods", "lisez-moi.txt", ".caché.csv", "~$lot.xlsx"):
        (below / name).touch()
    files = load_campaigns(folder)[0].files
    assert [path.name for path in files if path.parent == below] == [
        "Lot 2.CSV",
        "lisez-moi.txt",
        "lot.XLSX",
        "lot.ods",
    ]


def test_what_the_machine_hides_in_the_raw_folder_is_passed_over(folder: DataFolder) -> None:
    before = input_hashes(folder)
    for path in (folder.raw / ".Trash-0" / "vieux.csv", folder.raw / YEAR / ".versions" / "vieux.csv"):
        path.parent.mkdir()
        path.write_text("a;b\n", encoding="utf-8")
    assert [campaign.name for campaign in load_campaigns(folder)] == [YEAR]
    assert len(load_campaigns(folder)[0].files) == 2
    assert input_hashes(folder) == before


def test_a_campaign_without_a_declaration_is_refused(folder: DataFolder) -> None:
    (folder.raw / YEAR / "campagne.yml").unlink()
    assert plain(refusal(folder)) == (
        f"Le dossier {YEAR} n'a pas de fichier campagne.yml. Créez-le : il dit si les données sont fictives et de "
        "quel département elles viennent."
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "« None » n'est pas une suite de « clé : valeur »"),
        ("2019-2020", "« 2019-2020 » n'est pas une suite de « clé : valeur »"),
        (f"campagne: {YEAR}\ndepartements: ['45']\n", "il manque fictif"),
        (f"campagne: {YEAR}\nfictif: peut-être\ndepartements: ['45']\n", "« peut-être » n'est pas true ou false"),
        (
            f"campagne: {YEAR}\nfictif: true\ndepartements: [true]\n",
            "« TRUE » n'a pas la forme attendue, par exemple « 45 »",
        ),
        (f"campagne: {YEAR}\nfictif: true\ndepartements: [20]\n", "« 20 » n'a pas la forme attendue"),
        (f"campagne: {YEAR}\nfictif: true\ndepartements: ['450']\n", "« 450 » n'a pas la forme attendue"),
        (f"campagne: {YEAR}\nfictif: true\ndepartements: ['45']\nannee: 2019\n", "clé inconnue : annee"),
        (f"campagne: {YEAR}\nfictif: true\nfictif: false\ndepartements: ['45']\n", "est donnée deux fois"),
        (f"campagne: {YEAR}\nfictif: true\ndepartements: ['45'\n", "ce fichier ne peut pas être lu"),
        ("campagne: 2018-2019\nfictif: true\ndepartements: ['45']\n", "il déclare l'année scolaire 2018-2019"),
        (
            f"campagne: {YEAR}\nfictif: true\ndepartements: ['45']\ndates: {{ouverture: 2020-02-31}}\n",
            "« 2020-02-31 » n'est pas une date",
        ),
    ],
)
def test_a_declaration_that_cannot_be_used_is_refused_with_its_reason_in_french(
    folder: DataFolder, text: str, reason: str
) -> None:
    rewrite(folder, text)
    found = refusal(folder)
    sentence = plain(found)
    assert found.code == "campagne_yml_invalide"
    assert sentence.startswith(f"Le fichier campagne.yml de {YEAR} n'est pas utilisable : ")
    assert reason in sentence
    assert sentence.endswith(". Corrigez-le, puis recommencez.")
    assert ".." not in sentence


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("[01]", ("01",)), ("[1]", ("01",)), ('["1"]', ("01",)), ("[08]", ("08",)), ("[45]", ("45",)),
        ("[2A, 2b]", ("2A", "2B")), ("45", ("45",)), ("[“45”]", ("45",)), ("[« 45 »]", ("45",)), ("['974']", ("974",)),
        ("\n  - 045", None), ("[036]", None), ("[]", None), ("[20]", None),
    ],
)  # fmt: skip
def test_a_departement_is_read_as_it_is_written(
    folder: DataFolder, written: str, codes: tuple[str, ...] | None
) -> None:
    rewrite(folder, f"\ufeffcampagne: {YEAR}\nfictif: true\ndepartements: {written}\n")
    if codes:
        assert load_campaigns(folder)[0].departements == codes
    else:
        assert refusal(folder).code == "campagne_yml_invalide"


@pytest.mark.parametrize(("written", "fictif"), [("non", False), ("Oui", True), ("no", False), ('"vrai"', True)])
def test_yes_and_no_are_read_in_french(folder: DataFolder, written: str, fictif: bool) -> None:
    rewrite(folder, f"campagne: 2019–2020\nfictif: {written}\ndepartements: [45]\n")
    assert load_campaigns(folder)[0].fictif is fictif


def test_dates_are_read_as_they_are_written_here(folder: DataFolder) -> None:
    rewrite(
        folder,
        f"campagne: {YEAR}\nfictif: true\ndepartements: [45]\ndates: {{ouverture: 15/06/2020, cloture: 1.9.2020}}\n",
    )
    (campaign,) = load_campaigns(folder)
    assert (campaign.ouverture, campaign.cloture) == ("2020-06-15", "2020-09-01")


BROKEN = {
    "tabulation": "fictif:\ttrue\ndepartements:\n\t- '45'",
    "tabulation au début": "\tfictif: true",
    "guillemet": 'contexte: "fermé\nfictif: true',
    "crochet": "departements: ['45'\nfictif: true",
    "accolade": "dates: {ouverture: 2020-09-01\nfictif: true",
    "deux-points": "contexte: Clas : année de crise : oui",
    "retrait": "dates:\n    ouverture: 2020-09-01\n  cloture: 2020-09-02",
    "liste": "departements:\n- '45'\n  - '41'\n fictif: true",
    "esperluette": "contexte: &",
    "étoile": "contexte: *gras*",
    "exclamation": "contexte: !important",
    "arobase": "contexte: @clas",
    "pour cent": "contexte: %",
    "accent grave": "contexte: `x`",
    "échappement": 'contexte: "C:\\clas"',
    "nul": "contexte: a\x01b",
    "clé": "? x",
    "clé double": "fictif: true\nfictif: true",
    "texte seul": "bonjour",
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN)
def test_no_fault_of_yaml_is_said_in_english(folder: DataFolder, text: str) -> None:
    rewrite(folder, f"campagne: {YEAR}\n{text}\n")
    sentence = plain(refusal(folder))
    assert not re.search(r"\b(the|found|expected|while|could|not|did|mapping|token|character|is|of)\b", sentence)
    assert sentence.endswith(". Corrigez-le, puis recommencez.")


def test_the_line_and_the_tab_are_named(folder: DataFolder) -> None:
    rewrite(folder, f"campagne: {YEAR}\n{BROKEN['tabulation']}\n")
    assert "une tabulation y est, remplacez-la par des espaces (ligne 4)" in plain(refusal(folder))


def test_a_declaration_that_is_not_utf_8_is_refused(folder: DataFolder) -> None:
    rewrite(folder, f"campagne: {YEAR}\nfictif: true\ndepartements: ['45']\ncontexte: fermées\n", "latin-1")
    assert "UTF-8" in str(refusal(folder))


def test_every_fault_of_a_declaration_is_said_at_once(folder: DataFolder) -> None:
    rewrite(folder, f"campagne: {YEAR}\ndepartements: [450]\nannee: 2019\n")
    sentence = str(refusal(folder))
    assert all(word in sentence for word in ("fictif", "45", "annee"))


def test_real_and_fictitious_campaigns_are_never_mixed(folder: DataFolder) -> None:
    declare(folder, "2020-2021", fictif=False)
    found = refusal(folder)
    assert found.code == "melange_fictif_reel"
    assert "Des données réelles (2020-2021) et fictives (2019-2020) sont dans le même dossier" in str(found)


@pytest.mark.parametrize("present", [False, True])
def test_a_raw_folder_without_any_campaign_is_refused(tmp_path: Path, present: bool) -> None:
    folder = DataFolder(tmp_path)
    if present:
        folder.raw.mkdir()
        (folder.raw / "porteurs.csv").touch()
    assert str(refusal(folder)).startswith("Le dossier raw ne contient aucune année scolaire.")


def test_a_input_hash_names_every_raw_file_and_depends_on_their_bytes_alone(folder: DataFolder) -> None:
    before = input_hashes(folder)
    raw = {"porteurs.csv", f"{YEAR}/campagne.yml", f"{YEAR}/agrements.csv", f"{YEAR}/reponses.csv"}
    assert set(before) == raw | {"(programme)"}
    for path in folder.raw.rglob("*"):
        os.utime(path, (1, 1))
    copy = DataFolder(folder.root / "copie")
    shutil.copytree(folder.raw, copy.raw)
    assert input_hashes(folder) == input_hashes(copy) == before


def test_what_changed_since_a_build_is_named(folder: DataFolder) -> None:
    then = Manifest("b", "", True, input_hashes(folder), "", {}, {})
    assert not changes(folder, then)
    (folder.raw / YEAR / "reponses.csv").unlink()
    (folder.raw / YEAR / "envoi.csv").touch()
    declare(folder, YEAR, fictif=False)
    found = changes(folder, then)
    assert (found.added, found.modified, found.removed) == (
        (f"{YEAR}/envoi.csv",),
        (f"{YEAR}/campagne.yml",),
        (f"{YEAR}/reponses.csv",),
    )
    assert not found.program


def test_another_version_of_the_program_is_a_change(folder: DataFolder) -> None:
    then = Manifest("b", "", True, input_hashes(folder) | {"(programme)": "autre"}, "", {}, {})
    assert changes(folder, then).program


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Packages next to one another, as in a clone or once installed."""
    root = tmp_path / "clone"
    for name in ("socle/words/french.py", "pipeline/sql/core.sql", "clas_demo/pages.py", "expectations/reponse.yml"):
        (root / name).parent.mkdir(parents=True)
        (root / name).write_text("1\n", encoding="utf-8")
    return root


@pytest.mark.parametrize("changed", ["socle/words/french.py", "pipeline/sql/core.sql", "expectations/reponse.yml"])
def test_one_changed_line_of_what_writes_a_build_makes_another_program(program: Path, changed: str) -> None:
    before = program_hash(program)
    (program / changed).write_text("2\n", encoding="utf-8")
    assert program_hash(program) != before


def test_a_program_is_the_same_wherever_it_stands_and_whatever_the_fictitious_data_are(program: Path) -> None:
    before = program_hash(program)
    moved = program.rename(program.with_name("site-packages"))
    (moved / "clas_demo" / "pages.py").write_text("2\n", encoding="utf-8")
    assert program_hash(moved) == before


def test_every_package_of_the_program_is_there() -> None:
    assert [name for name in PROGRAM if not any((PROJECT_ROOT / name).rglob("*.*"))] == []
