"""The first cells of a table -> for each column, the share of them that a variable's own reader reads, and more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb

from pipeline.codebook.model import Codebook, Column, FormatColumn
from pipeline.drafting.cell_profile_texts import CellTexts
from pipeline.sql.macros import create_macros, fold
from pipeline.staging.readers_sql import is_joined, reader_sql
from pipeline.staging.territories import load_territories, resolve_communes
from socle.words.nearest import ranked

SURE_SCORE, SURE_MARGIN = 88, 8
MOSTLY = 0.9
_SEPARATORS = (";", "/", "|", ",", "\n", " - ")
_TEXTS = ("texte", "texte_libre", "identifiant")
_NUMBERS = ("entier", "decimal", "montant", "taux")
_KINDS = (
    ("numéros Siret", "lire_siret(valeur) is not null"),
    ("oui ou non", "lire_oui_non(valeur) is not null and valeur not in ('0', '1')"),
    ("années scolaires", "lire_campagne(valeur) is not null"),
    ("nombres entiers", "lire_entier(valeur, '') is not null"),
    ("montants en euros", "contains(valeur, '€') and lire_montant(valeur, '€|eur|euros?') is not null"),
    ("nombres", "lire_decimal(valeur, '') is not null"),
    ("dates", "lire_horodatage(valeur) is not null"),
)


@dataclass(frozen=True)
class Support:
    """What the cells of a column say of a variable."""

    share: float
    """Of the filled cells, those that answer it; 0 when none is filled."""
    separator: str | None = None
    """Between the answers of a joined cell, when it is not the usual one."""
    values: Mapping[str, str] = field(default_factory=dict)
    """{wording: modality} that the codebook does not have, known from another export or plainly near."""
    doubtful: Mapping[str, str] = field(default_factory=dict)
    """{wording: nearest modality, or an empty text} of the others."""
    told: bool = True
    """False when no cell is filled."""


class CellProfile:
    """The sampled cells of a table, and what they say."""

    def __init__(self, codebook: Codebook, departements: Sequence[str]) -> None:
        self._codebook = codebook
        self._departements = departements
        self._connection = duckdb.connect()
        create_macros(self._connection, codebook)
        load_territories(self._connection)
        self._texts: list[CellTexts] = []
        self._shares: dict[str, dict[int, float]] = {}

    def take(self, headers: Sequence[str], columns: Sequence[Sequence[str]]) -> None:
        """Look at the cells of another table: those of each header in turn."""
        self._shares.clear()
        self._connection.execute("create or replace temp table cellule_lue (position integer, valeur varchar)")
        positions = [position for position, cells in enumerate(columns) for text in cells if text]
        texts = [text for cells in columns for text in cells if text]
        self._connection.execute("insert into cellule_lue select unnest($1), unnest($2)", [positions, texts])
        self._connection.execute(
            "create or replace temp table cellule as select position, valeur, count(*) as nombre from cellule_lue "
            "where not est_absent(valeur) group by all"
        )
        counters: list[Counter[str]] = [Counter() for _ in headers]
        for position, text, times in self._connection.execute("from cellule order by all").fetchall():
            counters[position][text] += times
        self._texts = [CellTexts(header, counts) for header, counts in zip(headers, counters, strict=True)]

    def texts(self, position: int) -> CellTexts:
        """Return the texts of a column."""
        return self._texts[position]

    def described(self, position: int) -> str:
        """Return what the cells of a column are, in French, quoting none that may name somebody."""
        return self._texts[position].described(self._kind(position))

    def _kind(self, position: int) -> str:
        return next((kind for kind, condition in _KINDS if self._share(position, condition) >= MOSTLY), "")

    def support(self, position: int, target: str) -> Support:
        """Return what the cells of a column say of a variable."""
        column = self._codebook.columns_of(target)[0]
        variable = column.variable
        texts = self._texts[position]
        if not texts.filled:
            return Support(0.0, told=False)
        if variable.type in _TEXTS:
            return Support(texts.suits_text(variable, self._kind(position)))
        if variable.type == "commune":
            return Support(self._communes().get(position, 0.0))
        source = FormatColumn("", target, valeurs=self._wordings(variable.id))
        if is_joined(column, source):
            return self._joined(position, column)
        if variable.type == "choix":
            return self._choice(position, column, list(texts.counts))
        reader = reader_sql(column, source, "valeur")
        condition = f"{reader} is not null"
        if variable.type in _NUMBERS and variable.bornes:
            condition = f"{reader} between {variable.bornes[0]:g} and {variable.bornes[1]:g}"
        return Support(self._share(position, condition))

    def _share(self, position: int, condition: str) -> float:
        """The share of the cells of a column for which a condition over `valeur` holds; each is run once."""
        if condition not in self._shares:
            query = f"select position, sum(nombre) filter (where {condition}) / sum(nombre) from cellule group by 1"
            self._shares[condition] = {at: share or 0.0 for at, share in self._connection.execute(query).fetchall()}
        return self._shares[condition].get(position, 0.0)

    def _communes(self) -> Mapping[int, float]:
        if "commune" not in self._shares:
            resolve_communes(self._connection, "cellule", "valeur", "commune_lue", self._departements)
            query = (
                "select position, coalesce(sum(nombre) filter (where code is not null), 0) / sum(nombre) "
                "from cellule left join commune_lue on texte = valeur group by 1"
            )
            self._shares["commune"] = dict(self._connection.execute(query).fetchall())
        return self._shares["commune"]

    def _wordings(self, variable: str) -> dict[str, str]:
        """{wording: modality} that the exports of every year add to the codebook's labels."""
        own = [fmt for formats in self._codebook.campaign_formats.values() for fmt in formats]
        columns = [column for fmt in (*self._codebook.formats, *own) for column in fmt.colonnes]
        return {text: code for c in columns if c.variable == variable for text, code in c.valeurs.items()}

    def _choice(self, position: int, column: Column, answers: Sequence[str]) -> Support:
        declared = column.variable.modalites
        usual = {fold(text) for text in (*declared, *declared.values())}
        known = {fold(text): code for text, code in self._wordings(column.variable.id).items()}
        choices = {fold(label): code for code, label in declared.items()} | known
        values: dict[str, str] = {}
        doubtful: dict[str, str] = {}
        for answer in answers:
            if fold(answer) in usual:
                continue
            code, plain = _nearest(fold(answer), choices)
            (values if plain else doubtful)[answer] = code
        share = self._texts[position].share(lambda text: text not in doubtful)
        return Support(share, values=values, doubtful=doubtful)

    def _joined(self, position: int, column: Column) -> Support:
        """A choice of several answers in one cell: the separator that leaves fewest unknown pieces."""
        texts = self._texts[position]
        best = Support(0.0)
        for separator in _SEPARATORS:
            if separator != ";" and not any(separator in text for text in texts.counts):
                continue
            pieces = {text: list(_pieces(text, separator)) for text in texts.counts}
            told = self._choice(position, column, list(dict.fromkeys(p for cut in pieces.values() for p in cut)))
            share = texts.share(lambda text, cut=pieces, out=told.doubtful: not set(cut[text]) & set(out))  # type: ignore[misc]
            if share > best.share:
                best = Support(share, separator if separator != ";" else None, told.values, told.doubtful)
        return best


def _pieces(text: str, separator: str) -> Iterator[str]:
    yield from (piece.strip() for piece in text.split(separator) if piece.strip())


def _nearest(answer: str, choices: Mapping[str, str]) -> tuple[str, bool]:
    """The modality of the nearest known answer, and whether it is plainly that one."""
    if answer in choices:
        return choices[answer], True
    called: dict[str, list[str]] = {}
    for known, code in choices.items():
        called.setdefault(code, []).append(known)
    (code, score), (_, second) = (*ranked(answer, called), ("", 0.0), ("", 0.0))[:2]
    return code, score >= max(SURE_SCORE, second + SURE_MARGIN)
