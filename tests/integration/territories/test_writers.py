"""Two Cafs in one folder: what writes takes nothing of another département, whatever it is asked by whatever door."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import pytest

from cli.main import main
from pipeline.builds.difference import compare
from pipeline.builds.open_points import OpenPoint, open_points, waiting_returns
from pipeline.core.decisions import CLOSED, CONFIRMED, load_decisions
from pipeline.deposits.load_history import loads
from pipeline.preparation import preparation
from pipeline.preparation.foreign_changes import foreign_changes, own_changes
from pipeline.preparation.row_answers import row_answers
from pipeline.preparation.territory import counted, only_theirs, owners_of
from pipeline.preparation.unknown_porteurs import attach_unknown, own_register, unknown_porteurs
from pipeline.preparation.write_campagne import declare_campagne
from pipeline.preparation.write_corrections import add_correction, remove_correction
from pipeline.preparation.write_decisions import (
    choose_reply,
    end_point,
    lift_rule,
    still_waiting,
    validate_waiting,
    withdraw,
)
from pipeline.preparation.write_register import read_register
from pipeline.preparation.write_texts import Texts, load_texts, save_texts
from pipeline.reading.campaigns import CampaignOfDepartement, load_campaigns, read_campaign
from pipeline.staging.corrections import Correction
from pipeline.trial import current_trial
from socle.files.manifest import WAREHOUSE, current_build
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from tests.support.builds import quick_build
from tests.support.exports import PORTEURS, codebook, make_folder, reponse
from tests.support.once import copied
from tests.support.two_cafs import COMMON, RULES, YEAR
from warehouse.engine.engine import Engine
from warehouse.listings.returns import points as points_of_questions
from warehouse.listings.set_aside import answers_set_aside
from warehouse.open import open_current
from warehouse.origins.explain import explain
from warehouse.origins.figure_name import resolve
from warehouse.scope import Scope

CSV = b"a;b\n1;2\n"


@pytest.fixture
def folder(two_cafs: DataFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DataFolder:
    copy = copied(two_cafs, tmp_path / "data")
    monkeypatch.setenv("CLAS_DATA", str(copy.root))
    return copy


def build_of(folder: DataFolder) -> Path:
    found = current_build(folder)
    assert found is not None
    return found


def read_warehouse(build: Path, query: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(build / WAREHOUSE), read_only=True) as warehouse:
        return warehouse.execute(query).fetchall()


def point(folder: DataFolder, departement: str, regle: str = "collectif_hors_8_12") -> OpenPoint:
    found = open_points(build_of(folder), YEAR)
    return next(one for one in found if (one.departement, one.regle) == (departement, regle))


def correction(fichier: str, ligne: int) -> Correction:
    return Correction(YEAR, fichier, None, ligne, "nb_enfants", "30", "12", "Vu", "Agent", "2026-11-30")


def code_of(gesture: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refused:
        gesture()
    assert str(refused.value).endswith(".")
    return refused.value.code


def test_a_year_is_shared_out_by_its_folders_its_rows_and_its_points(folder: DataFolder) -> None:
    own = owners_of(folder, YEAR)
    assert dict(own.files) == {COMMON: None, "45/bilans.csv": "45", "83/bilans.csv": "83"}
    assert own.row("45", "45/bilans.csv", 2) and not own.row("45", "83/bilans.csv", 2) and not own.row("45", COMMON, 2)
    assert own.row(None, COMMON, 2)
    assert (only_theirs(folder, "45"), only_theirs(folder, None)) == (False, True)
    # A root file whose rows are all of one département is that one's, as long as it is what was read.
    alone = folder.raw / YEAR / "bilans.csv"
    (folder.raw / YEAR / "45" / "bilans.csv").rename(alone)
    assert owners_of(folder, YEAR).files["bilans.csv"] is None
    quick_build(folder, rules=RULES)
    assert owners_of(folder, YEAR).files["bilans.csv"] == "45"
    alone.write_bytes(alone.read_bytes() + b"\n")
    assert owners_of(folder, YEAR).files["bilans.csv"] is None


def test_a_file_goes_to_the_folder_of_its_departement_whatever_its_name_or_its_address(folder: DataFolder) -> None:
    assert preparation.put_file(folder, YEAR, "bilans2.csv", CSV, "Agent", territory="45") == "45/bilans2.csv"
    for nom in ("../83/x.csv", "83/x.csv", "..\\83\\x.csv", ".."):
        refused = code_of(lambda nom=nom: preparation.put_file(folder, YEAR, nom, CSV, "Agent", territory="45"))
        assert refused in ("nom_refuse", "extension_refusee")
    for campagne in (f"{YEAR}/83", "..", f"../raw/{YEAR}"):
        assert code_of(
            lambda campagne=campagne: preparation.put_file(folder, campagne, "x.csv", CSV, "Agent", territory="45")
        ) in ("campagne_inconnue", "campagne_yml_absent", "campagne_yml_invalide")
    gestures: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: preparation.put_file(folder, YEAR, "x.csv", CSV, "A", departement="83", territory="45"),
         "departement_autre"),
        (lambda: preparation.put_file(folder, YEAR, "x.csv", CSV, "A", departement="75"), "annee_sans_departement"),
        (lambda: preparation.put_file(folder, YEAR, "x.csv", CSV, "A", COMMON, territory="45"),
         "fichier_autre_departement"),
        (lambda: preparation.put_file(folder, YEAR, "x.csv", CSV, "A", "83/bilans.csv", territory="45"),
         "fichier_autre_departement"),
        (lambda: preparation.remove_file(folder, YEAR, "83/bilans.csv", "A", "45"), "fichier_autre_departement"),
        (lambda: preparation.remove_file(folder, YEAR, "45/../83/bilans.csv", "A", "45"), "fichier_autre_departement"),
        (lambda: preparation.remove_file(folder, YEAR, COMMON, "A", "45"), "fichier_autre_departement"),
    )  # fmt: skip
    for gesture, code in gestures:
        assert code_of(gesture) == code
    assert [one.chemin for one in preparation.changes(folder)] == [f"raw/{YEAR}/45/bilans2.csv"]
    preparation.remove_file(folder, YEAR, "45/bilans.csv", "Agent", "45")
    # The same name in two départements is two files; several at once go to the folder of the year.
    preparation.give_up(folder)
    assert preparation.put_file(folder, YEAR, "tardif.csv", CSV, "A", departement="45") == "45/tardif.csv"
    assert preparation.put_file(folder, YEAR, "tardif.csv", CSV, "A", departement="83") == "83/tardif.csv"
    assert preparation.put_file(folder, YEAR, "tardif.csv", CSV, "A") == "tardif.csv"


def test_a_preparation_is_closed_to_another_departement(folder: DataFolder) -> None:
    preparation.put_file(folder, YEAR, "x.csv", CSV, "Agent du Var", territory="83")
    gestures: tuple[Callable[[], object], ...] = (
        lambda: preparation.begin(folder, "Agent", "45"),
        lambda: preparation.put_file(folder, YEAR, "y.csv", CSV, "Agent", territory="45"),
        lambda: preparation.restore_file(folder, YEAR, "83/x.csv", "45"),
        lambda: preparation.give_up(folder, "45"),
        lambda: preparation.accept(folder, Settings(folder.root), "Agent", "45"),
    )
    assert {code_of(gesture) for gesture in gestures} == {"preparation_autre"}
    with pytest.raises(Refusal, match="Agent du Var prépare un chargement pour le département 83"):
        preparation.check_theirs(folder, "45")
    preparation.check_theirs(folder, "83")
    preparation.check_theirs(folder, None)
    # Who acts on all of them may go on with it; what they add for another closes it to the Var as well.
    preparation.put_file(folder, YEAR, "y.csv", CSV, "Agent national", departement="45")
    assert foreign_changes(folder, preparation.changes(folder), "83") == [f"raw/{YEAR}/45/y.csv"]
    assert code_of(lambda: preparation.give_up(folder, "83")) == "preparation_autre"
    preparation.give_up(folder)


def test_what_is_shared_is_judged_entry_by_entry(folder: DataFolder) -> None:
    prepared = preparation.begin(folder, "Agent", "45")
    add_correction(prepared, correction("45/bilans.csv", 2), "45")
    assert row_answers(prepared, YEAR, "45/bilans.csv", None, 2, "45")
    assert code_of(lambda: row_answers(prepared, YEAR, "83/bilans.csv", None, 2, "45")) == "ligne_autre_departement"
    for place in (("83/bilans.csv", 2), (COMMON, 2)):
        assert code_of(lambda place=place: add_correction(prepared, correction(*place), "45")) == (
            "ligne_autre_departement"
        )
    (prepared.raw / YEAR / "formats.yml").write_text("- {id: nouveau}\n", encoding="utf-8")
    assert foreign_changes(folder, preparation.changes(folder), "45") == []
    assert foreign_changes(folder, preparation.changes(folder), "83") == [f"raw/{YEAR}/corrections.yml"]
    add_correction(prepared, correction("83/bilans.csv", 2))
    assert code_of(lambda: remove_correction(prepared, correction("83/bilans.csv", 2), "45")) == (
        "ligne_autre_departement"
    )
    assert foreign_changes(folder, preparation.changes(folder), "45") == [f"raw/{YEAR}/corrections.yml"]
    for changed in ("formats.yml", f"raw/{YEAR}/commun.csv"):
        (folder.preparation / changed).write_text("x", encoding="utf-8")
    found = foreign_changes(folder, preparation.changes(folder), "45")
    assert {"formats.yml", f"raw/{YEAR}/commun.csv"} < set(found)


def test_a_year_is_joined_by_another_caf_with_its_own_dates_and_without_the_texts_of_the_first(
    folder: DataFolder,
) -> None:
    prepared = preparation.begin(folder, "Agent", "45")
    declare_campagne(prepared, "2022-2023", ["45"], "Agent", (date(2023, 6, 1), date(2023, 9, 1)), territory="45")
    assert code_of(lambda: declare_campagne(prepared, "2022-2023", ["45"], "Agent", territory="45")) == (
        "campagne_deja_la"
    )
    for gesture in (
        lambda: declare_campagne(prepared, "2023-2024", ["83"], "Agent", territory="45"),
        lambda: declare_campagne(prepared, "2023-2024", ["45", "83"], "Agent", territory="45"),
    ):
        assert code_of(gesture) == "departement_autre"
    year = read_campaign(prepared.raw / "2022-2023")
    save_texts(prepared, year, Texts({"mot_du_comite": "Merci du Loiret."}), "Agent", territory="45")
    assert foreign_changes(folder, preparation.changes(folder), "45") == []
    for path in ("campagne.yml", "textes.yml"):
        source = prepared.raw / "2022-2023" / path
        target = folder.raw / "2022-2023" / path
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(source.read_bytes())
    preparation.give_up(folder)
    prepared = preparation.begin(folder, "Agent du Var", "83")
    declare_campagne(
        prepared, "2022-2023", ["83"], "Agent du Var", (date(2023, 5, 1), date(2023, 8, 1)), territory="83"
    )
    assert foreign_changes(folder, preparation.changes(folder), "83") == []
    joined = read_campaign(prepared.raw / "2022-2023")
    assert joined.departements == ("45", "83")
    # The files of the first are still its own: nothing of them is read otherwise.
    assert [joined.departement_of(name) for name in ("bilans.csv", "83/bilans.csv")] == ["45", "83"]
    assert joined.par_departement == {
        "45": CampaignOfDepartement(None, "2023-06-01", "2023-09-01"),
        "83": CampaignOfDepartement(None, "2023-05-01", "2023-08-01"),
    }
    assert (load_texts(joined), load_texts(joined, "83")) == (Texts(), Texts())
    assert load_texts(joined, "45").entiers == {"mot_du_comite": "Merci du Loiret."}


def test_a_year_that_is_joined_says_of_the_first_caf_what_it_said(tmp_path: Path) -> None:
    """Without a roster nor a commune, nothing in the rows says whose they are."""
    folder = make_folder(
        tmp_path, {"2019-2020": ([], [reponse("a1", commune=""), reponse("a2", PORTEURS[1], commune="")])}
    )
    (folder.raw / "2019-2020" / "agrements.csv").unlink()
    counted_in = "select departement, action_id, nb_enfants from core.reponse order by all"
    before = read_warehouse(quick_build(folder).folder, counted_in)
    declare_campagne(folder, "2019-2020", ["83"], "Agent du Var", territory="83")
    assert before == [("45", "a1", 10), ("45", "a2", 10)]
    assert read_warehouse(quick_build(folder).folder, counted_in) == before


def test_points_returns_and_decisions_are_those_of_their_departement(folder: DataFolder) -> None:
    mine, others = point(folder, "45"), point(folder, "83")
    returned = waiting_returns(build_of(folder), YEAR)
    assert {one.departement for one in returned} == {"45", "83"}
    assert len({one.bilan for one in returned}) == 2
    gestures: tuple[Callable[[], object], ...] = (
        lambda: end_point(folder, others, CONFIRMED, "Vu", "A", "45"),
        lambda: end_point(folder, replace(others, departement=None), CLOSED, "Vu", "A", "45"),
        lambda: validate_waiting(folder, YEAR, returned, "Vu", "A", "45"),
        lambda: choose_reply(folder, YEAR, returned[0], returned, "Vu", "A", "75"),
    )
    assert {code_of(gesture) for gesture in gestures} == {"point_autre_departement"}
    assert code_of(lambda: lift_rule(folder, codebook(), YEAR, "qpv_superieur", "Vu", "A", "75")) == (
        "annee_sans_departement"
    )
    assert load_decisions(folder.raw / YEAR) == ()
    end_point(folder, mine, CONFIRMED, "Vu", "Agent", "45")
    own = [one for one in returned if one.departement == "45"]
    assert validate_waiting(folder, YEAR, own, "Statut perdu", "Agent", "45") == 1
    lift_rule(folder, codebook(), YEAR, "qpv_superieur", "Vu", "Agent du Var", "83")
    end_point(folder, others, CONFIRMED, "Vu", "Agent du Var", "83")
    made = {one.numero: one for one in load_decisions(folder.raw / YEAR)}
    assert {(one.nature, one.departement) for one in made.values()} == {
        ("validation", "45"), ("confirmee", None), ("levee", "83")
    }  # fmt: skip
    assert {one.departement for one in still_waiting(folder, YEAR, returned)} == {"83"}
    sides = owners_of(folder, YEAR)
    split = {code: {n for n, one in made.items() if sides.decision(code, one)} for code in ("45", "83")}
    assert split["45"] | split["83"] == set(made) and not split["45"] & split["83"]
    for numero in split["83"]:
        assert code_of(lambda numero=numero: withdraw(folder, YEAR, numero, "A", "45")) == "point_autre_departement"
    withdraw(folder, YEAR, max(split["83"]), "A", "83")
    quick_build(folder, rules=RULES)
    with_status = {one.departement for one in waiting_returns(build_of(folder), YEAR) if one.attente == "statut"}
    assert with_status == {"83"}


def test_texts_are_written_for_one_departement_or_for_all(folder: DataFolder) -> None:
    (year,) = load_campaigns(folder)
    texts = Texts({"perspectives": "Au Loiret."})
    for departement in (None, "83"):
        assert code_of(lambda d=departement: save_texts(folder, year, texts, "A", d, "45")) == "departement_autre"
    assert code_of(lambda: save_texts(folder, year, texts, "A", "75")) == "annee_sans_departement"
    save_texts(folder, year, texts, "A", "45", "45")
    save_texts(folder, year, Texts({"perspectives": "Partout."}), "A")
    assert (load_texts(year, "45"), load_texts(year, "83")) == (texts, Texts())
    assert load_texts(year).entiers == {"perspectives": "Partout."}


def test_unknown_porteurs_and_their_candidates_are_of_the_departement(folder: DataFolder) -> None:
    register = own_register(folder, "45")
    assert {line.porteur_id for line in register} == {"p45-1"}
    assert {line.porteur_id for line in own_register(folder, None)} == {"p45-1", "p83-1"}
    (found,) = unknown_porteurs(build_of(folder), register, counted(folder, "45"))
    assert (found.nom, {place.fichier for place in found.places}) == ("Inconnue du 45", {"45/bilans.csv"})
    assert len(unknown_porteurs(build_of(folder), read_register(folder))) == 2
    prepared = preparation.begin(folder, "Agent", "45")
    assert code_of(lambda: attach_unknown(prepared, "p83-1", found, "A", "45")) == "porteur_absent_du_registre"
    attach_unknown(prepared, "p45-1", found, "Agent", "45")
    assert foreign_changes(folder, preparation.changes(folder), "45") == []


def test_a_load_of_one_departement_is_published_told_and_taken_back_by_it_alone(folder: DataFolder) -> None:
    before = build_of(folder)
    content = (folder.raw / YEAR / "45" / "bilans.csv").read_bytes().replace(b";30;", b";29;")
    preparation.put_file(folder, YEAR, "bilans.csv", content, "Agent", "45/bilans.csv", territory="45")
    quick_build(folder.prepared(), published=False, rules=RULES)
    trial = current_trial(folder)
    assert trial is not None
    whole = compare(before, trial)
    assert {row["departement"] for row in whole.fichiers} == {"45"}
    assert {row["departement"] for row in (*whole.points, *whole.bilans)} <= {"45"} and whole.points
    others = whole.of(counted(folder, "83"))
    assert not (others.fichiers or others.points or others.bilans or others.etats)
    assert {row["niveau"] for row in others.chiffres} <= {"france"}
    assert {row["code"] for row in whole.of(counted(folder, "45")).chiffres if row["niveau"] != "france"} == {"45"}
    preparation.accept(folder, Settings(folder.root), "Agent", "45")
    (load,) = loads(folder)
    assert load.departement == "45"
    assert (own_changes(folder, load, "83"), own_changes(folder, load, "45")) == ((), load.changements)
    assert code_of(lambda: preparation.take_back(folder, load, "A", "83")) == "annulation_autre_departement"
    preparation.take_back(folder, load, "A", "45")
    assert [one.chemin for one in preparation.changes(folder)] == [f"raw/{YEAR}/45/bilans.csv"]


def test_the_commands_take_one_departement(folder: DataFolder, capsys: pytest.CaptureFixture[str]) -> None:
    def run(*arguments: str) -> tuple[int, str]:
        code = main(list(arguments))
        said = capsys.readouterr()
        return code, (said.out + said.err).replace("\u202f", " ")

    assert "45/bilans.csv" in run("points", YEAR)[1]
    code, said = run("points", YEAR, "--departement", "83")
    assert code == 0 and "83/bilans.csv" in said and "45/bilans.csv" not in said
    assert f"clas valider {YEAR} --departement 83" in said
    code, said = run("points", YEAR, "--departement", "75")
    assert code == 1 and "ne déclare pas le département 75. Elle déclare : 45, 83." in said
    mine, others = point(folder, "83"), point(folder, "45")
    code, said = run("decider", "clore", YEAR, others.numero, "--departement", "83", "--motif", "Vu")
    assert code == 1 and "n'est pas du seul département 83" in said
    assert run("decider", "clore", YEAR, mine.numero, "--departement", "83", "--motif", "Vu")[0] == 0
    assert "1 bilan validé" in run("valider", YEAR, "--departement", "83", "--motif", "Vu")[1]
    assert run("decider", "lever", YEAR, "qpv_superieur", "--departement", "83", "--motif", "Vu")[0] == 0
    assert run("decider", "retirer", YEAR, "1", "--departement", "45")[0] == 1
    assert run("decider", "retirer", YEAR, "1", "--departement", "83")[0] == 0
    code, said = run("status", "--departement", "83")
    assert " 83 " in said and " 45 " not in said
    assert "Les départements publiés sont : 45, 83." in run("status", "--departement", "75")[1]
    assert run("check", "bilans.csv", "--campagne", YEAR, "--departement", "83")[0] == 0
    assert run("check", f"{YEAR}/45/bilans.csv", "--campagne", YEAR, "--departement", "83")[0] == 2
    assert run("recognise", "bilans.csv", "--campagne", YEAR, "--departement", "45")[0] == 0


def test_a_limited_account_queries_no_build_of_several_departements(folder: DataFolder, tmp_path: Path) -> None:
    with Engine(folder, Settings(folder.root)) as engine:
        for role in ("agent", "analyste"):
            for table in ("core.fichier_departement", "qualite.anomalie", "core.campagne"):
                query = f"select * from {table} where departement = '45'"
                assert code_of(lambda role=role, query=query: engine.run(Scope(role, "45"), query)) == (
                    "sql_hors_territoire"
                )
        assert engine.run(Scope("agent", "*"), "select count(*) from core.fichier_departement").rows == [(4,)]


def test_what_is_told_of_a_figure_is_of_its_departement(folder: DataFolder) -> None:
    with open_current(folder, Scope("agent", "45")) as warehouse:
        series = "select distinct indicateur from marts.indicateur_valeur_agregee where niveau = 'departement'"
        names = [f"{row['indicateur']}/{YEAR}/45" for row in warehouse.records(series)]
        told = [explain(warehouse, resolve(warehouse, name)) for name in names]
        found = {one.fichier for each in told for one in (*each.anomalies, *each.set_aside, *each.corrections)}
        assert found == {"45/bilans.csv"}
        assert {one.departement for one in answers_set_aside(warehouse, YEAR)} == {"45"}
        assert sum(one.valeurs_ecartees for one in points_of_questions(warehouse, YEAR, "45")) == 1
