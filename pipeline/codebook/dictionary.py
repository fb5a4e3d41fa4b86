"""The definitions -> docs/dictionary.md: every variable, indicator and table, in French. No build is needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from pipeline.codebook.model import Codebook, Format, Indicator, Variable
from socle.french import listing

_ENTITIES = {
    "reponse": "Le bilan envoyé",
    "structure": "La structure",
    "action": "L'action",
    "collectif": "Le collectif",
    "agrement": "L'action agréée",
    "synthese": "La synthèse nationale",
    "porteur": "Le registre des porteurs",
}
TYPES = {
    "entier": "nombre entier",
    "decimal": "nombre",
    "montant": "montant en euros",
    "taux": "part, de 0 à 1",
    "oui_non": "oui ou non",
    "choix": "une réponse parmi",
    "choix_multiple": "plusieurs réponses possibles parmi",
    "date": "date",
    "horodatage": "date et heure",
    "texte": "texte",
    "texte_libre": "texte libre",
    "identifiant": "identifiant",
    "campagne": "année scolaire",
    "commune": "code Insee de commune",
    "departement": "code de département",
    "siret": "SIRET",
}
UNITS = {"n": "nombre", "pct": "part, de 0 à 1", "ratio": "rapport", "h": "heures", "eur": "euros"}
CLASSES = {"L": "L, libre", "E": "E, effectifs", "F": "F, finances", "X": "X, sensible"}
_RETURNS = ("reponse", "complement", "collectif")
_HEADER = """\
# Dictionnaire

Ce fichier est écrit par `clas dictionary --out docs/dictionary.md`, à partir de `pipeline/definitions/` : ne le
corrigez pas à la main. Dans une construction, `marts.dictionnaire` donne aussi les intitulés de vos
fichiers.

[Variables](#variables) · [Indicateurs](#indicateurs) · [Tables](#tables)
"""


def render(codebook: Codebook) -> str:
    """Return the whole dictionary as Markdown; the same definitions give the same text."""
    parts = [_HEADER, *_variables(codebook), *_indicators(codebook), *_tables()]
    return "\n".join(parts).rstrip() + "\n"


def _variables(codebook: Codebook) -> Iterator[str]:
    yield "## Variables\n"
    yield (
        "Une variable est une question, quel que soit son intitulé d'une année à l'autre. Les intitulés des exports ne "
        "sont pas publics : ceux qui suivent sont ceux des modèles livrés.\n"
    )
    for entity, title in _ENTITIES.items():
        # A variable of several entities is described once, under the first of them.
        described = [variable for variable in codebook.variables if variable.entites[0] == entity]
        if described:
            yield f"### {title}\n"
        for variable in described:
            yield _entry(f"`{variable.id}` — {variable.libelle}", variable.description, _facts(variable, codebook))


def _facts(variable: Variable, codebook: Codebook) -> Iterator[tuple[str, str]]:
    yield "Type", _type(variable)
    if variable.vue:
        yield "Colonnes", f"`{variable.columns[0].id}`… ; aussi dans la vue `core.{variable.vue}`"
    elif len(variable.columns) > 1:
        yield "Colonnes", f"une par réponse, `{variable.columns[0].id}`…"
    if len(variable.entites) > 1:
        yield "Décrit", listing([_ENTITIES[entity].lower() for entity in variable.entites])
    if variable.bornes:
        yield "Possible", f"{_range(variable.bornes)} ; au-delà, la valeur est mise de côté"
    if variable.plausible:
        yield "Habituel", f"{_range(variable.plausible)} ; au-delà, elle est gardée et signalée"
    marks = [
        ("obligatoire", variable.obligatoire),
        ("question clé", variable.cle),
        ("donnée personnelle", variable.personnel),
    ]
    if any(is_set for _, is_set in marks):
        yield "Particularité", listing([name for name, is_set in marks if is_set])
    yield from _wordings(variable, codebook.formats)


def _type(variable: Variable) -> str:
    kind = TYPES.get(variable.type, variable.type)
    unit = f" ({variable.unite})" if variable.unite and variable.type != "montant" else ""
    offered = ", ".join(f"`{code}` {label}" for code, label in variable.modalites.items())
    separator = " : " if variable.type.startswith("choix") else ", pour chacun de : "
    return f"{kind}{unit}{separator if offered else ''}{offered}"


def _range(bounds: tuple[float, float]) -> str:
    return f"de {bounds[0]:g} à {bounds[1]:g}"


def _wordings(variable: Variable, formats: Sequence[Format]) -> Iterator[tuple[str, str]]:
    """When it is asked, then its wording of each year, the sheets of an export being put together."""
    names = {variable.id, *(column.id for column in variable.columns)}
    asking = [fmt for fmt in formats if any(column.variable in names for column in fmt.colonnes)]
    years = _years(variable, asking)
    if years:
        yield "Demandé", years
    # The roster and the register have no year of their own: they come last.
    exports = sorted(dict.fromkeys(fmt.id for fmt in asking), key=lambda name: _first(name, asking) or "9")
    for name in exports:
        tables = [fmt for fmt in asking if fmt.id == name]
        asked = dict.fromkeys(c.entete for fmt in tables for c in fmt.colonnes if c.variable in names)
        wordings = [f"«\u202f{entete}\u202f»" for entete in asked]
        more = f" et {len(wordings) - 1} autres" if len(wordings) > 2 else ""
        yield f"Intitulé, {_span(tables[0])}", listing(wordings[:1] if more else wordings) + more


def _first(name: str, formats: Sequence[Format]) -> str | None:
    return next(fmt.campagnes[0] for fmt in formats if fmt.id == name)


def _span(fmt: Format) -> str:
    """The campagnes of an export of returns; another file is named."""
    first, last = fmt.campagnes
    if fmt.nature not in _RETURNS or not first:
        return fmt.libelle
    if last is None:
        return f"depuis {first}"
    return first if first == last else f"{first} à {last}"


def _years(variable: Variable, asking: Sequence[Format]) -> str:
    """The first and last campagne: what the variable declares, else the formats of returns that ask it."""
    returns = [fmt.campagnes for fmt in asking if fmt.nature in _RETURNS]
    first = variable.depuis or min((first for first, _ in returns if first), default=None)
    open_ended = any(last is None for _, last in returns)
    last = variable.jusqu_a or (None if open_ended else max((last for _, last in returns if last), default=None))
    if not first:
        return ""
    return f"de {first} à {last}" if last else f"depuis {first}"


def _indicators(codebook: Codebook) -> Iterator[str]:
    yield "## Indicateurs\n"
    yield (
        "Chaque ligne de la table donne un numérateur et un dénominateur ; le chiffre d'un territoire est la somme des "
        "premiers divisée par celle des seconds, sur les lignes qui ont les deux. Ne moyennez pas les taux.\n"
    )
    for family, label in codebook.familles.items():
        series = [indicator for indicator in codebook.indicators if indicator.famille == family]
        if series:
            yield f"### {label}\n"
        for _, group in groupby(series, key=lambda indicator: indicator.serie_de):
            yield _indicator(list(group))


def _indicator(series: Sequence[Indicator]) -> str:
    first = series[0]
    label = first.libelle.split("\u202f:")[0] if first.modalite else first.libelle
    return _entry(f"`{first.serie_de}` — {label}", first.description, _indicator_facts(series))


def _indicator_facts(series: Sequence[Indicator]) -> Iterator[tuple[str, str]]:
    first = series[0]
    if first.modalite:
        yield "Séries", ", ".join(f"`{indicator.id}`" for indicator in series)
    yield "Unité", UNITS.get(first.unite, first.unite)
    yield "Table", f"`{first.source}`" + (f", valeurs distinctes de `{first.distinct}`" if first.distinct else "")
    yield "Numérateur", f"`{first.numerateur}`"
    yield "Dénominateur", f"`{first.denominateur}`" if first.denominateur else "aucun"
    if first.condition:
        yield "Condition", f"`{first.condition}`"
    yield "Grain", listing(list(first.grains))
    yield "Diffusion", CLASSES.get(first.diffusion, first.diffusion)
    if first.question:
        yield "Question", first.question
    if first.comparable_depuis:
        yield "Comparable depuis", first.comparable_depuis
    if first.prudence:
        yield "Prudence", first.prudence


def _tables() -> Iterator[str]:
    import yaml

    from pipeline.codebook.documents import DEFINITIONS

    declared = yaml.safe_load((DEFINITIONS / "tables.yml").read_text(encoding="utf-8"))
    yield "## Tables\n"
    yield "| table | contenu |\n| --- | --- |"
    yield "\n".join(f"| `{name}` | {_cell(text)} |" for name, text in declared["tables"].items())


def _entry(title: str, text: str, facts: Iterable[tuple[str, str]]) -> str:
    listed = "\n".join(f"* {name} : {_line(value)}" for name, value in facts)
    return f"#### {title}\n\n{_line(text)}\n\n{listed}\n"


def _line(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _line(text).replace("|", "\\|")
