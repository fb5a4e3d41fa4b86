"""A build's figures -> diffusion.duckdb: what a porteur or the public may see, where the committee adopted it.

contributions of each porteur --disclosure--> decisions --sql/diffusion--> marts of diffusion.duckdb --reread, checked
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb

from pipeline.codebook.diffusion import DiffusionRules, load_diffusion_rules
from pipeline.codebook.model import Codebook, Indicator
from pipeline.disclosure.already_shown import read_held, write_shown
from pipeline.disclosure.audit import audit
from pipeline.disclosure.decide import decide
from pipeline.disclosure.model import (
    DEPARTEMENT,
    EPCI,
    TYPE,
    ZONE,
    Contribution,
    Decision,
    FigurePlace,
    ProtectedSeries,
    PublishedSums,
    Sums,
)
from pipeline.disclosure.national import FRANCE, decide_france
from pipeline.disclosure.primary import figures_of
from pipeline.marts.calculation import by_source, long_sql
from pipeline.marts.comments import comment_everything
from pipeline.sql.create import create_from_file, read_select
from pipeline.sql.insert import insert_rows
from socle.files.manifest import DIFFUSION
from socle.files.sqltext import identifier, literal
from socle.paths import DataFolder

_ORDER = ("essentiel", "synthese", "page", "annexe")
MARTS = ("indicateur_valeur", "distribution", "campagne", "territoire_couvert")
"""Files of sql/diffusion that are a table of diffusion.duckdb, in the order they read one another."""
WORKING = ("campagne_diffusee", "campagne_entiere", "contribution", "ligne_libre", "ensemble_diffuse")
"""Those that are not kept, in the order they read one another."""
_COPIED = (
    "reference.departements",
    "reference.regions",
    "reference.contexte",
    "core.campagne",
    "core.chapitre",
    "core.chiffre_publie",
    "core.financement",
    "core.origine",
    "core.reglage",
    "core.seuil",
    "marts.couverture",
    "marts.libelle",
    "marts.indicateur",
)
_OF_ADOPTED = {
    "core.campagne": "select k.* replace (d.departements as departements) from warehouse.core.campagne as k "
    "inner join (select campagne, list(departement order by departement) as departements from campagne_diffusee "
    "group by campagne) as d on k.campagne = d.campagne",
    "core.seuil": "from warehouse.core.seuil where (annee, departement) in (select (campagne, departement) "
    "from campagne_diffusee) or departement is null and annee in (select campagne from campagne_diffusee)",
    "marts.couverture": "from warehouse.marts.couverture where campagne in (select campagne from campagne_diffusee)",
}
"""{table copied: what is copied of it}; the others are whole."""
Key = tuple[str, str]
"""Campagne, département."""
National = Mapping[str, Mapping[str, frozenset[str]]]
"""{campagne: {series: the départements that its figure of France rests on}}, where it is made and they are adopted."""


def write_diffusion(
    connection: duckdb.DuckDBPyConnection, candidate: Path, folder: DataFolder, codebook: Codebook
) -> dict[str, int]:
    """Write diffusion.duckdb and the sums behind it in the candidate, once the marts are made.

    Return how many protected figures there are, how many are hidden and why: `<place>_proteges`, `<place>_masques`,
    `<place>_<why>`, the place being departement (France too) or lignes (of its breakdowns). Raise Refusal when a figure
    would let readers work out what a porteur declared, or when what was shown before cannot be read.
    """
    declared = load_diffusion_rules()
    series = protected_series(codebook)
    _create_working(connection, codebook, declared)
    contributions = _contributions(connection)
    campagnes = sorted({campagne for campagne, _ in contributions})
    before = read_held(connection, folder, campagnes, series)
    national = _national(connection)
    decisions = decide_all(series, contributions, declared, before, national, _complete(connection))
    _create_decision(connection, decisions)
    _create_marts(connection, candidate, codebook)
    audit(candidate / DIFFUSION, series, contributions, declared.rule, before, national)
    write_shown(connection, candidate, decisions)
    return _counts(decisions)


def protected_series(codebook: Codebook) -> list[ProtectedSeries]:
    """Return the series of classes E, F and X, those that matter most first."""
    by_id = {indicator.id: indicator for indicator in codebook.indicators}
    kept = [indicator for indicator in codebook.indicators if indicator.diffusion != "L"]
    ranks = {indicator.id: rank for rank, indicator in enumerate(codebook.indicators)}
    kept.sort(key=lambda indicator: (_ORDER.index(indicator.ou), not indicator.synthese_porteur, ranks[indicator.id]))
    return [_series(indicator, by_id) for indicator in kept]


def decide_all(
    series: list[ProtectedSeries],
    contributions: dict[Key, dict[str, list[Contribution]]],
    declared: DiffusionRules,
    before: dict[Key, PublishedSums],
    national: National,
    complete: set[str],
) -> dict[Key, Decision]:
    """Return the decision of each campagne and département; for France, its key bears an empty département.

    The intercommunalités are decided for the campagnes of `complete`, whose départements are all there.
    """
    decisions: dict[Key, Decision] = {}
    for key in sorted(contributions):
        lines = (TYPE, ZONE, EPCI) if key[0] in complete else (TYPE, ZONE)
        broken_down = (
            [ProtectedSeries(**{**vars(serie), "breakdowns": lines}) for serie in series] if EPCI in lines else series
        )
        decisions[key] = decide(broken_down, contributions[key], declared.rule, before.get(key))
    for campagne in sorted(set(national) & {campagne for campagne, _ in contributions}):
        own = {departement: decisions[key] for key in contributions if key[0] == campagne for departement in key[1:]}
        figures: dict[str, dict[str, Sums]] = {}
        for departement in own:
            for serie in series:
                answers = contributions[campagne, departement].get(serie.id)
                if answers and departement in national[campagne].get(serie.id, ()):
                    figures.setdefault(serie.id, {})[departement] = next(figures_of(serie, answers))
        decisions[campagne, ""] = decide_france(
            series, figures, own, declared.rule, declared.arrondis, before.get((campagne, ""))
        )
    return decisions


def _series(indicator: Indicator, by_id: dict[str, Indicator]) -> ProtectedSeries:
    base = None if indicator.base_publique else indicator.denominateur
    if base and indicator.base_comme in by_id:
        base = by_id[indicator.base_comme].numerateur
    return ProtectedSeries(
        indicator.id, indicator.serie_de, indicator.diffusion, indicator.unite, indicator.numerateur, base
    )


def _create_working(connection: duckdb.DuckDBPyConnection, codebook: Codebook, declared: DiffusionRules) -> None:
    """Create what the files of sql/diffusion read beside the marts, and what they say is not kept."""
    parts = [
        long_sql(f"marts.calcul_{source.split('.')[-1]}", indicators)
        for source, indicators in by_source(codebook.indicators)
    ]
    connection.execute(f"create or replace temp view ligne as {' union all by name '.join(parts)}")
    connection.execute(f"set variable porteurs_minimum = {declared.rule.porteurs_minimum}")
    connection.execute(f"set variable porteurs_minimum_quartiles = {declared.rule.porteurs_minimum_quartiles}")
    connection.execute(f"set variable arrondis = {_map(declared.arrondis)}")
    connection.execute(f"set variable arrondis_quartiles = {_map(declared.arrondis_quartiles)}")
    connection.execute("create or replace temp macro arrondi(valeur, pas) as round(round(valeur / pas) * pas, 6)")
    for name in WORKING:
        connection.execute(f"create or replace temp table {name} as {read_select('diffusion', name)}")


def _contributions(connection: duckdb.DuckDBPyConnection) -> dict[Key, dict[str, list[Contribution]]]:
    rows = connection.execute(
        "select campagne, departement, indicateur, porteur_id, action_id, type_structure, zonage, epci, numerateur, "
        "denominateur from contribution where diffusion <> 'L' order by all"
    ).fetchall()
    found: dict[Key, dict[str, list[Contribution]]] = {}
    for campagne, departement, indicateur, *values in rows:
        found.setdefault((campagne, departement), {}).setdefault(indicateur, []).append(Contribution(*values))
    return found


def _national(connection: duckdb.DuckDBPyConnection) -> National:
    found: dict[str, dict[str, frozenset[str]]] = {}
    select = "select campagne, indicateur, departements from ensemble_diffuse where niveau = 'france'"
    for campagne, indicateur, departements in connection.execute(select).fetchall():
        found.setdefault(campagne, {})[indicateur] = frozenset(departements)
    return found


def _complete(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {row[0] for row in connection.execute("select campagne from campagne_entiere").fetchall()}


def _create_decision(connection: duckdb.DuckDBPyConnection, decisions: dict[Key, Decision]) -> None:
    """Create decision: one row per protected figure that is shown."""
    connection.execute(
        "create or replace temp table decision (campagne varchar, indicateur varchar, niveau varchar, code varchar, "
        "departement varchar)"
    )
    insert_rows(connection, "decision", _shown(decisions))


def _shown(decisions: dict[Key, Decision]) -> Iterator[tuple[str, str, str, str, str | None]]:
    for (campagne, departement), decision in decisions.items():
        for cell in decision.shown:
            code = {DEPARTEMENT: departement, FRANCE: "FR"}.get(cell.niveau, cell.code)
            yield campagne, cell.serie, cell.niveau, code, departement or None


def _create_marts(connection: duckdb.DuckDBPyConnection, candidate: Path, codebook: Codebook) -> None:
    """Create the tables of diffusion.duckdb, and what compares them as the warehouse's are."""
    connection.execute("checkpoint")
    warehouse = connection.execute("select current_database()").fetchone() or ("warehouse",)
    connection.execute(f"attach {literal(str(candidate / DIFFUSION))} as diffusion")
    connection.execute("use diffusion")
    try:
        for schema in ("core", "marts", "reference"):
            connection.execute(f"create schema {schema}")
        for table in _COPIED:
            connection.execute(f"create table {table} as {_OF_ADOPTED.get(table, f'from warehouse.{table}')}")
        for name in MARTS:
            connection.execute(f"create table marts.{name} as {read_select('diffusion', name)}")
        connection.execute("create view marts.indicateur_valeur_agregee as from marts.indicateur_valeur")
        create_from_file(connection, "marts", "comparaison")
        connection.execute("drop view marts.indicateur_valeur_agregee")
        comment_everything(connection, codebook)
        connection.execute("checkpoint diffusion")
    finally:
        connection.execute(f"use {identifier(warehouse[0])}")
        connection.execute("detach diffusion")


def _map(values: dict[str, float]) -> str:
    return "map {" + ", ".join(f"{literal(name)}: {value:f}" for name, value in values.items()) + "}"


def _counts(decisions: dict[Key, Decision]) -> dict[str, int]:
    """The figures of the département (or France) apart from those of its lines, few of which have enough porteurs."""
    counts: Counter[str] = Counter()
    for decision in decisions.values():
        for cell in decision.shown:
            counts[f"{_place(cell)}_proteges"] += 1
        for cell, why in decision.hidden.items():
            counts.update((f"{_place(cell)}_proteges", f"{_place(cell)}_masques", f"{_place(cell)}_{why}"))
    return dict(sorted(counts.items()))


def _place(cell: FigurePlace) -> str:
    return "departement" if cell.niveau in (DEPARTEMENT, FRANCE) else "lignes"
