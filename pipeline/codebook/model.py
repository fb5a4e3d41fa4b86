"""What is declared (definitions/, expectations/, the data folder) -> checked dataclasses, the codebook.

Nothing heavy is imported here: the types below are used everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.codebook.funding import Funding
from pipeline.codebook.national import National

SQL_TYPES = {
    "entier": "integer",
    "decimal": "double",
    "taux": "double",
    "montant": "decimal(18, 2)",
    "oui_non": "boolean",
    "choix_multiple": "boolean",
    "date": "date",
    "horodatage": "timestamp",
}
"""DuckDB type of each kind of answer; every other kind is a varchar (a code is never a number)."""


@dataclass(frozen=True)
class ChangeRule:
    """From what on an answer is shown beside the one that the same porteur gave the year before."""

    facteur: float
    """Times more, or less."""
    plancher: float
    """The least gap, in the unit of the question."""


@dataclass(frozen=True)
class Variable:
    """One question, whatever its wording: an entry of variables.yml."""

    id: str
    entites: tuple[str, ...]
    """What it describes: reponse, structure, action, collectif, agrement, synthese, porteur."""
    type: str
    libelle: str
    description: str
    unite: str | None = None
    bornes: tuple[float, float] | None = None
    """Outside, the value is set aside."""
    plausible: tuple[float, float] | None = None
    """Outside, the value is kept and reported."""
    evolution: ChangeRule | None = None
    """From this change on, the value is kept and shown beside that of the year before."""
    obligatoire: bool = False
    cle: bool = False
    personnel: bool = False
    """Personal data or free text: private.duckdb only."""
    depuis: str | None = None
    jusqu_a: str | None = None
    modalites: Mapping[str, str] = field(default_factory=dict)
    vue: str | None = None
    """The UNPIVOT view of core that carries it: effectif, modalite or finance."""
    source: str = ""

    @property
    def sql_type(self) -> str:
        """DuckDB type of its columns."""
        return SQL_TYPES.get(self.type, "varchar")

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """One column, or one a modality when each modality has its own answer (`effectif_niveau__college`)."""
        if not self.modalites or self.type == "choix":
            return (Column(self.id, self, None, self.libelle, self.sql_type),)
        return tuple(
            Column(f"{self.id}__{code}", self, code, f"{self.libelle}\u202f: {libelle}", self.sql_type)
            for code, libelle in self.modalites.items()
        )


@dataclass(frozen=True)
class Column:
    """One column of a wide table."""

    id: str
    variable: Variable
    modalite: str | None
    libelle: str
    sql_type: str


@dataclass(frozen=True)
class FormatColumn:
    """One header of an export, and what becomes of it."""

    entete: str
    variable: str | None
    """Column id, or the id of a multiple choice answered in one joined cell; None when ignored."""
    ignoree: str | None = None
    """Why the column is not read."""
    facultative: bool = False
    valeurs: Mapping[str, str] = field(default_factory=dict)
    """{wording: modality} that this export adds to the codebook's labels."""
    separateur_choix: str | None = None
    place: str | None = None
    """In a fiche: dessous when the answer is below the label, and not on its right."""

    @property
    def waits(self) -> bool:
        """True when a draft has not been told yet what becomes of this header."""
        return self.variable is None and self.ignoree is None


@dataclass(frozen=True)
class Format:
    """One table of a kind of export; an export of several sheets is several tables of one id, the main one first."""

    id: str
    libelle: str
    modele: bool
    """True when the real wordings are not public and these stand in for them."""
    nature: str
    """reponse, agrement, synthese_nationale or porteurs; of a part: complement (answers of the same returns) or
    collectif."""
    grain: str | None
    """structure or action; None unless nature is reponse."""
    campagnes: tuple[str | None, str | None]
    """First and last campagne, both included; None is open."""
    colonnes: tuple[FormatColumn, ...]
    fichier: Mapping[str, str]
    """How the model writes its file (separateur, encodage); reading accepts more."""
    partie: str | None = None
    """Name of this table among those of the format; None for the main one."""
    cle: str | None = None
    """Variable by which a part is joined to its returns; None in a fiche, whose sheet says it."""
    disposition: str = "tableau"
    """tableau, or fiche: one sheet is one return, laid out as labels and answers."""
    lignes_entete: int = 1
    """Rows that the header takes; over two, a header reads « Groupe › Intitulé »."""
    exercice: str = "reel"
    """reel, or previsionnel: what is planned is no bilan, and is refused by name."""
    sans_statut: bool = False
    """True when its returns bear no status, each of them being validated."""

    @property
    def waiting(self) -> tuple[str, ...]:
        """Headers of a draft that are not answered yet."""
        return tuple(column.entete for column in self.colonnes if column.waits)

    def covers(self, campagne: str) -> bool:
        """Return whether this export was in use for a campagne."""
        first, last = self.campagnes
        return (first is None or first <= campagne) and (last is None or campagne <= last)


@dataclass(frozen=True)
class Fallback:
    """What a figure is made from in the campagnes where its usual rows are not there."""

    quand: str
    """SQL boolean of the rows of the source that stand in; one is enough for the campagne to be said so."""
    provenance: str
    """What its source reads instead."""


@dataclass(frozen=True)
class Indicator:
    """One series: an entry of indicators.yml, or one modality of it."""

    id: str
    serie_de: str
    """Id of the entry; equal to `id` when it is not a family."""
    modalite: str | None
    numero: int | None
    """Row of the catalogue of indicators; None for one that was added."""
    famille: str
    libelle: str
    libelle_court: str
    description: str
    unite: str
    """n, pct (kept as a ratio 0 to 1), ratio, h or eur."""
    polarite: str
    grains: tuple[str, ...]
    diffusion: str
    """L free, E counts, F money, X sensitive."""
    synthese_porteur: bool
    ou: str
    source: str
    """Relation each row of which gives one numerator and one denominator."""
    distinct: str | None
    """Count distinct values of this column where numerator or denominator is true, instead of summing."""
    numerateur: str
    denominateur: str | None
    condition: str | None
    variables: tuple[str, ...]
    """Columns of the return it needs; where they are not asked it is `non_demande`."""
    question: str | None
    comparable_depuis: str | None
    prudence: str | None
    phrase: str | None
    il_faut: str = "toutes"
    """toutes or une of its variables asked; of the columns of one variable, one is enough."""
    bareme: bool = False
    """True when it needs the rate and ceiling of the Ps of the year: unknown, it is `non_renseigne`."""
    reglage_vide: bool = False
    """True while a setting of funding.yml that it needs is empty: it has no value."""
    seuils: tuple[str, ...] = ()
    """Thresholds that it needs and that have their years: where one is not known it is `sans_seuil`."""
    a_defaut: Fallback | None = None
    base_comme: str | None = None
    """Series whose numerator counts the same thing as this denominator, written otherwise."""
    base_publique: bool = False
    """True when everyone knows the denominator: what was agreed, or how many answered."""
    incomplet: str | None = None
    """SQL condition of a row that may count without its saying so: where there is one, the figure is a minimum."""


@dataclass(frozen=True)
class Rule:
    """One data contract of expectations/*.yml."""

    id: str
    table: str
    type: str
    """lignes (a condition every row meets), unique (no two rows share `colonnes`) or reference (a known value)."""
    message: str
    gravite: str
    colonne: str | None = None
    valeur: str | None = None
    """SQL text expression of the value to report."""
    condition: str | None = None
    """SQL boolean that must hold; null is not a breach."""
    colonnes: tuple[str, ...] = ()
    reference: str | None = None
    """View that must hold the value, in its column `cle`."""
    cle: str | None = None
    relation: str | None = None
    """partie (its column is among the whole) or somme (its parts make the whole); None when it is neither."""
    tout: tuple[str, ...] = ()
    """Columns whose sum is the whole of the relation."""


@dataclass(frozen=True)
class Message:
    """What is said of a row or of a cell that is not as expected."""

    code: str
    gravite: str
    """critique, alerte or info."""
    effet: str
    """ligne_ecartee, valeur_ecartee or aucun."""
    phrase: str
    depuis: str | None = None
    """ISO day from which it has this effect: a year adopted before keeps `effet_avant`. None: always."""
    effet_avant: str | None = None
    """As `effet`, or non_signalee when the rule did not exist."""


@dataclass(frozen=True)
class Codebook:
    """Everything declared, checked."""

    variables: tuple[Variable, ...]
    formats: tuple[Format, ...]
    """Those shipped, and those of the data folder's own formats.yml."""
    campaign_formats: Mapping[str, tuple[Format, ...]]
    """{campagne: those of its formats.yml}, which count for its files only."""
    indicators: tuple[Indicator, ...]
    familles: Mapping[str, str]
    rules: tuple[Rule, ...]
    messages: Mapping[str, Message]
    """Anomalies by code."""
    funding: Funding
    national: National
    absent_words: tuple[str, ...]
    yes_words: tuple[str, ...]
    no_words: tuple[str, ...]
    hash: str
    """sha256 of the definition files."""

    def formats_for(self, campagne: str) -> tuple[Format, ...]:
        """Return the formats that a file of this campagne may be of: its own replace those of the same id."""
        own = self.campaign_formats.get(campagne, ())
        replaced = {fmt.id for fmt in own}
        return (*own, *(fmt for fmt in self.formats if fmt.id not in replaced))

    @property
    def newest_rule(self) -> str:
        """The ISO day of the newest rule that bears a date; empty when none does."""
        dates = [message.depuis or "" for message in self.messages.values()]
        return max([*dates, self.funding.avant.jusqu_au if self.funding.avant else ""])

    @cached_property
    def _by_name(self) -> dict[str, tuple[Column, ...]]:
        joined = {variable.id: variable.columns for variable in self.variables}
        return joined | {column.id: (column,) for columns in joined.values() for column in columns}

    def columns(self, entite: str | None = None) -> tuple[Column, ...]:
        """Return the columns in the order declared, personal ones included, of one entity or of all."""
        kept = (v for v in self.variables if entite is None or entite in v.entites)
        return tuple(column for variable in kept for column in variable.columns)

    def columns_of(self, name: str) -> tuple[Column, ...]:
        """Return the column of that id, or all the columns of that variable; KeyError when it is neither."""
        return self._by_name[name]

    def column(self, column_id: str) -> Column:
        """Return the one column of that id; KeyError when there is none."""
        for column in self.columns_of(column_id):
            if column.id == column_id:
                return column
        raise KeyError(column_id)
