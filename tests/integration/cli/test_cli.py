"""The command `clas` from one end to the other, on a copy of the built demo and on small folders."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from access.entry.local_codes import LocalCodes
from access.people.identity import ROLES
from cli.demo.accounts import show_accounts
from cli.main import main
from pipeline.__main__ import main as pipeline_main
from pipeline.builds.lock import only_builder
from socle.files.manifest import read_manifest
from socle.paths import DataFolder
from tests.support.builds import build_with, quick_codebook
from tests.support.demo import build_of
from tests.support.exports import make_folder

CLAS = [sys.executable, "-m", "cli.main"]
ANCHOR = """
select indicateur, valeur, origine from marts.indicateur_valeur
where campagne = '2019-2020' and niveau = 'departement' and code = '45' and indicateur in ('nb_actions', 'nb_enfants')
order by all
"""
HEAVY = {"duckdb", "pandas", "yaml", "great_expectations", "numpy", "sqlalchemy", "streamlit", "sqlite3", "argon2"}
ENGLISH = re.compile(r"\b(Usage|Error|Traceback|Missing|Invalid|Warning)\b")

Captured = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def folder(demo: DataFolder, tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """A copy: a process opens a database in one way only, and other tests open the demo's in theirs."""
    copy = DataFolder(tmp_path_factory.mktemp("copie") / "data")
    shutil.copytree(demo.root, copy.root)
    return copy


@pytest.fixture(autouse=True)
def _use(folder: DataFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAS_DATA", str(folder.root))


@pytest.fixture
def adopted(adopted_demo: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    """A copy of what `clas demo` leaves, but for its accounts."""
    copy = DataFolder(tmp_path / "arretee")
    shutil.copytree(adopted_demo.root, copy.root)
    monkeypatch.setenv("CLAS_DATA", str(copy.root))
    return copy


def run(capsys: Captured, *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    out, err = capsys.readouterr()
    assert ENGLISH.findall(out + err) == []
    return code, out.replace("\u202f", " "), err.replace("\u202f", " ")


def test_a_build_with_nothing_new_says_so(capsys: Captured) -> None:
    code, out, err = run(capsys, "build")
    assert (code, err) == (0, "")
    assert re.fullmatch(r"Rien de nouveau depuis le \d\d/\d\d/\d{4} à \d\d h \d\d \(construction \d{6}-\w+\)\.\n", out)


@pytest.mark.parametrize("arguments", [["--help"], ["status"], ["status", "--json"], ["build"]])
def test_what_must_be_quick_imports_nothing_heavy(arguments: list[str]) -> None:
    program = (
        f"import sys; from cli.main import main; assert main({arguments}) == 0; print(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {name.split(".")[0] for name in done.stderr.split()} & HEAVY == set()


def test_a_refused_file_is_named_the_rest_is_published_and_the_build_exits_with_1(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    small = make_folder(tmp_path)
    (small.raw / "2019-2020" / "autre.csv").write_text("Un;Deux\n1;2\n", encoding="utf-8")
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    build_with(monkeypatch, quick_codebook())
    code, out, err = run(capsys, "build")
    assert code == 1
    assert "Construction 000001-" in out
    assert "1 fichier refusé" in err
    assert "autre.csv n'a été reconnu comme aucun export connu" in err
    again, out, err = run(capsys, "build")
    assert again == 1
    assert out.startswith("Rien de nouveau")
    assert "autre.csv" in err
    assert "autre.csv" in run(capsys, "status")[1]
    assert run(capsys, "sql", "select count(*) from core.action")[0] == 0


def test_a_build_under_way_refuses_another(capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    small = make_folder(tmp_path)
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    with only_builder(small):
        code, _, err = run(capsys, "build")
    assert code == 1
    assert "déjà en cours" in err


def test_local_definitions_that_are_wrong_are_all_listed(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    small = make_folder(tmp_path)
    (small.root / "definitions").mkdir()
    text = "indicateurs:\n  - id: essai\n  - id: autre\n"
    (small.root / "definitions" / "indicators.yml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    code, _, err = run(capsys, "build")
    assert code == 1
    assert "essai" in err
    assert "autre" in err


def test_the_door_of_programs_writes_json_lines(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_folder(tmp_path)
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    build_with(monkeypatch, quick_codebook())
    assert pipeline_main(["build"]) == 0
    *steps, last = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {"etape": "Lecture de 2019-2020/reponses.csv"} in steps
    assert (last["nouvelle"], last["fictif"], last["refuses"]) == (True, True, [])
    assert pipeline_main(["build"]) == 0
    assert json.loads(capsys.readouterr().out)["nouvelle"] is False


@pytest.mark.parametrize("arguments", [[], ["autre"], ["build", "--autre"]])
def test_the_door_of_programs_refuses_what_it_does_not_know(capsys: Captured, arguments: list[str]) -> None:
    assert pipeline_main(arguments) == 2
    assert "python -m pipeline build" in json.loads(capsys.readouterr().out)["erreur"]


def test_the_door_of_programs_says_why_it_refuses(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    assert pipeline_main(["build"]) == 1
    assert json.loads(capsys.readouterr().out)["code"] == "donnees_absentes"


def test_status_tells_what_is_published(capsys: Captured) -> None:
    code, out, _ = run(capsys, "status")
    assert code == 0
    assert out.startswith("DONNÉES FICTIVES")
    assert re.search(r"2019-2020 +45 +provisoire +41 +41 +41 ", out)
    assert "Rien n'a changé depuis" in out


def test_status_in_json_is_what_a_program_needs(capsys: Captured) -> None:
    told = json.loads(run(capsys, "status", "--json")[1])
    assert told["fictif"] is True
    assert told["a_reconstruire"] is False
    assert [c["nb_actions_agreees"] for c in told["campagnes"] if c["campagne"] == "2019-2020"] == [41]


def test_status_tells_what_changed_in_the_raw_files(capsys: Captured, folder: DataFolder) -> None:
    added = folder.raw / "2019-2020" / "nouveau.csv"
    added.write_text("Un;Deux\n", encoding="utf-8")
    try:
        assert "2019-2020/nouveau.csv (ajouté)" in run(capsys, "status")[1]
        changes = json.loads(run(capsys, "status", "--json")[1])["changements"]
    finally:
        added.unlink()
    assert changes == {"ajoutes": ["2019-2020/nouveau.csv"], "modifies": [], "retires": [], "programme": False}


def test_status_before_any_build_says_what_to_run(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    assert "clas demo" in run(capsys, "status")[1]
    assert json.loads(run(capsys, "status", "--json")[1])["construction"] is None


def test_check_reads_a_file_and_keeps_nothing(capsys: Captured, folder: DataFolder, tmp_path: Path) -> None:
    file = next((folder.raw / "2019-2020").glob("questionnaire*.csv"))
    before = sorted(folder.root.rglob("*"))
    code, out, _ = run(capsys, "check", str(shutil.copy(file, tmp_path)), "--campagne", "2019-2020")
    assert code == 0
    assert "est utilisable (année scolaire 2019-2020)" in out
    assert "Questionnaire d'activité en ligne" in out
    assert re.search(r"\d+ points? relevés? à la lecture", out)
    assert sorted(folder.root.rglob("*")) == before


def test_check_finds_out_which_year_a_file_of_the_working_folder_is_of(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, folder: DataFolder, tmp_path: Path
) -> None:
    file = Path(shutil.copy(next((folder.raw / "2017-2018").glob("agrements*")), tmp_path))
    monkeypatch.chdir(tmp_path)
    code, out, _ = run(capsys, "check", file.name)
    assert code == 0
    assert "(année scolaire 2017-2018)" in out


def test_check_refuses_a_file_of_another_year(capsys: Captured, folder: DataFolder) -> None:
    file = next((folder.raw / "2017-2018").glob("agrements*"))
    code, _, err = run(capsys, "check", str(file), "--campagne", "2019-2020")
    assert code == 1
    assert "il indique 2017-2018" in err


def test_check_names_a_header_astray_and_the_nearest_one(capsys: Captured, folder: DataFolder, tmp_path: Path) -> None:
    file = next((folder.raw / "2019-2020").glob("agrements*.csv"))
    text = file.read_text(encoding="utf-8-sig").replace("Enfants et jeunes agréés", "Enfants agrées")
    changed = tmp_path / "agrements.csv"
    changed.write_text(text, encoding="utf-8")
    code, _, err = run(capsys, "check", str(changed))
    assert code == 1
    assert "« Enfants agrées » est inconnu" in err
    assert "« Enfants et jeunes agréés »" in err


def test_the_anchor_query_gives_the_published_figures_in_csv(capsys: Captured) -> None:
    code, out, _ = run(capsys, "sql", ANCHOR, "--format", "csv")
    assert code == 0
    assert out == (
        "indicateur,valeur,origine\n"
        "nb_actions,41,fictif\nnb_actions,41,publie\nnb_enfants,485,fictif\nnb_enfants,485,publie\n"
    )


def test_the_query_may_come_from_a_file_and_the_result_go_to_one(capsys: Captured, tmp_path: Path) -> None:
    query, result = tmp_path / "requete.sql", tmp_path / "resultat.csv"
    query.write_text("select 'é, \"x\"' as t, null as rien, true as oui, 1.50::decimal(4, 2) as d", encoding="utf-8")
    code, out, _ = run(capsys, "sql", "--file", str(query), "--format", "csv", "--out", str(result))
    assert (code, out) == (0, f"Résultat écrit dans {result}.\n")
    assert result.read_bytes() == 't,rien,oui,d\n"é, ""x""",,true,1.50\n'.encode()


def test_the_query_may_come_from_standard_input(folder: DataFolder) -> None:
    done = subprocess.run([*CLAS, "sql", "--format", "csv"], input="select 1 as un", capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "un\n1\n")


def test_json_is_read_back(capsys: Captured) -> None:
    query = "select date '2020-01-02' as jour, 1.5::decimal(4, 2) as d, null as rien, ['a'] as liste"
    rows = json.loads(run(capsys, "sql", query, "--format", "json")[1])
    assert rows == [{"jour": "2020-01-02", "d": 1.5, "rien": None, "liste": ["a"]}]
    assert json.loads(run(capsys, "sql", "select 1 where false", "--format", "json")[1]) == []


def test_a_text_that_would_run_is_safe_in_the_csv_and_a_negative_number_is_a_number(capsys: Captured) -> None:
    query = (
        "select '=1+1' as \"@titre\", -3 as n, -2.5 as d, (-0.5)::double as f, '-3' as t, 'a' || chr(13) || 'b' as r, "
        "date '2020-01-02' as j, interval '-1 day' as i, null as rien"
    )
    code, out, _ = run(capsys, "sql", query, "--format", "csv")
    assert code == 0
    head, row = csv.reader(io.StringIO(out, newline=""))
    assert head[0] == "'@titre"
    assert row == ["'=1+1", "-3", "-2.5", "-0.5", "'-3", "a\rb", "2020-01-02", "'-1 day", ""]


def test_a_table_says_how_many_rows_it_leaves_out(capsys: Captured) -> None:
    _, out, err = run(capsys, "sql", "from range(201)")
    assert "199" in out
    assert "200 premières lignes" in err
    assert run(capsys, "sql", "from range(3)")[2] == "3 lignes\n"


def test_a_refused_query_exits_with_1_and_leaves_no_file(capsys: Captured, tmp_path: Path) -> None:
    out = tmp_path / "x.csv"
    code, _, err = run(capsys, "sql", "select t::int from (values ('b')) as v(t)", "--format", "csv", "--out", str(out))
    assert code == 1
    shown, mark, said = err.splitlines()
    assert (shown[:8], mark) == ("select t", "        ^")
    assert said.startswith("La requête est refusée : ")
    assert list(tmp_path.iterdir()) == []


def test_a_reader_that_has_had_enough_is_no_error() -> None:
    command = f"{sys.executable} -m cli.main sql 'from range(1000000)' --format csv | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "range\n", "")


def test_explain_names_the_roster_and_its_lines(capsys: Captured) -> None:
    code, out, _ = run(capsys, "explain", "nb_enfants/2019-2020/45")
    assert code == 0
    assert out.startswith("DONNÉES FICTIVES\n")
    assert "chiffre retenu : 485 — publié. Source : Note de cadrage" in out
    assert "2019-2020/agrements-donnees-fictives-2019-2020.csv : lignes 2 à 42\n" in out
    assert "questionnaire" not in out


def test_the_sql_that_explain_shows_can_be_pasted(capsys: Captured) -> None:
    out = run(capsys, "explain", "taux_reponse_actions", "--campagne", "2017-2018")[1]
    query = "\n".join(line for line in out.splitlines() if line.startswith("    "))
    told: dict[str, Any] = json.loads(run(capsys, "sql", query, "--format", "json")[1])[0]
    shown = json.loads(run(capsys, "explain", "taux_reponse_actions/2017-2018", "--json")[1])["origins"][0]
    assert (told["valeur"], told["lignes"]) == (pytest.approx(shown["valeur"]), shown["nb_repondants"])


def test_the_sql_of_a_sensitive_figure_is_for_the_agent(capsys: Captured) -> None:
    out = run(capsys, "explain", "part_enfants_besoin__handicap/2019-2020/45")[1]
    assert "avec « clas sql --agent » :" in out
    query = "\n".join(line for line in out.splitlines() if line.startswith("    "))
    assert run(capsys, "sql", query)[0] == 1
    assert run(capsys, "sql", query, "--agent")[0] == 0


def test_an_unknown_figure_is_refused_with_the_nearest_ones(capsys: Captured) -> None:
    code, _, err = run(capsys, "explain", "nb_enfan")
    assert code == 1
    assert "nb_enfants" in err


def test_the_dictionary_is_written_and_checked(capsys: Captured, tmp_path: Path) -> None:
    out = tmp_path / "dictionary.md"
    assert run(capsys, "dictionary", "--out", str(out))[0] == 0
    assert main(["dictionary"]) == 0
    assert capsys.readouterr().out == out.read_text(encoding="utf-8")


def test_a_stale_dictionary_exits_with_1(capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from cli.figures import dictionary

    stale = tmp_path / "dictionary.md"
    stale.write_text("# Dictionnaire\n", encoding="utf-8")
    monkeypatch.setattr(dictionary, "COMMITTED", stale)
    code, _, err = run(capsys, "dictionary", "--check")
    assert code == 1
    assert "clas dictionary --out" in err


def test_the_demo_shows_the_loiret_says_it_is_fictitious_and_what_to_do_next(
    capsys: Captured, adopted: DataFolder
) -> None:
    code, out, _ = run(capsys, "demo")
    assert code == 0
    assert out.startswith("DONNÉES FICTIVES")
    assert "41 actions agréées dans le Loiret en 2019-2020 (publié : Note de cadrage" in out
    assert "485 enfants et jeunes correspondants" in out
    assert f"Ils sont dans {adopted.raw}" in out
    assert re.search(r"Réponse des porteurs +100 % \(27 sur 27\) +données fictives +86 %", out)
    assert "clas explain nb_enfants/2019-2020/45" in out
    assert "clas dashboard" in out


def test_the_demo_makes_an_account_a_role_with_new_codes_each_time_and_they_open_it(
    capsys: Captured, adopted: DataFolder
) -> None:
    shown = re.compile(
        r"^ *(?:agent Caf|membre du comité|analyste|porteur de projet) +(\S+) +(\S{19}) *$", re.MULTILINE
    )
    first, second = (dict(shown.findall(run(capsys, "demo")[1])) for _ in range(2))
    assert len(first) == 4
    assert first.keys() == second.keys()
    assert not set(first.values()) & set(second.values())
    provider = LocalCodes(adopted)
    roles = {provider.identify({"identifiant": who, "code": code}, "192.0.2.1").role for who, code in second.items()}
    assert roles == set(ROLES)


def test_the_demo_leaves_other_data_alone_and_says_why(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    make_folder(tmp_path)
    monkeypatch.setenv("CLAS_DATA", str(tmp_path))
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}
    code, out, err = run(capsys, "demo")
    assert (code, out) == (1, "")
    assert err == (
        f"Le dossier {tmp_path} contient autre chose que l'exemple fictif (raw) : rien n'y a été touché, désignez un "
        "dossier vide avec CLAS_DATA pour y mettre l'exemple.\n"
    )
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_no_account_is_made_for_real_data(folder: DataFolder, capsys: Captured, tmp_path: Path) -> None:
    manifest = read_manifest(build_of(folder))
    assert manifest is not None
    show_accounts(DataFolder(tmp_path), replace(manifest, fictif=False))
    assert capsys.readouterr().out == ""
    assert list(tmp_path.iterdir()) == []


def test_no_color_is_respected_in_a_terminal() -> None:
    assert not re.search(r"\x1b\[[0-9;]*[34][0-9]", in_a_terminal("status", NO_COLOR="1"))
    assert "DONNÉES FICTIVES" in in_a_terminal("status")


def in_a_terminal(*arguments: str, **environment: str) -> str:
    ours, theirs = pty.openpty()
    with subprocess.Popen([*CLAS, *arguments], stdout=theirs, stderr=theirs, env=os.environ | environment) as process:
        os.close(theirs)
        pieces = []
        try:
            while piece := os.read(ours, 1 << 16):
                pieces.append(piece)
        except OSError:  # how a pseudo-terminal says that nobody writes to it any more
            pass
        os.close(ours)
    assert process.returncode == 0
    return b"".join(pieces).decode()
