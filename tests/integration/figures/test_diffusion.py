"""What a porteur or the public may see: adopted years only, nothing in a hidden cell, and what was shown is kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pytest

from cli.main import main
from pipeline.adopt import run_adoption, run_reopening
from pipeline.builds.lock import only_builder
from pipeline.codebook.model import Codebook
from pipeline.disclosure.model import Decision
from pipeline.run import run_build
from socle.files.manifest import DIFFUSION, SHOWN, current_build, read_manifest
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.refusal import Refusal
from tests.support.builds import build_with, plain, quick_codebook, silent
from tests.support.exports import agrement, codebook, make_folder, reponse, siret, write_export
from warehouse.figures.figures import figures
from warehouse.figures.lines import lines
from warehouse.figures.own_figures import own_figures
from warehouse.scope import LOCAL, PUBLIC, Scope

YEAR, LATER = "2018-2019", "2019-2020"
KEPT = (
    "nb_enfants_accueillis",
    "part_enfants_niveau__college",
    "part_actions_qpv",
    "nb_actions",
    "enfants_par_collectif",
)
PORTEURS = tuple({"porteur_id": f"p{n}", "siret": siret(n), "raison_sociale": f"Porteur {n}"} for n in range(1, 11))
CENTRE = "Centre social"
Captured = pytest.CaptureFixture[str]
Patch = pytest.MonkeyPatch


def few() -> Codebook:
    """The quick catalogue, with the figures that these tests look at."""
    wanted = tuple(one for one in codebook().indicators if one.id in KEPT)
    others = tuple(one for one in quick_codebook().indicators if one.id not in KEPT)
    return replace(quick_codebook(), indicators=(*wanted, *others))


def returns(year: str, **changed: dict[str, str]) -> list[dict[str, str]]:
    """Ten porteurs, three of them social centres; a porteur's answers may be changed, or all its return left out."""
    rows = []
    for rank, porteur in enumerate(PORTEURS):
        values = changed.get(porteur["porteur_id"], {})
        answers: dict[str, str] = {"campagne_declaree": year, "nb_enfants": str(10 + rank % 3), "qpv": "Oui"}
        answers |= {"type_structure": CENTRE} if rank < 3 else {}
        if "absent" not in values:
            rows.append(reponse(f"a{rank}", porteur, **answers | values))
    return rows


def roster(year: str) -> list[dict[str, str]]:
    return [agrement(f"a{rank}", porteur, campagne_declaree=year) for rank, porteur in enumerate(PORTEURS)]


def send(folder: DataFolder, year: str, **changed: dict[str, str]) -> None:
    write_export(folder.raw / year / "reponses.csv", "questionnaire-2016", returns(year, **changed))


@pytest.fixture(scope="module")
def adopted(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """The first of two years is adopted."""
    folder = make_folder(
        tmp_path_factory.mktemp("diffusion"),
        {year: (roster(year), returns(year)) for year in (YEAR, LATER)},
        PORTEURS,
    )
    with Patch.context() as patch:
        build_with(patch, few())
        run_build(folder, Settings(), silent)
        run_adoption(folder, Settings(), silent, {YEAR: "2019-10-12"})
    return folder


@pytest.fixture
def folder(adopted: DataFolder, tmp_path: Path, monkeypatch: Patch) -> DataFolder:
    build_with(monkeypatch, few())
    monkeypatch.setenv("CLAS_DATA", str(tmp_path / "data"))
    return DataFolder(Path(shutil.copytree(adopted.root, tmp_path / "data")))


def diffused(folder: DataFolder, query: str) -> list[tuple[Any, ...]]:
    build = current_build(folder)
    assert build is not None
    with duckdb.connect(str(build / DIFFUSION), read_only=True) as connection:
        return connection.execute(query).fetchall()


def value(folder: DataFolder, indicateur: str, niveau: str = "departement", code: str = "45") -> tuple[Any, ...]:
    [row] = diffused(
        folder,
        "select statut, valeur, numerateur, denominateur from marts.indicateur_valeur where origine = 'fictif' "
        f"and campagne = '{YEAR}' and indicateur = '{indicateur}' and niveau = '{niveau}' and code = '{code}'",
    )
    return row


def adopt_again(folder: DataFolder) -> None:
    """As the agent does once a return was corrected."""
    run_build(folder, Settings(), silent)
    run_reopening(folder, Settings(), silent, YEAR)
    run_adoption(folder, Settings(), silent, {YEAR: "2019-11-12"})


def test_a_provisional_year_is_not_there_at_all(adopted: DataFolder) -> None:
    for table in ("core.campagne", "marts.campagne", "marts.distribution"):
        assert {row[0] for row in diffused(adopted, f"select campagne from {table}")} <= {YEAR}
    # What a source outside has published stays public.
    for table in ("marts.indicateur_valeur", "marts.comparaison"):
        computed = f"select distinct campagne from {table} where origine <> 'publie'"
        assert diffused(adopted, computed) == [(YEAR,)]


def test_a_count_is_exact_and_a_share_rounded_without_its_sums(adopted: DataFolder) -> None:
    assert value(adopted, "nb_enfants_accueillis") == ("diffusable", 109, 109, None)
    assert value(adopted, "part_enfants_niveau__college") == ("diffusable", 0.3, None, None)
    assert value(adopted, "part_actions_qpv") == ("diffusable", 1, 10, 10)
    assert value(adopted, "nb_actions") == ("diffusable", 10, 10, None)


def test_a_hidden_figure_holds_nothing_at_all(adopted: DataFolder) -> None:
    hidden = diffused(
        adopted,
        "select count(*), count(valeur), count(numerateur), count(denominateur), count(nb_repondants), "
        "count(nb_porteurs) from marts.indicateur_valeur where statut = 'secret'",
    )
    assert hidden[0][0] > 0
    assert hidden[0][1:] == (0, 0, 0, 0, 0)
    # Three social centres, and seven others of which showing the total would tell theirs.
    for code in ("centre_social", "association_locale"):
        assert value(adopted, "nb_enfants_accueillis", "type_structure", code)[0] == "secret"
        assert value(adopted, "part_actions_qpv", "type_structure", code)[0] == "secret"


def test_what_the_committee_agreed_is_never_hidden(adopted: DataFolder) -> None:
    assert value(adopted, "nb_actions", "type_structure", "centre_social")[:2] == ("diffusable", 3)


def test_the_returns_themselves_are_not_there(adopted: DataFolder) -> None:
    found = {
        table
        for (table,) in diffused(adopted, "select table_schema || '.' || table_name from information_schema.tables")
    }
    assert found == {
        "core.campagne", "core.chapitre", "core.chiffre_publie", "core.financement", "core.origine", "core.reglage",
        "core.seuil", "marts.campagne", "marts.comparaison", "marts.couverture", "marts.distribution",
        "marts.indicateur", "marts.indicateur_valeur", "marts.libelle", "marts.territoire_couvert",
        "reference.contexte", "reference.departements", "reference.regions",
    }  # fmt: skip
    assert (
        diffused(
            adopted, "select distinct niveau from marts.indicateur_valeur where niveau in ('porteur', 'action', 'epci')"
        )
        == []
    )


def test_the_same_files_and_state_diffuse_the_same(folder: DataFolder) -> None:
    everything = "select * from marts.indicateur_valeur order by all"
    before, kept = diffused(folder, everything), sorted(folder.diffusions.rglob("*.parquet"))
    run_build(folder, Settings(), silent, force=True)
    assert diffused(folder, everything) == before
    assert sorted(folder.diffusions.rglob("*.parquet")) == kept
    assert len(kept) == 1


def test_a_correction_of_one_porteur_is_not_the_difference_of_two_diffusions(folder: DataFolder) -> None:
    send(folder, YEAR, p9={"nb_enfants": "14"})
    adopt_again(folder)
    assert value(folder, "nb_enfants_accueillis") == ("secret", None, None, None)
    assert value(folder, "enfants_par_collectif")[0] == "secret"
    # What did not change is shown as it was, and so is what the committee agreed.
    assert value(folder, "part_enfants_niveau__college") == ("diffusable", 0.3, None, None)
    assert value(folder, "nb_actions")[:2] == ("diffusable", 10)


def test_a_late_return_is_not_either_even_when_etat_was_lost(folder: DataFolder) -> None:
    send(folder, YEAR, p9={"absent": ""})
    for path in folder.diffusions.rglob("*.parquet"):
        path.unlink()
    adopt_again(folder)
    assert value(folder, "nb_enfants_accueillis")[0] == "secret"


def test_nor_is_it_when_every_build_was_deleted(folder: DataFolder) -> None:
    shutil.rmtree(folder.curated)
    send(folder, YEAR, p9={"nb_enfants": "14"})
    adopt_again(folder)
    assert value(folder, "nb_enfants_accueillis")[0] == "secret"


def test_a_figure_changed_by_five_porteurs_is_shown_again_and_a_trial_shows_nothing_to_anyone(
    folder: DataFolder, capsys: Captured
) -> None:
    kept = sorted(folder.diffusions.rglob("*.parquet"))
    send(folder, YEAR, **{f"p{n}": {"nb_enfants": "14"} for n in range(4, 9)})
    run_reopening(folder, Settings(), silent, YEAR)
    assert main(["build", "--essai", "--force"]) == 0
    assert sorted(folder.diffusions.rglob("*.parquet")) == kept
    run_adoption(folder, Settings(), silent, {YEAR: "2019-11-12"})
    assert value(folder, "nb_enfants_accueillis")[0] == "diffusable"
    assert len(list(folder.diffusions.rglob("*.parquet"))) == 2


def test_what_was_shown_and_cannot_be_read_stops_the_build(folder: DataFolder) -> None:
    [kept] = folder.diffusions.rglob("*.parquet")
    kept.write_bytes(b"PAR1")
    before = current_build(folder)
    with pytest.raises(Refusal, match=rf"{YEAR}/{kept.name}.*sauvegarde"):
        run_build(folder, Settings(), silent, force=True)
    assert current_build(folder) == before


def everything_shown(decide: Callable[..., Decision]) -> Callable[..., Decision]:
    """A choice that hides nothing."""

    def chosen(series: Any, contributions: Any, rule: Any, before: Any = None) -> Decision:
        lax = replace(rule, porteurs_minimum=1, part_maximale=1.0, enfants_minimum_sensible=0)
        return decide(series, contributions, lax, None)

    return chosen


def test_a_build_that_would_leak_is_refused_and_says_where(
    folder: DataFolder, monkeypatch: Patch, capsys: Captured
) -> None:
    from pipeline.disclosure import write_diffusion as diffusion

    monkeypatch.setattr(diffusion, "decide", everything_shown(diffusion.decide))
    monkeypatch.setattr("pipeline.disclosure.decide.interval_disclosed", lambda *_: None)
    before = current_build(folder)
    assert main(["build", "--force"]) == 1
    said = plain(capsys.readouterr().err)
    assert "Rien n'a été publié : dans marts.indicateur_valeur, le chiffre nb_enfants_accueillis/2018-2019/" in said
    assert "laisserait p1 et p2 connaître ce qu'a déclaré p3" in said
    assert "Traceback" not in said
    assert current_build(folder) == before


def test_the_share_hidden_is_printed_and_kept(folder: DataFolder, capsys: Captured) -> None:
    assert main(["status"]) == 0
    said = plain(capsys.readouterr().out)
    assert "Chiffres protégés des années arrêtées, non diffusés : des départements 0 % (0 sur 3)" in said
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    assert manifest is not None
    counts = manifest.diffusion
    assert (counts["departement_proteges"], counts["lignes_masques"]) == (3, counts["lignes_proteges"])


def test_the_sums_behind_are_private(folder: DataFolder) -> None:
    build = current_build(folder)
    assert build is not None
    paths = [*folder.diffusions.rglob("*"), *(build / SHOWN).rglob("*"), folder.diffusions]
    assert {oct(path.stat().st_mode & 0o777) for path in paths} == {"0o600", "0o700"}


def test_a_porteur_and_the_public_read_what_is_diffused_the_others_the_warehouse(adopted: DataFolder) -> None:
    porteur, comite = Scope("porteur", "45", "p1"), Scope("comite", "45")
    for scope, status in ((porteur, "secret"), (PUBLIC, "secret"), (comite, "diffusable"), (LOCAL, "diffusable")):
        found = {(line.indicateur, line.code): line.statut for line in lines(adopted, scope, YEAR, "45")}
        assert found["nb_enfants_accueillis", "centre_social"] == status
    assert {figure.origine for figure in figures(adopted, porteur, LATER, "45")} == {"publie"}
    assert figures(adopted, comite, LATER, "45") != []


def test_a_territory_is_kept_to(adopted: DataFolder) -> None:
    for scope in (Scope("comite", "83"), Scope("porteur", "83", "p1"), Scope("agent", "83")):
        for read in (figures, lines):
            with pytest.raises(Refusal, match=r"Loiret \(45\) n'est pas dans votre territoire"):
                read(adopted, scope, YEAR, "45")
    assert own_figures(adopted, Scope("porteur", "83", "p1")) == []


def test_a_porteur_has_its_own_figures_and_no_other(adopted: DataFolder) -> None:
    own = own_figures(adopted, Scope("porteur", "45", "p3"))
    assert {(figure.niveau, figure.code) for figure in own} == {("porteur", "p3"), ("action", "a2")}
    assert {figure.campagne for figure in own} == {YEAR}
    assert [f.valeur for f in own if (f.niveau, f.indicateur) == ("porteur", "nb_enfants_accueillis")] == [12]


def test_nobody_has_figures_without_a_porteur(adopted: DataFolder) -> None:
    with pytest.raises(Refusal, match="Aucun porteur"):
        own_figures(adopted, Scope("porteur", "45"))
    assert own_figures(adopted, Scope("porteur", "45", "p3' or true --")) == []
    with pytest.raises(ValueError, match="no such role"):
        Scope("gestionnaire", "45")


def test_only_one_builder_diffuses_at_a_time(folder: DataFolder) -> None:
    with only_builder(folder), pytest.raises(Refusal, match="en cours"):
        run_build(folder, Settings(), silent, force=True)
