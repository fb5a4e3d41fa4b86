"""marts.indicateur and core.reglage -> what is declared of each series, and the thresholds that a committee may set."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.codebook.model import Indicator
from warehouse.open import Warehouse

_SERIES = """
select indicateur, serie_de, modalite, famille, famille_libelle, libelle, libelle_court, description, unite, polarite,
    grains, diffusion, synthese_porteur, ou, source as relation, denominateur is not null as est_un_quotient,
    len(variables) > 0 as est_demande, bareme or reglage_vide as attend_un_reglage, question, comparable_depuis,
    prudence, phrase, provenance_a_defaut, numerateur, denominateur, condition
from marts.indicateur
order by rang
"""


@dataclass(frozen=True)
class Series:
    """One series of the catalogue."""

    indicateur: str
    serie_de: str
    """The entry it is a modality of; itself when it is none."""
    modalite: str | None
    famille: str
    famille_libelle: str
    libelle: str
    libelle_court: str
    description: str
    unite: str
    """n, pct (a ratio 0 to 1), ratio, h or eur."""
    polarite: str
    """plus (nearer to the référentiel) or neutre."""
    grains: list[str]
    diffusion: str
    """L free, E counts, F money, X sensitive."""
    synthese_porteur: bool
    ou: str
    relation: str
    """Table whose rows are counted."""
    est_un_quotient: bool
    """False for a count or a sum, which is not set beside that of a larger territory."""
    est_demande: bool
    """True when the returns answer it; False for what the roster or the checks tell."""
    attend_un_reglage: bool
    """True when a setting, or the rate of the Ps of the year, is needed to compute it."""
    question: str | None
    comparable_depuis: str | None
    prudence: str | None
    phrase: str | None
    """Pattern of its sentence."""
    provenance_a_defaut: str | None
    """How its source begins where something else stands in for its usual rows."""

    numerateur: str
    """SQL on a row of the table; so are the next two."""
    denominateur: str | None
    condition: str | None

    @property
    def id(self) -> str:
        """Its name, as the codebook calls it."""
        return self.indicateur

    @property
    def source(self) -> str:
        """Its table, as the codebook calls it."""
        return self.relation

    @property
    def est_agree(self) -> bool:
        """True when the committee alone decided it: it does not depend on who answered."""
        return self.grains == ["agrement"]


def catalogue(warehouse: Warehouse) -> dict[str, Series]:
    """Return {indicateur: what is declared of it}, in the order of the catalogue."""
    return {record["indicateur"]: Series(**record) for record in warehouse.records(_SERIES)}


def shipped() -> tuple[Indicator, ...]:
    """Return the series that the program itself declares; raise DefinitionError where it contradicts itself."""
    from pipeline.codebook.load import load_codebook

    return load_codebook().indicators


def settings(warehouse: Warehouse) -> dict[str, float | None]:
    """Return {name: value} of the thresholds of funding.yml with which the build was made; None is not set yet."""
    return {row["reglage"]: row["valeur"] for row in warehouse.records("select reglage, valeur from core.reglage")}


def thresholds(warehouse: Warehouse, campagne: str, departement: str) -> dict[str, float | None]:
    """Return {name: value} of what the référentiel expects of a collectif there that year; None is not known."""
    query = "select reglage, valeur from core.seuil where annee = ? and departement = ?"
    rows = warehouse.records(query, [campagne, departement])
    return {row["reglage"]: row["valeur"] for row in rows}
