"""A fictitious France: any number of départements, school years and returns, as a data folder that a build reads.

The same arguments give the same files. One row in a hundred holds something wrong, planted as people make mistakes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook, Column, Format, FormatColumn
from socle.files.sqltext import identifier, literal
from socle.paths import DataFolder

FORMAT = "questionnaire-2016"
"""The export of most columns: 104, one file for all porteurs."""
RETURNS_A_PORTEUR = 2
FAULTY = 100
"""One row in so many holds a fault."""
_FAULTS = {
    "nb_enfants": "'beaucoup'",
    "nb_benevoles": "'900'",
    "type_structure": "'Club de sport'",
    "effectif_niveau__college": "'500'",
}
_AGREMENT = (
    "Année scolaire",
    "Numéro d'action",
    "SIRET",
    "Raison sociale",
    "Intitulé de l'action",
    "Département",
    "Commune",
    "Enfants et jeunes agréés",
)


def write_france(folder: DataFolder, returns: int, years: int = 1, departements: int = 101) -> list[Path]:
    """Write the register and, for each year, its declaration, roster and returns; return the files of returns.

    `returns` are those of all the years together.
    """
    codebook = load_codebook()
    each = returns // years
    files = []
    with duckdb.connect() as connection:
        _create_places(connection, departements)
        _create_structures(connection, _actions(each) // RETURNS_A_PORTEUR + 1)
        _write(connection, folder.register, _register())
        for year in range(2026 - years, 2026):
            campagne = f"{year}-{year + 1}"
            place = folder.raw / campagne
            place.mkdir(parents=True)
            codes = [
                row[0] for row in connection.execute("select distinct departement from lieu order by 1").fetchall()
            ]
            declared = f"campagne: {campagne}\nfictif: true\ndepartements: {codes}\n"
            (place / "campagne.yml").write_text(declared, encoding="utf-8")
            _write(connection, place / "agrements.csv", _roster(campagne, each))
            files.append(place / "reponses.csv")
            _write(connection, files[-1], _returns(codebook, campagne, each))
    return files


def returns_format(codebook: Codebook) -> Format:
    """Return the format of the files of returns."""
    return next(known for known in codebook.formats if known.id == FORMAT and known.partie is None)


def _create_places(connection: duckdb.DuckDBPyConnection, departements: int) -> None:
    """The communes, one of each département in turn, so that porteurs are everywhere."""
    from pipeline.staging.territories import load_territories

    load_territories(connection)
    connection.execute(
        "create table lieu as select row_number() over (order by rang, departement) - 1 as n, "
        "departement, commune from ("
        "select departement, code as commune, row_number() over (partition by departement order by code) as rang "
        "from reference.communes where code_postal is not true and departement in ("
        "select code from reference.departements where region <> code "
        f"order by code limit {departements}))"
    )
    connection.execute("set variable lieux = (select count(*) from lieu)")


def _create_structures(connection: duckdb.DuckDBPyConnection, porteurs: int) -> None:
    """The porteurs, each with a SIRET valid by Luhn's rule."""
    # 999 is attributed to nobody; doubled digits are those of odd rank from the right, the last one closes the sum.
    connection.execute(
        "create macro cle(t) as (10 - list_sum(list_transform(range(1, 14), lambda i: "
        "if(i % 2 = 1, (t[14 - i]::integer * 2) % 10 + (t[14 - i]::integer * 2) // 10, t[14 - i]::integer))) % 10) % 10"
    )
    connection.execute(
        "create table structure as select p, debut || cle(debut)::varchar as siret "
        f"from (select p, '999' || lpad(p::varchar, 9, '0') || '0' as debut from range({porteurs}) as t (p))"
    )


def _write(connection: duckdb.DuckDBPyConnection, path: Path, query: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection.execute(f"copy ({query}) to {literal(str(path))} (format csv, delimiter ';', header)")


def _register() -> str:
    return (
        "select 'p' || p as porteur_id, siret, 'Association ' || p || ' (fictif)' as raison_sociale, "
        "null as alias, null as remplace_par from structure order by p"
    )


def _actions(returns: int) -> int:
    return returns * 12 // 11  # one action in twelve does not answer


def _roster(campagne: str, returns: int) -> str:
    values = (
        literal(campagne),
        "'A' || i",
        "structure.siret",
        f"'Association ' || i // {RETURNS_A_PORTEUR} || ' (fictif)'",
        "'Action ' || i",
        "lieu.departement",
        "lieu.commune",
        "8 + hash(i) % 5",
    )
    columns = ", ".join(f"{value} as {identifier(name)}" for name, value in zip(_AGREMENT, values, strict=True))
    return f"select {columns} from range({_actions(returns)}) as t (i) {_PLACED}"


_PLACED = (
    f"inner join lieu on lieu.n = (i // {RETURNS_A_PORTEUR}) % getvariable('lieux') "
    f"inner join structure on structure.p = i // {RETURNS_A_PORTEUR} order by i"
)


def _returns(codebook: Codebook, campagne: str, returns: int) -> str:
    columns = ", ".join(
        f"{_faulty(source, _cell(codebook, source, rank, campagne))} as {identifier(source.entete)}"
        for rank, source in enumerate(returns_format(codebook).colonnes)
    )
    return f"select {columns} from (select i, 8 + hash(i) % 5 as enfants from range({returns}) as t (i)) {_PLACED}"


def _faulty(source: FormatColumn, value: str) -> str:
    wrong = _FAULTS.get(source.variable or "")
    if wrong is None:
        return value
    place = list(_FAULTS).index(source.variable or "")
    return f"if(i % {FAULTY * len(_FAULTS)} = {FAULTY * place}, {wrong}, ({value})::varchar)"


def _cell(codebook: Codebook, source: FormatColumn, rank: int, campagne: str) -> str:
    """The SQL text of one column: coherent with the others where a rule looks at several, else drawn by rank."""
    known = {
        "reponse_id": "'R' || i",
        "campagne_declaree": literal(campagne),
        "statut_reponse": "'Validée'",
        "date_validation": "'26/06/2020 09:00'",
        "action_id": "'A' || i",
        "siret": "structure.siret",
        "raison_sociale": f"'Association ' || i // {RETURNS_A_PORTEUR} || ' (fictif)'",
        "commune": "lieu.commune",
        "qpv_nom": "null",
        "nb_enfants": "enfants",
        "nb_enfants_prevu": "enfants",
        "nb_collectifs": "1",
        "nb_familles": "enfants - 1",
        "nb_familles_participantes": "enfants - 2",
        "effectif_niveau__elementaire": "enfants - 4",
        "effectif_niveau__college": "3",
        "effectif_niveau__lycee": "1",
        "effectif_sexe__filles": "enfants - 4",
        "effectif_sexe__garcons": "4",
        "effectif_age__6_10": "enfants - 4",
        "effectif_age__11_16": "4",
        "effectif_age__17_plus": "0",
        "nb_rencontres_parents": "4",
        "heures_encadrement": "144",
        "nb_intervenants_formes": "1",
        "charges__64": "'3015,28'",
        "charges__86": "'350.00'",
        "produits__87": "'350,00'",
    }
    columns: Sequence[Column] = codebook.columns_of(source.variable) if source.variable else ()
    if source.variable in known:
        return known[source.variable]
    return next(iter(_drawn(columns, rank)), "null")


def _drawn(columns: Sequence[Column], rank: int) -> Iterator[str]:
    """Yield how a column is drawn, by the kind of its answer; nothing for what people leave blank."""
    if not columns:
        return
    variable = columns[0].variable
    who = f"i // {RETURNS_A_PORTEUR}" if "structure" in variable.entites else "i"  # a porteur says one thing of itself
    draw = f"(hash(({who}) * 211 + {rank}) & 65535)::integer"
    count, labels = len(variable.modalites), f"[{', '.join(map(literal, variable.modalites.values()))}]"
    match variable.type:
        case "entier":
            low = int(max(variable.plausible[0], 1)) if variable.plausible else 1
            yield f"{draw} % 4 + {low}"
        case "decimal":
            yield f"if({draw} % 2 = 0, '1,5', '2')"
        case "montant":
            yield f"replace(({draw} % 100000 / 100.0)::decimal(10, 2)::varchar, '.', ',')"
        case "oui_non":
            yield f"['oui', 'non', 'Oui', null][{draw} % 4 + 1]"
        case "choix":
            yield f"{labels}[{draw} % {count} + 1]"
        case "choix_multiple" if len(columns) == 1:
            yield f"['oui', 'non'][{draw} % 2 + 1]"
        case "choix_multiple":
            yield f"{labels}[{draw} % {count} + 1] || '; ' || {labels}[({draw} + 1) % {count} + 1]"
        case "texte_libre" if rank % 2:
            yield "'Un texte libre ; avec « des guillemets », n° ' || i"
        case "texte":
            yield "'Texte ' || i"
