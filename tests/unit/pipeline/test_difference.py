"""What changes between two builds, of programs that may differ: hand-made databases of few rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

from pipeline.difference import (
    AnomalyChange,
    CampaignChange,
    CorrectionChange,
    Difference,
    FigureChange,
    FileChange,
    ReturnChange,
    compare,
)
from pipeline.manifest import MANIFEST, WAREHOUSE, Manifest

Tables = Mapping[str, Sequence[Mapping[str, object]]]
YEAR = "2019-2020"


def make(root: Path, name: str, tables: Tables, inputs: Mapping[str, str] | None = None) -> Path:
    """A build of those tables, whose columns are those of their first row."""
    folder = root / name
    folder.mkdir()
    with duckdb.connect(str(folder / WAREHOUSE)) as connection:
        for table, rows in tables.items():
            connection.execute(f"create schema if not exists {table.split('.')[0]}")
            columns = ", ".join(f"{c} {kind(rows, c)}" for c in rows[0])
            connection.execute(f"create table {table} ({columns})")
            for row in rows:
                connection.execute(f"insert into {table} values ({', '.join('?' * len(row))})", list(row.values()))
    manifest = Manifest(name, "2026-11-24T00:00:00+00:00", True, dict(inputs or {}), "", {}, {WAREHOUSE: 1})
    (folder / MANIFEST).write_bytes(manifest.to_bytes())
    return folder


def kind(rows: Sequence[Mapping[str, object]], column: str) -> str:
    return "double" if any(isinstance(row[column], float) for row in rows) else "varchar"


def figure(valeur: float | None, statut: str = "diffusable", **values: object) -> dict[str, object]:
    return {
        "campagne": YEAR, "indicateur": "part", "niveau": "departement", "code": "45", "valeur": valeur,
        "numerateur": None, "denominateur": None, "nb_repondants": 3.0, "statut": statut, "origine": "calcule",
    } | values  # fmt: skip


def figures(*rows: Mapping[str, object]) -> Tables:
    return {
        "marts.indicateur_valeur_agregee": rows,
        "marts.indicateur": [{"indicateur": "part", "libelle": "Une part", "unite": "pct", "rang": 1.0}],
    }


def changed(root: Path, before: Tables, after: Tables) -> Difference:
    return compare(make(root, "avant", before), make(root, "apres", after))


def test_two_builds_alike_have_no_difference(tmp_path: Path) -> None:
    tables = figures(figure(0.42)) | {"core.reponse": [{"campagne": YEAR, "porteur_id": "p1", "action_id": None}]}
    difference = changed(tmp_path, tables, tables)
    assert not difference
    assert (difference.avant, difference.apres) == ("avant", "apres")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (figure(0.42), figure(0.42 + 1e-13), []),
        (figure(0.42), figure(0.43), [(0.42, 0.43, "diffusable", "diffusable")]),
        (figure(None, "non_renseigne"), figure(0.1), [(None, 0.1, "non_renseigne", "diffusable")]),
        (figure(0.1), figure(0.1, code="18"), [(None, 0.1, None, "diffusable"), (0.1, None, "diffusable", None)]),
        (figure(0.5, numerateur=1.0, denominateur=2.0), figure(0.5, numerateur=2.0, denominateur=4.0),
         [(0.5, 0.5, "diffusable", "diffusable")]),
        (figure(0.5, niveau="epci"), figure(0.6, niveau="epci"), []),
        (figure(0.5, origine="publie"), figure(0.6, origine="publie"), []),
        (figure(0.5, niveau="france", nb_repondants=None), figure(0.6, niveau="france", nb_repondants=None),
         [(0.5, 0.6, "diffusable", "diffusable")]),
        (figure(None, "non_demande", indicateur="autre"), figure(0.4), [(None, 0.4, None, "diffusable")]),
    ],
)  # fmt: skip
def test_figures_of_territories_are_compared_by_value_state_and_base(
    tmp_path: Path, before: dict[str, object], after: dict[str, object], expected: list[tuple[object, ...]]
) -> None:
    found = changed(tmp_path, figures(before), figures(after)).chiffres
    assert [(c.avant, c.apres, c.statut_avant, c.statut_apres) for c in found] == expected
    assert all((c.libelle, c.unite) == ("Une part", "pct") for c in found)


def test_returns_are_told_by_porteur_and_action(tmp_path: Path) -> None:
    porteurs = [{"porteur_id": "p1", "raison_sociale": "Alpha"}]

    def returns(*actions: str | None) -> Tables:
        rows = [{"campagne": YEAR, "departement": "45", "porteur_id": "p1", "action_id": a} for a in actions]
        return {"core.reponse": rows, "core.porteur": porteurs}

    assert changed(tmp_path, returns("a1", "a2"), returns("a2", None)).bilans == (
        ReturnChange(YEAR, "45", "p1", "Alpha", None, "nouveau"),
        ReturnChange(YEAR, "45", "p1", "Alpha", "a1", "retire"),
    )


def test_points_are_paired_wherever_their_line_and_their_file_are(tmp_path: Path) -> None:
    def points(*rows: tuple[str, str, str]) -> Tables:
        named = [dict(zip(("fichier", "ligne", "regle"), row, strict=True)) for row in rows]
        return {"qualite.anomalie": [row | {"campagne": YEAR, "gravite": "alerte", "message": "!"} for row in named]}

    before = points(("v1.csv", "2", "doublon"), ("v1.csv", "3", "doublon"), ("v1.csv", "4", "absent"))
    after = points(("v2.csv", "9", "doublon"), ("v2.csv", "10", "somme"))
    found = changed(tmp_path, before, after).points
    assert [(p.sens, p.fichier, p.ligne) for p in found] == [
        ("nouveau", "v2.csv", "10"), ("resolu", "v1.csv", "3"), ("resolu", "v1.csv", "4"),
    ]  # fmt: skip
    assert isinstance(found[0], AnomalyChange)


def test_files_are_told_by_what_became_of_them(tmp_path: Path) -> None:
    def files(**states: str) -> Tables:
        rows = [{"campagne": YEAR, "fichier": f, "statut": s, "message": f"{s} !"} for f, s in states.items()]
        return {"qualite.fichier": rows}

    before = {f"{YEAR}/{name}": "1" for name in ("same", "old", "changed", "bad", "late", "mended", "campagne.yml")}
    after = {name: "1" for name in before if "old" not in name} | {
        f"{YEAR}/changed": "2", f"{YEAR}/new": "1", f"{YEAR}/campagne.yml": "2", "etat/arrets/x.json": "1",
    }  # fmt: skip
    was = files(same="charge", old="charge", changed="charge", bad="charge", late="charge", mended="refuse")
    now = files(same="charge", changed="charge", bad="refuse", late="perime", mended="charge", new="charge")
    found = compare(make(tmp_path, "avant", was, before), make(tmp_path, "apres", now, after)).fichiers
    assert {(f.fichier.removeprefix(f"{YEAR}/"), f.nature, f.message) for f in found} == {
        ("old", "retire", None), ("changed", "modifie", None), ("bad", "refuse", "refuse !"),
        ("late", "perime", "perime !"), ("mended", "accepte", None), ("new", "ajoute", None),
        ("campagne.yml", "modifie", None),
    }  # fmt: skip
    assert isinstance(found[0], FileChange)


def test_a_build_of_an_older_program_lacks_columns_and_tables(tmp_path: Path) -> None:
    before: Tables = {
        "marts.campagne": [{"campagne": YEAR, "etat": "provisoire"}, {"campagne": "2018-2019", "etat": "provisoire"}],
        "marts.indicateur_valeur_agregee": [{"campagne": YEAR, "indicateur": "part", "valeur": 0.5}],
    }
    correction = {"campagne": YEAR, "fichier": "f.csv", "variable": "nb_enfants", "ancienne_valeur": "1",
                  "nouvelle_valeur": "2", "ligne": "3", "motif": "erreur"}  # fmt: skip
    after: Tables = {
        "marts.campagne": [
            {"campagne": YEAR, "departement": code, "etat": "arretee", "chiffres_modifies": 0.0}
            for code in ("45", "18")
        ],
        "qualite.correction": [correction],
    }
    difference = changed(tmp_path, before, after)
    assert difference.campagnes == (
        CampaignChange(YEAR, "provisoire", "arretee", 0),
        CampaignChange("2018-2019", "provisoire", None, 0),
    )
    assert difference.corrections == (
        CorrectionChange(YEAR, "f.csv", "3", "nb_enfants", "1", "2", "erreur", "nouveau"),
    )


def test_before_any_build_everything_is_new(tmp_path: Path) -> None:
    difference = compare(None, make(tmp_path, "apres", figures(figure(0.42)), {"porteurs.csv": "1"}))
    assert difference.avant is None
    assert [(c.avant, c.apres) for c in difference.chiffres] == [(None, 0.42)]
    assert [f.nature for f in difference.fichiers] == ["ajoute"]


def test_a_published_build_that_cannot_be_read_stops_nothing(tmp_path: Path) -> None:
    before, after = make(tmp_path, "avant", figures(figure(0.4))), make(tmp_path, "apres", figures(figure(0.42)))
    (before / WAREHOUSE).write_bytes(b"rien")
    difference = compare(before, after)
    assert (difference.avant, difference.illisible) == (None, "avant")
    assert isinstance(difference.chiffres[0], FigureChange)
