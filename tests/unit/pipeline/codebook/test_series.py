"""One entry of the catalogue and its series: modalities, columns and settings put in its SQL."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.codebook.model import Fallback, Indicator
from pipeline.codebook.series import indicator_series, series_codes

MODALITIES = {"lieu": {"ici": "Ici", "la": "Là", "87": "Ailleurs"}}
SETTINGS = {"minimum": 8.0, "frequence": None}
ENTRY: dict[str, Any] = {
    "id": "part", "famille": "offre", "libelle": "Part", "libelle_court": "Part",
    "description": "Une part.", "unite": "pct", "polarite": "neutre", "grain": "action", "diffusion": "L",
    "synthese_porteur": False, "ou": "page", "variables": ["n"], "question": None, "comparable_depuis": None,
    "prudence": None, "calcul": {"source": "core.action", "numerateur": "n"},
}  # fmt: skip


def series(calcul: dict[str, Any] | None = None, **values: Any) -> list[Indicator]:
    entry = ENTRY | values | {"calcul": {**ENTRY["calcul"], **(calcul or {})}}
    return list(indicator_series(entry, MODALITIES, SETTINGS))


def test_an_entry_of_no_family_is_one_series() -> None:
    (found,) = series()
    assert (found.id, found.serie_de, found.modalite, found.numerateur) == ("part", "part", None, "n")
    assert (found.il_faut, found.bareme, found.reglage_vide, found.a_defaut) == ("toutes", False, False, None)
    assert (found.numero, found.phrase) == (None, None)


def test_a_family_leaves_out_the_modalities_that_it_names() -> None:
    found = series(
        {"numerateur": "lieu__{m}"}, par_modalite="lieu", sauf=["87"], libelles_courts={"ici": "Ici", "la": "Là"},
        variables=["lieu__{m}"],
    )  # fmt: skip
    assert [(s.id, s.numerateur, s.variables) for s in found] == [
        ("part__ici", "lieu__ici", ("lieu__ici",)), ("part__la", "lieu__la", ("lieu__la",)),
    ]  # fmt: skip


def test_a_family_may_have_modalities_of_its_own() -> None:
    own = {"a": "Les uns", "b": "Les autres"}
    found = series({"numerateur": "nb_{m}"}, modalites=own, libelles_courts={"a": "A", "b": "B"})
    assert [(s.libelle, s.libelle_court, s.numerateur) for s in found] == [
        ("Part\u202f: Les uns", "A", "nb_a"), ("Part\u202f: Les autres", "B", "nb_b"),
    ]  # fmt: skip
    assert series_codes(ENTRY | {"modalites": own}, MODALITIES) == own


@pytest.mark.parametrize(
    ("text", "sql"),
    [
        ("list_sum([{colonnes lieu}])", "list_sum([lieu__ici, lieu__la, lieu__87])"),
        ("list_sum([{colonnes lieu sauf 87}])", "list_sum([lieu__ici, lieu__la])"),
        ("n >= {minimum}", "n >= 8"),
        ("{colonnes absente}", "{absente}"),
    ],
)
def test_columns_and_settings_are_put_in_the_sql(text: str, sql: str) -> None:
    (found,) = series({"denominateur": text, "condition": text})
    assert found.denominateur == found.condition == sql
    assert not found.reglage_vide


def test_the_columns_of_a_family_may_depend_on_the_modality() -> None:
    (found,) = series({"numerateur": "list_sum([{colonnes {m}}])"}, modalites={"lieu": "Lieu"}, libelles_courts={})
    assert found.numerateur == "list_sum([lieu__ici, lieu__la, lieu__87])"


def test_a_setting_left_empty_gives_no_value_and_is_said() -> None:
    (found,) = series({"numerateur": "n >= {frequence}"})
    assert (found.numerateur, found.reglage_vide) == ("n >= null", True)


def test_what_stands_in_for_the_usual_rows_is_kept() -> None:
    (found,) = series({"a_defaut": {"quand": "n is null", "provenance": "Autre chose"}, "bareme": True}, il_faut="une")
    assert found.a_defaut == Fallback("n is null", "Autre chose")
    assert (found.bareme, found.il_faut) == (True, "une")
