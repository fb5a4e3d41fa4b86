"""Three Cafs built together say of each département what each says when it is built alone, wherever their files lie."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from cli.documents.options import departement_of
from cli.main import main
from socle.files.manifest import WAREHOUSE
from socle.paths import DataFolder
from socle.words.refusal import Refusal
from tests.support.alike import Rows, differences, rows_by_departement, tables
from tests.support.builds import plain
from tests.support.cafs import (
    ACROSS,
    AGREED_TWICE,
    CODES,
    FIRST,
    GIVEN_TWICE,
    LAST,
    OF_TWO,
    SECOND,
    TYPO,
    TYPO_ACTION,
    YEARS,
)
from tests.support.cafs_built import LAYOUTS, NESTED, cafs_built
from tests.support.cafs_raw import figures, read_files
from tests.support.demo import build_of
from tests.support.exports import codebook
from tests.support.once import copied

Connection = duckdb.DuckDBPyConnection

OF_NO_DEPARTEMENT = {
    "core.campagne": "what is declared of the year for all",
    "core.chapitre": "declared",
    "core.chiffre_publie": "published",
    "core.financement": "declared",
    "core.origine": "declared",
    "core.porteur": "the register",
    "core.reglage": "declared",
    "core.synthese_nationale": "of France",
    "core.territoire": "the reference",
    "marts.couverture": "of France and the régions",
    "marts.dictionnaire": "of every question of every year",
    "marts.indicateur": "declared",
    "marts.intitule": "of every form of the year, whoever sent it",
    "marts.libelle": "declared",
}
"""Tables that hold nothing of one département."""
UNLIKE: Mapping[str, set[str]] = {
    "marts.comparaison": {"couverture_france", "absence_france"},
    "qualite.decision": {"rang_decision"},
    "qualite.fichier": {"sha256"},
}
"""What France rests on; a rank among the decisions of all; the hash of a workbook, that holds when it was made."""

EVERY_RULE = tuple(rule.id for rule in codebook().rules)


@dataclass(frozen=True)
class Folder:
    """A data folder that is built, its warehouse open."""

    data: DataFolder
    warehouse: Connection


def _opened(stack: ExitStack, folders: Mapping[str, DataFolder]) -> dict[str, Folder]:
    found = {}
    for name, data in folders.items():
        warehouse = duckdb.connect(str(build_of(data) / WAREHOUSE), read_only=True)
        found[name] = Folder(data, stack.enter_context(warehouse))
    return found


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Folder]]:
    """Each layout and each Caf alone, by name."""
    base = tmp_path_factory.getbasetemp()
    with ExitStack() as stack:
        yield _opened(stack, {name: cafs_built(base, name) for name in (*LAYOUTS, *CODES)})


@pytest.fixture(scope="module", params=LAYOUTS)
def together(request: pytest.FixtureRequest, opened: dict[str, Folder]) -> Folder:
    return opened[request.param]


Read = dict[str, dict[str | None, Rows]]
"""{table: {département: its rows}}."""


def _read(folder: Folder) -> Read:
    return {
        table: rows_by_departement(
            folder.warehouse, table, [name for name in columns if name not in UNLIKE.get(table, set())]
        )
        for table, columns in tables(folder.warehouse).items()
        if table not in OF_NO_DEPARTEMENT
    }


def _compare(together: Read, alone: Mapping[str, Read], subtests: pytest.Subtests) -> None:
    for code in CODES:
        for table, rows in together.items():
            with subtests.test(f"{code} {table}"):
                wanted = alone[code][table].get(code, Counter())
                assert list(differences(wanted, rows.get(code, Counter()))) == []
        # What is compared is not nothing.
        assert sum(bool(rows.get(code)) for rows in together.values()) > len(together) / 2


def test_each_departement_is_what_it_is_when_alone_row_for_row(
    opened: dict[str, Folder], subtests: pytest.Subtests
) -> None:
    alone = {code: _read(opened[code]) for code in CODES}
    for layout in LAYOUTS:
        read = _read(opened[layout])
        _compare(read, alone, subtests)
        for table, rows in read.items():
            # What was published of others is quoted as it is.
            if table not in ("marts.comparaison", "marts.indicateur_valeur", "marts.indicateur_valeur_agregee"):
                with subtests.test(f"{layout}, {table} has no other département"):
                    assert set(rows) <= {*CODES, None}


@pytest.mark.long
def test_each_is_what_it_is_when_alone_with_every_indicator_and_every_rule(
    tmp_path_factory: pytest.TempPathFactory, subtests: pytest.Subtests
) -> None:
    base = tmp_path_factory.getbasetemp()
    with ExitStack() as stack:
        every = _opened(stack, {name: cafs_built(base, name, codebook(), EVERY_RULE) for name in (*LAYOUTS, *CODES)})
        alone = {code: _read(every[code]) for code in CODES}
        for layout in LAYOUTS:
            _compare(_read(every[layout]), alone, subtests)
            first = statuses(every[layout].warehouse, FIRST, "45")
            assert sum(statut == "non_calculable" for statut in first.values()) == 102


def test_every_action_and_every_return_is_of_a_departement(together: Folder) -> None:
    for table in ("reponse", "reponse_en_attente", "retour_recu", "agrement", "action", "collectif", "controle"):
        found = together.warehouse.execute(f"select count(*) from core.{table} where departement is null").fetchone()
        assert found == (0,), table


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("code", CODES)
def test_the_main_figures_are_those_of_the_files_of_the_caf(
    together: Folder, code: str, year: str, subtests: pytest.Subtests
) -> None:
    wanted = figures(read_files(together.data.raw / year, code))
    found = {
        name: (above, below, value)
        for name, above, below, value in together.warehouse.execute(
            "select indicateur, numerateur, denominateur, valeur from marts.indicateur_valeur_agregee "
            "where campagne = ? and niveau = 'departement' and code = ? and departement = code and origine = 'fictif'",
            [year, code],
        ).fetchall()
    }
    for name, (above, below) in wanted.items():
        with subtests.test(name):
            value = above if above is None or below is None else above / below
            assert found[name] == (above, below, value if value is None else pytest.approx(value))


def statuses(warehouse: Connection, year: str, code: str) -> dict[str, str]:
    """{indicateur: statut} of the département's own figures."""
    query = (
        "select indicateur, statut from marts.indicateur_valeur_agregee where campagne = ? and niveau = 'departement' "
        "and code = ? and origine = 'fictif'"
    )
    return dict(warehouse.execute(query, [year, code]).fetchall())


def test_one_per_structure_beside_others_per_action(together: Folder) -> None:
    first = statuses(together.warehouse, FIRST, "45")
    per_action = ("taux_reponse_actions", "nb_enfants_accueillis", "part_actions_qpv", "cout_par_enfant")
    assert {first[name] for name in per_action} == {"non_calculable"}
    for code in ("2A", "974"):
        beside = statuses(together.warehouse, FIRST, code)
        assert beside["nb_enfants_accueillis"] == beside["part_actions_qpv"] == "diffusable"
    found = together.warehouse.execute(
        "select departement, grain, taux_reponse_actions is null from marts.campagne where campagne = ? order by 1",
        [FIRST],
    ).fetchall()
    assert found == [("2A", "action", False), ("45", "structure", True), ("974", "action", True)]


def test_the_same_numbers_of_actions_and_of_returns_are_each_one_s_own(together: Folder) -> None:
    query = (
        "select departement, count(*), count(distinct reponse_id), count(distinct action_id) from core.action "
        "where campagne = ? group by 1 order by 1"
    )
    found = together.warehouse.execute(query, [LAST]).fetchall()
    assert found == [("2A", 6, 6, 6), ("45", 6, 6, 6), ("974", 7, 7, 7)]
    agreed = together.warehouse.execute(
        "select departement, count(*) from core.agrement where campagne = ? group by 1 order by 1", [LAST]
    ).fetchall()
    assert agreed == [("2A", 7), ("45", 8)]
    titles = together.warehouse.execute("select departement, intitule from core.action where campagne = ?", [LAST])
    assert {intitule.split()[-1] == code for code, intitule in titles.fetchall()} == {True}


def test_collectifs_of_one_number_stay_with_their_return(together: Folder) -> None:
    query = (
        "select departement, count(*), min(inscrits), sum(inscrits) from core.collectif where campagne = ? "
        "group by 1 order by 1"
    )
    # 6 + the length of the code, one more in the second of the first return.
    assert together.warehouse.execute(query, [LAST]).fetchall() == [
        ("2A", 7, 8, 57),
        ("45", 7, 8, 57),
        ("974", 8, 9, 73),
    ]


def test_the_porteur_of_two_departements_has_its_own_in_each(together: Folder) -> None:
    query = (
        "select departement, nb_actions_agreees, a_repondu from core.porteur_campagne where campagne = ? "
        "and porteur_id = ? order by 1"
    )
    found = together.warehouse.execute(query, [LAST, OF_TWO["porteur_id"]]).fetchall()
    assert found == [("2A", 1, True), ("45", 1, True)]
    children = together.warehouse.execute(
        "select departement, nb_enfants from core.reponse where campagne = ? and porteur_id = ? order by 1",
        [LAST, OF_TWO["porteur_id"]],
    ).fetchall()
    assert children == [("2A", 10), ("45", 8)]


def test_an_action_across_a_border_stays_with_who_agreed_it(together: Folder) -> None:
    query = "select distinct departement, commune from core.action where action_id = ? and commune like '89%'"
    assert together.warehouse.execute(query, [ACROSS]).fetchall() == [("45", "89387")]


def test_a_departement_without_a_roster_keeps_its_returns(together: Folder) -> None:
    found = together.warehouse.execute(
        "select campagne, nb_actions_agreees, nb_reponses from marts.campagne where departement = '974' order by 1"
    ).fetchall()
    assert found == [(FIRST, 0, 7), (SECOND, 0, 8), (LAST, 0, 7)]
    unknown = together.warehouse.execute(
        "select departement, count(*) from qualite.anomalie where regle = 'action_inconnue' group by 1"
    ).fetchall()
    # The one that the Loiret did not agree, though La Réunion has an action of that number.
    assert unknown == [("45", 1)]


def test_texts_and_dates_are_each_one_s_own(together: Folder) -> None:
    dates = together.warehouse.execute(
        "select departement, ouverture::varchar, cloture::varchar, contexte, nb_reponses_hors_delai "
        "from marts.campagne where campagne = ? order by 1",
        [LAST],
    ).fetchall()
    assert [(*row[:3], plain(row[3]), row[4]) for row in dates] == [
        ("2A", "2022-06-01", "2022-10-31", "Ce que l'année dit au 2A.", 0),
        ("45", "2022-06-01", "2022-09-15", "Ce que l'année dit au 45.", 6),
        ("974", "2022-06-15", "2022-12-31", "Ce que l'année dit à tous.", 0),
    ]
    words = together.warehouse.execute(
        "select departement, nature, texte from core.texte where campagne = ? and departement is not null order by all",
        [LAST],
    ).fetchall()
    for code in CODES:
        assert (code, "mot_du_comite", f"Le mot du {code}.") in words
        assert (code, "commentaire", f"Les enfants du {code}.") in words
    assert not [texte for _, nature, texte in words if nature == "mot_du_comite" and texte == "Le mot de tous."]


def test_a_code_that_is_not_declared_makes_no_figure_and_one_point_says_so(together: Folder) -> None:
    points = together.warehouse.execute(
        "select campagne, departement, action_id, valeur, effet, message from qualite.anomalie "
        "where regle = 'departement_non_declare'"
    ).fetchall()
    ((year, departement, action, value, effect, sentence),) = points
    assert (year, action, value, effect) == (SECOND, TYPO_ACTION, TYPO, "ligne_ecartee")
    assert departement == "2A"
    assert "que l'année ne déclare pas" in plain(sentence)
    assert TYPO not in together.warehouse.execute("select departements from core.campagne").fetchall()[0][0]
    for schema in ("core", "marts"):
        for table, columns in tables(together.warehouse).items():
            if table.startswith(schema) and "departement" in columns and table != "core.territoire":
                found = f"select count(*) from {table} where departement = ?"
                assert together.warehouse.execute(found, [TYPO]).fetchone() == (0,), table


def test_a_number_that_two_files_give_to_two_things_is_refused_by_name(together: Folder) -> None:
    points = together.warehouse.execute(
        "select departement, fichier, message from qualite.anomalie where regle = 'numero_en_double' order by fichier"
    ).fetchall()
    assert [departement for departement, _, _ in points] == ["45", "45"]
    for _, _, sentence in points:
        assert GIVEN_TWICE in sentence and "retours-45.csv" in sentence and "retours-suite-45.csv" in sentence
    kept = "select departement from core.reponse where campagne = ? and reponse_id = ? order by 1"
    found = together.warehouse.execute(kept, [SECOND, GIVEN_TWICE]).fetchall()
    assert found == [("2A",), ("974",)]


def test_an_action_that_two_files_agree_to_two_porteurs_is_of_neither(together: Folder) -> None:
    whose = "select departement, porteur_id from core.agrement where campagne = ? and action_id = ? order by 1"
    found = together.warehouse.execute(whose, [SECOND, AGREED_TWICE]).fetchall()
    assert found == [("2A", "p2A-5"), ("45", None)]
    points = together.warehouse.execute(
        "select distinct departement, variable from qualite.anomalie where regle = 'agrement_contredit'"
    ).fetchall()
    assert points == [("45", "porteur_id")]
    ((sentence,),) = together.warehouse.execute(
        "select message from qualite.anomalie where regle = 'agrement_contredit'"
    ).fetchall()
    assert "agrements-45.csv" in sentence and "agrements-suite-45.csv" in sentence


def test_a_command_about_a_porteur_finds_its_departement(opened: dict[str, Folder], tmp_path: Path) -> None:
    # A copy: a process opens a database in one way only.
    data = copied(opened[NESTED].data, tmp_path)
    assert departement_of(data, LAST, "", "p45-1") == "45"
    assert departement_of(data, LAST, "", "p974-0") == "974"
    # One that acts in no département in that year: where it ever did.
    assert departement_of(data, FIRST, "", "p974-8") == "974"
    assert departement_of(data, LAST, "2A", OF_TWO["porteur_id"]) == "2A"
    with pytest.raises(Refusal) as of_two:
        departement_of(data, LAST, "", OF_TWO["porteur_id"])
    assert "45 (Loiret)" in str(of_two.value) and "2A (Corse-du-Sud)" in str(of_two.value)
    assert "974" not in str(of_two.value)
    with pytest.raises(Refusal, match="aucun département"):
        departement_of(data, LAST, "", "personne")
    with pytest.raises(Refusal, match="974"):
        departement_of(data, LAST, "")


def test_status_counts_by_departement(
    opened: dict[str, Folder], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = opened[NESTED]
    monkeypatch.setenv("CLAS_DATA", str(together.data.root))
    assert main(["status"]) == 0
    told = plain(capsys.readouterr().out)
    counted = together.warehouse.execute(
        "select departement, sum(nb_reponses), sum(nb_reponses_en_attente), sum(nb_anomalies_critiques), "
        "sum(nb_alertes) from marts.campagne group by 1 order by 1"
    ).fetchall()
    names = {"45": "Loiret (45)", "2A": "Corse-du-Sud (2A)", "974": "La Réunion (974)"}
    for code, *numbers in counted:
        assert re.search(rf"{re.escape(names[code])} +{' +'.join(str(int(one)) for one in numbers)} ", told), told
    assert "3 départements" in told
    # Points by département are those of all, but for what belongs to none.
    ((critical,),) = together.warehouse.execute(
        "select count(*) from qualite.anomalie where gravite = 'critique' and fin is null"
    ).fetchall()
    assert sum(int(row[3]) for row in counted) == critical
