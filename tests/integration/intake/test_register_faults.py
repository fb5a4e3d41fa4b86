"""A register that contradicts itself is refused before a figure rests on it; elsewhere is a département too."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from socle.files.manifest import WAREHOUSE, current_build
from socle.words.refusal import Refusal
from tests.support.builds import cut_down, plain, quick_build
from tests.support.exports import PORTEURS, agrement, codebook, make_folder, reponse, siret

ALPHA, BETA = PORTEURS


@pytest.mark.parametrize(
    ("third", "told"),
    [
        ({"porteur_id": "p1", "siret": siret(3), "raison_sociale": "Foyer"}, "porteur_id (« p1 », lignes 2 et 4)"),
        ({"porteur_id": "p3", "siret": siret(1), "raison_sociale": "Foyer"}, f"siret (« {siret(1)} », lignes 2 et 4)"),
        (
            {"porteur_id": "p3", "siret": siret(3), "raison_sociale": "Foyer", "remplace_par": "p9"},
            "ligne 4, qu'un porteur est remplacé par « p9 », qui n'y figure pas",
        ),
        ({"porteur_id": "p3", "raison_sociale": "Foyer", "remplace_par": "p3"}, "tourne en rond : « p3 » (ligne 4)."),
    ],
)
def test_a_register_that_contradicts_itself_is_refused(tmp_path: Path, third: dict[str, str], told: str) -> None:
    folder = make_folder(tmp_path, porteurs=[ALPHA, BETA, third])

    with pytest.raises(Refusal) as refused:
        quick_build(folder)

    assert told in plain(refused.value)
    assert current_build(folder) is None


def test_porteurs_that_succeed_one_another_in_a_loop_are_refused(tmp_path: Path) -> None:
    before = {"porteur_id": "p4", "raison_sociale": "Avant", "remplace_par": "p1"}
    third = {"porteur_id": "p3", "raison_sociale": "Foyer", "remplace_par": "p1"}
    looping = [ALPHA | {"remplace_par": "p2"}, BETA | {"remplace_par": "p3"}, third, before]
    folder = make_folder(tmp_path, porteurs=looping)

    with pytest.raises(Refusal) as refused:
        quick_build(folder)

    assert refused.value.code == "registre_en_boucle"
    assert "tourne en rond : « p1 » (ligne 2), « p2 » (ligne 3), « p3 » (ligne 4). " in plain(refused.value)
    assert current_build(folder) is None


def test_an_action_agreed_in_a_departement_not_declared_makes_no_figure_and_one_point_asks(tmp_path: Path) -> None:
    elsewhere = agrement("a2", BETA, departement="41", commune="41018", nb_enfants_agrees="12")
    agreed, returned = [agrement("a1"), elsewhere], [reponse("a1")]
    folder = make_folder(tmp_path, {"2019-2020": (agreed, returned)})

    rules = [rule.id for rule in codebook().rules if rule.table == "agrement"]
    built = quick_build(folder, definitions=cut_down(codebook(), kept=("nb_enfants",)), rules=rules)

    with duckdb.connect(str(built.folder / WAREHOUSE), read_only=True) as connection:
        found = connection.execute(
            "select departement, valeur from marts.indicateur_valeur where indicateur = 'nb_enfants' "
            "and niveau = 'departement' and origine = 'fictif' order by 1"
        ).fetchall()
        asked = connection.execute("select ligne, variable, valeur, departement from qualite.anomalie").fetchall()
    assert found == [("45", 10)]
    # Said to who holds the file, of the only département that the year declares.
    assert asked == [(3, "departement", "41", "45")]
