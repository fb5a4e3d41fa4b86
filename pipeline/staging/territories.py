"""The reference CSVs -> tables of schema `reference`; a commune as people write it -> its Insee code, or candidates."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from socle.settings import PROJECT_ROOT

REFERENCE = PROJECT_ROOT / "pipeline" / "definitions" / "reference"
READ_BUFFER = 256 * 1024  # bytes: small enough for the communes to be read and normalised on two cores
CANDIDATES_SHOWN = 3
NEAREST_SIMILARITY = 0.75  # under it, two names of communes have only letters in common

TABLES = {
    "communes": {
        "code": "varchar",
        "nom": "varchar",
        "departement": "varchar",
        "epci": "varchar",
        "code_postal": "boolean",
    },
    "communes_anciennes": {
        "code_ancien": "varchar",
        "nom_ancien": "varchar",
        "code_actuel": "varchar",
        "code_postal": "boolean",
    },
    "epci": {"code": "varchar", "nom": "varchar", "type": "varchar", "departement": "varchar"},
    "departements": {
        "code": "varchar",
        "nom": "varchar",
        "region": "varchar",
        "forme_de": "varchar",
        "forme_dans": "varchar",
    },
    "regions": {"code": "varchar", "nom": "varchar"},
    "chiffres_publies": {
        "id": "varchar",
        "annee": "varchar",
        "indicateur": "varchar",
        "niveau": "varchar",
        "code": "varchar",
        "valeur": "double",
        "numerateur": "bigint",
        "denominateur": "bigint",
        "unite": "varchar",
        "qualificatif": "varchar",
        "nom_publie": "varchar",
        "grain": "varchar",
        "couverture": "varchar",
        "champ": "varchar",
        "source": "varchar",
        "source_date": "varchar",
        "remarque": "varchar",
    },
    "qpv": {
        "departement": "varchar",
        "commune_nom": "varchar",
        "nb_qpv": "integer",
        "noms": "varchar",
        "millesime": "integer",
        "source": "varchar",
    },
    "contexte": {"annee": "varchar", "phrase": "varchar", "non_comparables": "varchar"},
}

# A macro, so that names in files and names in the reference can only be normalised alike.
NORMALISE = r"""
create or replace temp macro normaliser_nom(t) as trim(regexp_replace(
    regexp_replace(
        replace(replace(replace(lower(strip_accents(t)), 'œ', 'oe'), 'æ', 'ae'), ' s/', ' sur '),
        '[^a-z0-9]+', ' ', 'g'
    ),
    '\bst(e?s?)\b', 'saint\1', 'g'
))
"""

# What people write around a name: « 45058 Orléans cedex 2 », « Orléans (45) ». `indice` is the département they name.
WRITTEN = r"""
with mots as (
    select
        texte,
        upper(trim(texte)) as code_lu,
        regexp_replace(normaliser_nom(texte), ' cedex( \d\d?)?\b|^f |\b(\d\d) (\d{{3}})\b', '\2\3', 'g') as mots
    from (select distinct {column} as texte from {source} where {column} is not null)
),
numeros as (
    select *, upper(regexp_extract(mots, '\b(\d[\dab]\d{{3}}|9[78]\d|\d[\dab])\b')) as numero from mots
)
select
    texte,
    code_lu,
    trim(regexp_replace(mots, '^\d[\dab]\d{{3}} | (\d[\dab]\d{{3}}|9[78]\d|\d[\dab])$', '', 'g')) as nom_lu,
    nullif(numero[:if(numero[:2] in ('97', '98'), 3, 2)], '') as indice
from numeros
"""

KNOWN_NAMES = """
select nom_normalise, code, departement, nom || ' (' || code || ')' as candidat, 'nom' as methode
from reference.communes
union all
select anciennes.nom_normalise, code, departement, nom || ' (' || code || ')', 'ancienne'
from reference.communes_anciennes as anciennes
inner join reference.communes on code = code_actuel
"""

# A former code that is also a postal code is a postal code: no commune answers to it any more.
KNOWN_CODES = """
with codes as (
    select code as code_lu, code, 'code' as methode, coalesce(code_postal, false) as code_postal
    from reference.communes
    union all
    select distinct code_ancien, code_actuel, 'ancienne', false
    from reference.communes_anciennes
    where code_postal is null and code_ancien not in (select code from reference.communes)
)
select * from codes
union all
select code_lu[2:], code, 'code_complete', code_postal from codes where starts_with(code_lu, '0')
"""

RESOLVE = """
create or replace table {target} as
with ecrits as ({written}),
noms as ({names}),
par_code as (select texte, codes.* from ecrits inner join ({codes}) as codes using (code_lu)),
homonymes as (
    select
        texte, noms.*,
        list_contains($departements, departement)
        and (indice is null or indice = departement or (indice = '20' and departement in ('2A', '2B'))) as ici
    from ecrits inner join noms on nom_normalise = nom_lu
),
par_nom as (
    select
        texte,
        list(distinct code) filter (ici) as codes,
        max(methode) filter (ici) as methode,  -- 'nom' when a present commune bears it, else 'ancienne'
        list_sort(list(distinct candidat) filter (ici)) as candidats,
        if(count(distinct code) = 1, list(distinct candidat), null) as seul_ailleurs
    from homonymes group by texte
),
inconnus as (
    select texte, nom_lu from ecrits
    where regexp_matches(nom_lu, '[a-z]')
        and texte not in (select texte from par_code)
        and texte not in (select texte from par_nom where codes is not null or seul_ailleurs is not null)
),
ressemblances as (
    select texte, candidat, max(jaro_winkler_similarity(nom_lu, nom_normalise)) as ressemblance
    from inconnus inner join noms on list_contains($departements, departement)
    group by all
),
proches as (
    select texte, list(candidat order by ressemblance desc, candidat) as candidats
    from ressemblances where ressemblance >= $similarity group by texte
)
select
    texte,
    coalesce(par_code.code, if(len(codes) = 1, codes[1], null)) as code,
    coalesce(par_code.methode, if(len(codes) = 1, par_nom.methode, null)) as methode,
    if(par_code.code is null and coalesce(len(codes), 0) <> 1,
        array_to_string(coalesce(par_nom.candidats, seul_ailleurs, proches.candidats)[:$shown], ', '),
        null) as candidats,
    coalesce(par_code.code_postal, false) as code_postal
from ecrits
left join par_code using (texte)
left join par_nom using (texte)
left join proches using (texte)
"""


def load_territories(connection: duckdb.DuckDBPyConnection) -> None:
    """Create schema `reference`: one table a CSV, codes as text, and the macro `normaliser_nom`.

    A table that has names has a column `nom_normalise` too. Sources and vintage: definitions/reference/SOURCES.md.
    """
    connection.execute("create schema if not exists reference")
    connection.execute(NORMALISE)
    for table, columns in TABLES.items():
        connection.execute(_load_sql(table, columns), [str(REFERENCE / f"{table}.csv")])


def _load_sql(table: str, columns: dict[str, str]) -> str:
    name = next((column for column in ("nom", "nom_ancien") if column in columns), None)
    normalised = f", normaliser_nom({name}) as nom_normalise" if name else ""
    return (
        f"create or replace table reference.{table} as select *{normalised} from read_csv(?, auto_detect = false, "
        f"""header = true, delim = ',', quote = '"', escape = '"', buffer_size = {READ_BUFFER}, columns = {columns})"""
    )


def resolve_communes(
    connection: duckdb.DuckDBPyConnection, source: str, text_column: str, target: str, departements: Sequence[str]
) -> None:
    """Create table `target`: one row for each distinct text of `source.text_column`, after `load_territories`.

    texte · code (Insee, of the present vintage, or null) · methode (code, ancienne, code_complete, nom, or null) ·
    candidats (« Gien (45155), … », at most three, where code is null) · code_postal (true: the code that was read is
    also a postal code, so that it deserves a second look). A code counts wherever it is; a name counts in
    `departements` only, and never against the département or postal code written beside it. No guess is applied.
    """
    column = '"' + text_column.replace('"', '""') + '"'
    query = RESOLVE.format(
        target=target, written=WRITTEN.format(source=source, column=column), names=KNOWN_NAMES, codes=KNOWN_CODES
    )
    parameters = {"departements": list(departements), "similarity": NEAREST_SIMILARITY, "shown": CANDIDATES_SHOWN}
    connection.execute(query, parameters)
