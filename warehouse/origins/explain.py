"""The name of a figure -> where it comes from: values, formula, SQL, files and lines, anomalies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from socle.files.manifest import WAREHOUSE
from socle.words.french import listing, number
from warehouse.open import Warehouse
from warehouse.origins.diffused import diffused_text
from warehouse.origins.figure_name import FigureName, UnknownFigure
from warehouse.origins.recompute import (
    FileLines,
    columns_of,
    covered_departements,
    file_lines,
    recompute_sql,
    synthesis_lines,
    synthesis_sql,
    variables_of,
)

_ORIGINS = """
select v.valeur, v.numerateur, v.denominateur, v.nb_repondants, v.nb_porteurs, v.nb_ecartees, v.statut, v.au_moins,
    v.origine, v.source, v.couverture
from marts.indicateur_valeur_agregee as v
inner join core.origine as o on v.origine = o.origine
where v.campagne = ? and v.indicateur = ? and v.niveau = ? and v.code = ?
-- Of an intercommunalité of several départements, the whole is asked for: it has no département.
qualify v.niveau <> 'epci' or v.departement is null or bool_and(v.departement is not null) over ()
order by v.statut = 'diffusable' desc, o.rang
"""
_COVERAGE = """
select nb_departements, nb_attendus, minimum, suffisante
from marts.couverture
where campagne = ? and indicateur = ? and niveau = ? and code = ?
"""
_INDICATOR = """
select
    indicateur, libelle, description, unite, source, distinct_sur, numerateur, denominateur, condition, variables,
    question, prudence, diffusion
from marts.indicateur
where indicateur = ?
"""
# Two Cafs may write in one file, and ask the same questions: of a département, what is of it, or of none that is known
# in a year of that one alone.
_THEIRS = """($niveau <> 'departement' or coalesce(departement, (
        select k.departements[1] from core.campagne as k where k.campagne = $campagne and len(k.departements) = 1
    )) = $code)
    and ($niveau <> 'region' or departement in (
        select d.code from reference.departements as d where d.region = $code
    ))
    and ($territoire = '*' or departement = $territoire or (
        select k.departements = [$territoire] from core.campagne as k where k.campagne = $campagne
    ))"""
_ANOMALIES = f"""
select gravite, effet, fichier, feuille, ligne, variable, message
from qualite.anomalie
where campagne = $campagne and (list_contains($variables, variable)
        or (effet in ('ligne_ecartee', 'en_attente') and list_contains($fichiers, fichier)))
    and {_THEIRS}
    and regle <> 'valeur_corrigee' and effet <> 'valeur_ecartee'
order by list_position(['critique', 'alerte', 'info'], gravite), fichier, feuille, ligne
"""
_SET_ASIDE = f"""
select gravite, effet, fichier, feuille, ligne, variable, message
from qualite.anomalie
where campagne = $campagne and effet = 'valeur_ecartee' and list_contains($variables, variable)
    and {_THEIRS}
order by fichier, feuille, ligne, variable
"""
# A correction of what says whose a row is, or whether it counts, may concern any figure of its file.
_CORRECTIONS = f"""
select
    fichier, feuille, ligne, variable, colonne, ancienne_valeur, nouvelle_valeur, motif, auteur,
    strftime(date_correction, '%d/%m/%Y') as date_correction
from qualite.correction
where campagne = $campagne and list_contains($fichiers, fichier) and {_THEIRS} and (
    len(list_filter($variables, lambda v: v = variable or starts_with(v, variable || '__'))) > 0
    or variable in ('porteur_id', 'siret', 'raison_sociale', 'action_id', 'reponse_id', 'statut_reponse',
        'date_validation', 'statut_agrement')
)
order by fichier, feuille, ligne, variable
"""
_QUOTED = """
select annee, valeur, qualificatif, source, couverture, remarque
from core.chiffre_publie
where indicateur = ? and niveau = ? and code = ? and annee <> ? and unite = ?
order by annee desc
"""


@dataclass(frozen=True)
class Origin:
    """One value of the figure: the same figure may be published, and computed from the returns."""

    valeur: float | None
    numerateur: float | None
    denominateur: float | None
    nb_repondants: int | None
    nb_porteurs: int | None
    nb_ecartees: int | None
    """Rows of which an answer that it uses is set aside."""
    statut: str
    au_moins: bool | None
    """True when it is a minimum."""
    origine: str
    """One of ORIGINS."""
    source: str | None
    couverture: str | None

    @property
    def computed(self) -> bool:
        """True when it was computed from rows of the data, and not received as a figure."""
        return self.nb_porteurs is not None


@dataclass(frozen=True)
class Anomaly:
    """What was found in the files about a variable that the figure uses."""

    gravite: str
    effet: str
    fichier: str
    feuille: str | None
    ligne: int | None
    variable: str | None
    message: str


@dataclass(frozen=True)
class AppliedCorrection:
    """A cell of the files that was read otherwise than it is written."""

    fichier: str
    feuille: str | None
    ligne: int
    variable: str
    colonne: str
    ancienne_valeur: str | None
    nouvelle_valeur: str | None
    motif: str
    auteur: str
    date_correction: str


@dataclass(frozen=True)
class Quoted:
    """The same figure published for another year: quoted, never compared."""

    annee: str
    valeur: float
    qualificatif: str | None
    """exact, environ, plus_de or infere."""
    source: str
    couverture: str | None
    remarque: str | None


@dataclass(frozen=True)
class Explanation:
    """Where a figure comes from."""

    name: FigureName
    libelle: str
    description: str
    unite: str
    question: str | None
    prudence: str | None
    diffusion: str
    """L free, E counts, F money, X sensitive: its rows are the agent's."""
    relation: str
    """Table whose rows are counted."""
    numerateur: str
    denominateur: str | None
    condition: str | None
    origins: tuple[Origin, ...]
    """The one retained first."""
    sql: str | None
    """To paste into `clas sql`; None when the figure is only known as published."""
    files: tuple[FileLines, ...]
    anomalies: tuple[Anomaly, ...]
    """What else was found about its questions, and the rows of its files that are set aside."""
    set_aside: tuple[Anomaly, ...]
    """The answers that would enter it and do not: each says why."""
    diffusion_dite: str
    """Whether porteurs and the public are shown it; "" for who reads what they do."""
    corrections: tuple[AppliedCorrection, ...]
    """Those of its questions, and of what says whose a row is, in its files."""
    quoted: tuple[Quoted, ...]
    fictif: bool
    """True when the campagne's own data are fictitious."""


def explain(warehouse: Warehouse, name: FigureName) -> Explanation:
    """Return where the figure comes from; raise UnknownFigure when the build holds nothing of that name."""
    indicator = warehouse.records(_INDICATOR, [name.indicateur])[0]
    key = [name.campagne, name.indicateur, name.niveau, name.code]
    origins = tuple(Origin(**row) for row in warehouse.records(_ORIGINS, key))
    if not origins:
        raise _nothing(warehouse, name, indicator["libelle"])
    sql, files = _provenance(warehouse, name, indicator, origins)
    declared = warehouse.records("select fictif from core.campagne where campagne = ?", [name.campagne])
    return Explanation(
        name=name,
        **{part: indicator[part] for part in ("libelle", "description", "unite", "question", "prudence", "diffusion")},
        relation=indicator["source"],
        **{part: indicator[part] for part in ("numerateur", "denominateur", "condition")},
        origins=origins,
        sql=sql,
        files=tuple(files),
        anomalies=_anomalies(warehouse, name, indicator, files),
        set_aside=_set_aside(warehouse, name, indicator),
        diffusion_dite=diffused_text(warehouse, name),
        corrections=_corrections(warehouse, name, indicator, files),
        quoted=_quoted(warehouse, name, indicator),
        fictif=bool(declared and declared[0]["fictif"]),
    )


def _nothing(warehouse: Warehouse, name: FigureName, libelle: str) -> UnknownFigure:
    known = warehouse.records(
        "select distinct campagne || '/' || case niveau when 'france' then niveau when 'region' "
        "then 'region-' || code else code end as ou from marts.indicateur_valeur_agregee "
        "where indicateur = ? and niveau in ('departement', 'region', 'france') and statut = 'diffusable' order by all",
        [name.indicateur],
    )
    where = listing([row["ou"] for row in known]) or "aucun"
    return UnknownFigure(
        f"«\u202f{libelle}\u202f» n'est pas connu pour ce territoire ({name.territoire}) en {name.campagne}. "
        f"{_too_few(warehouse, name)}Chiffres connus\u202f: {where}."
    )


def _too_few(warehouse: Warehouse, name: FigureName) -> str:
    """« Seuls 4 départements sur 101 le donnent, il en faut 51. », where that is why there is no such figure."""
    key = [name.campagne, name.indicateur, name.niveau, name.code]
    for row in warehouse.records(_COVERAGE, key):
        if not row["suffisante"]:
            given, verb = row["nb_departements"], "donnent" if row["nb_departements"] > 1 else "donne"
            counted = f"{number(given)} {'départements' if given > 1 else 'département'} sur {row['nb_attendus']}"
            return f"{counted} {verb} ce chiffre, il en faut {row['minimum']}. "
    return ""


def _provenance(
    warehouse: Warehouse, name: FigureName, indicator: dict[str, Any], origins: tuple[Origin, ...]
) -> tuple[str | None, list[FileLines]]:
    if any(origin.computed and origin.statut == "diffusable" for origin in origins):
        present = columns_of(warehouse, indicator["source"])
        covered = covered_departements(warehouse, name)
        return recompute_sql(name, indicator, present, covered), file_lines(warehouse, name, indicator, covered)
    lines = synthesis_lines(warehouse, name) if name.niveau == "france" else []
    return (synthesis_sql(name), lines) if lines else (None, [])


def _anomalies(
    warehouse: Warehouse, name: FigureName, indicator: dict[str, Any], files: list[FileLines]
) -> tuple[Anomaly, ...]:
    """Those of its variables, and the rows set aside in its files: they would have counted."""
    bound = _bound(warehouse, name, files) | {"variables": variables_of(indicator)}
    return tuple(Anomaly(**row) for row in warehouse.records(_ANOMALIES, bound)) if files else ()


def _bound(warehouse: Warehouse, name: FigureName, files: list[FileLines]) -> dict[str, Any]:
    place = {"campagne": name.campagne, "niveau": name.niveau, "code": name.code}
    return place | {"territoire": warehouse.scope.territoire, "fichiers": sorted({file.fichier for file in files})}


def _set_aside(warehouse: Warehouse, name: FigureName, indicator: dict[str, Any]) -> tuple[Anomaly, ...]:
    """The answers of the département (or of the whole build) that would enter it; () for who may not read them."""
    if warehouse.scope.database != WAREHOUSE:
        return ()
    names = variables_of(indicator)
    bound = _bound(warehouse, name, []) | {"variables": sorted({*names, *(used.split("__")[0] for used in names)})}
    bound.pop("fichiers")
    return tuple(Anomaly(**row) for row in warehouse.records(_SET_ASIDE, bound))


def _corrections(
    warehouse: Warehouse, name: FigureName, indicator: dict[str, Any], files: list[FileLines]
) -> tuple[AppliedCorrection, ...]:
    bound = _bound(warehouse, name, files) | {"variables": variables_of(indicator)}
    return tuple(AppliedCorrection(**row) for row in warehouse.records(_CORRECTIONS, bound)) if files else ()


def _quoted(warehouse: Warehouse, name: FigureName, indicator: dict[str, Any]) -> tuple[Quoted, ...]:
    parameters = [name.indicateur, name.niveau, name.code, name.campagne, indicator["unite"]]
    return tuple(Quoted(**row) for row in warehouse.records(_QUOTED, parameters))
