"""Definitions that are each well formed -> the French sentences of what they say against one another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from pipeline.codebook.documents import Definitions
from pipeline.codebook.formats import answering, extended, format_entries, shipped_formats
from pipeline.codebook.funding import YEARLY
from pipeline.codebook.model import Codebook, Variable
from pipeline.codebook.relations import tuple_of
from pipeline.codebook.series import indicator_series, series_codes
from socle.files.documents import Document
from socle.words.nearest import nearest
from socle.words.refusal import placeholders

ENTITIES = {
    "reponse": ("reponse", "structure", "action"),
    "agrement": ("agrement",),
    "synthese_nationale": ("synthese",),
    "porteurs": ("porteur",),
    "complement": ("reponse", "structure", "action"),
    "collectif": ("reponse", "action", "collectif"),
}
"""What a file of each nature may describe."""
TABLES = {
    "reponse": "reponse",
    "agrement": "agrement",
    "synthese": "synthese_nationale",
    "complement": "complement",
    "collectif": "collectif",
    "doublon": "reponse",
}
_TECHNICAL = {"campagne", "fichier", "feuille", "ligne", "format", "grain", "reponse_id", "porteur_id", "action_id"}
_VIEW = {"fichiers_du_numero", "departements_declares", "departement_du_dossier", "departement_declare",
         "confirmee_avant", "agrement_a_situer", "numero_en_double", "fichier_partage", "porteur_candidats",
         "rang_doublon", "sans_agrement", "au_catalogue", "unite", "a_une_reponse", "est_ambigu", "cle_valeur",
         "nb_collectifs_decrits", "porteur_du_siret", "porteur_du_nom", "statut_manquant", "sort_reponse",
         "reponse_gardee", "fichier_garde", "raison_garde", "reponses_en_balance", "nb_repetees",
         "premiere_ligne", "autres_lignes", "autrement_dit", "doublon_contredit"}  # fmt: skip
"""What sql/validation adds to the columns of the tables."""
_ANY_ANOMALY = {"valeur", "libelle", "attendu", "colonne", "ligne", "fichier", "candidats"}
_GIVEN = {
    "valeur_corrigee": {"nouvelle", "motif"},
    "nombre_ambigu": {"milliers", "decimales", "precis"},
    "texte_abime": {"abime"},
    "ligne_hors_tableau": {"lignes"},
    "intitules_repetes": {"lignes"},
    "ecart_passe": {"avant"},
    "decision_sans_objet": {"quoi", "auteur", "jour"},
    "agrement_contredit": {"action_id", "premiere_ligne", "autres_lignes"},
}
"""What the program says of one kind of anomaly alone."""
_NUMERIC = ("entier", "decimal", "montant", "taux")
_PS_TOLERANCE = 1.0
"""Euros between a published maximum and rate × ceiling: the sources round up."""


def cross_errors(definitions: Definitions, codebook: Codebook) -> Iterator[str]:
    """Yield every contradiction, with its file and entry; what refers to an ill-formed entry is not reported twice."""
    yield from _variable_errors(definitions.variables, codebook)
    known = _Names(definitions, codebook)
    bases = shipped_formats(definitions)
    for document in definitions.formats:
        yield from _format_errors(document, bases, known, codebook)
    for document in definitions.indicators:
        yield from _indicator_errors(document, known, codebook)
    for document in definitions.expectations:
        yield from _rule_errors(document, known, codebook)
    yield from _message_errors(definitions.messages, known, codebook)
    yield from _funding_errors(definitions.funding, codebook)


class _Names:
    """What may be referred to: the names declared, those of ill-formed entries included."""

    def __init__(self, definitions: Definitions, codebook: Codebook) -> None:
        self._codebook = codebook
        self._broken = _broken(definitions.variables, "variables")
        self._messages = _broken(definitions.messages, "anomalies") | set(codebook.messages)
        self._unreadable = definitions.variables.content is None

    def columns(self, nature: str, personal: bool = False) -> set[str]:
        """Names of the columns, and of the variables that are spread over several, that such a file may feed."""
        kept = [v for v in self._codebook.variables if set(v.entites) & set(ENTITIES[nature])]
        return {n for v in kept if personal or not v.personnel for n in (v.id, *(c.id for c in v.columns))}

    def excuses(self, name: str) -> bool:
        """True when `name` may be that of a variable which is reported already."""
        return self._unreadable or name.split("__")[0] in self._broken

    def unknown(self, name: str, names: Iterable[str], what: str) -> Iterator[str]:
        """Yield a sentence when `name` is none of `names`, with the nearest one."""
        known = set(names)
        if name not in known and not self.excuses(name):
            near = nearest(name, known)
            yield f"{what} «\u202f{name}\u202f» est inconnue" + (f" (proche\u202f: {near})." if near else ".")

    def has_message(self, code: str) -> bool:
        """True when messages.yml has that anomaly."""
        return code in self._messages


def _variable_errors(document: Document, codebook: Codebook) -> Iterator[str]:
    yield from _duplicates(document, "variables")
    columns = Counter(column.id for column in codebook.columns())
    for path, entry in document.entries("variables"):
        (variable,) = [v for v in codebook.variables if v.id == entry["id"]][:1]
        for sentence in _one_variable(variable):
            yield document.located(path, sentence)
        for column in variable.columns if variable.modalites else ():
            if columns[column.id] > 1:
                yield document.located(path, f"deux variables donnent la colonne «\u202f{column.id}\u202f».")
    for word in sorted(set(codebook.yes_words) & set(codebook.no_words)):
        yield document.located(("oui_non",), f"«\u202f{word}\u202f» veut dire à la fois oui et non.")


def _one_variable(variable: Variable) -> Iterator[str]:
    bounds, plausible = variable.bornes, variable.plausible
    if (bounds or plausible or variable.evolution) and variable.type not in _NUMERIC:
        yield f"seul un nombre a des bornes ou une évolution, et le type est {variable.type}."
    for name, pair in (("bornes", bounds), ("plausible", plausible)):
        if pair and pair[0] > pair[1]:
            yield f"{name}\u202f: {pair[0]:g} est plus grand que {pair[1]:g}."
    if bounds and plausible and not bounds[0] <= plausible[0] <= plausible[1] <= bounds[1]:
        yield "l'intervalle plausible sort des bornes."
    if variable.depuis and variable.jusqu_a and variable.depuis > variable.jusqu_a:
        yield f"elle est demandée depuis {variable.depuis} et jusqu'à {variable.jusqu_a}."


def _format_errors(
    document: Document, bases: Mapping[str, Mapping[str, Any]], known: _Names, codebook: Codebook
) -> Iterator[str]:
    for path, entry in format_entries(document):
        if not path and Path(document.name).stem != entry["id"]:
            yield document.located((), f"le fichier d'un format porte son nom\u202f: {entry['id']}.yml est attendu.")
        whole = extended(entry, bases)
        if whole is None:
            yield document.located(path, f"le format étendu «\u202f{entry['etend']}\u202f» est inconnu.")
            continue
        extends = "etend" in entry
        yield from _table_errors(document, path, entry["colonnes"], whole["nature"], known, codebook, extends)
        parts = {part["nom"]: part for part in whole.get("parties", ())}
        for rank, part in enumerate(entry.get("parties", ())):
            where = (*path, "parties", rank)
            yield from _table_errors(document, where, part["colonnes"], part["nature"], known, codebook, extends)
            yield from _key_errors(document, where, parts[part["nom"]], whole)


def _table_errors(
    document: Document,
    path: tuple[str | int, ...],
    columns: Sequence[Mapping[str, Any]],
    nature: str,
    known: _Names,
    codebook: Codebook,
    extends: bool = False,
) -> Iterator[str]:
    names = known.columns(nature, personal=True)
    for what, field in (("l'intitulé", "entete"), ("la variable", "variable")):
        counted = answering(columns) if extends and field == "variable" else columns
        for value, times in Counter(column[field] for column in counted if column.get(field)).items():
            if times > 1:
                yield document.located(path, f"{what} «\u202f{value}\u202f» est donné à {times} colonnes.")
    for position, column in enumerate(columns):
        if column.get("variable"):
            for sentence in _format_column(column, names, known, codebook):
                yield document.located((*path, "colonnes", position), sentence)


def _key_errors(
    document: Document, path: tuple[str | int, ...], part: Mapping[str, Any], whole: Mapping[str, Any]
) -> Iterator[str]:
    """A part is joined by a number that it holds and that the returns hold too; a fiche says it by its sheet."""
    if whole.get("disposition") == "fiche":
        if "cle" in part:
            yield document.located(
                path, "un tableau de fiche n'a pas de clé\u202f: sa feuille dit de quel bilan il est."
            )
        return
    key = part.get("cle")
    if key is None:
        yield document.located(path, "une feuille qui en complète une autre dit par quel numéro (cle).")
        return
    for name, columns in (("cette feuille", part["colonnes"]), ("la feuille principale", whole["colonnes"])):
        if key not in [column.get("variable") for column in columns]:
            yield document.located(path, f"la clé «\u202f{key}\u202f» n'est dans aucune colonne de {name}.")


def _format_column(column: Mapping[str, Any], names: set[str], known: _Names, codebook: Codebook) -> Iterator[str]:
    name = column["variable"]
    yield from known.unknown(name, names, "pour un export de cette nature, la variable")
    if name not in names:
        return
    answered = codebook.columns_of(name)
    variable = answered[0].variable
    if name == variable.id and len(answered) > 1 and variable.type != "choix_multiple":
        yield f"«\u202f{name}\u202f» a une colonne par modalité\u202f: {', '.join(c.id for c in answered)}."
    for wording, code in column.get("valeurs", {}).items():
        if code not in variable.modalites:
            possible = ", ".join(variable.modalites) or "aucune"
            yield f"«\u202f{wording}\u202f» renvoie à «\u202f{code}\u202f», qui n'est pas une modalité ({possible})."


def _indicator_errors(document: Document, known: _Names, codebook: Codebook) -> Iterator[str]:
    yield from _duplicates(document, "indicateurs")
    modalities = {v.id: v.modalites for v in codebook.variables}
    names = known.columns("reponse") | known.columns("collectif")
    settings = codebook.funding.in_sql
    for path, entry in document.entries("indicateurs"):
        sentences = list(known.unknown(entry["famille"], codebook.familles, "la famille"))
        sentences += _family_errors(entry, modalities, known)
        if same := entry["calcul"].get("base_comme"):
            sentences += known.unknown(same, [indicator.id for indicator in codebook.indicators], "l'indicateur")
        for series in indicator_series(entry, modalities, settings):
            for name in series.variables:
                sentences += known.unknown(name, names, "la variable")
            for text in (series.numerateur, series.denominateur or "", series.condition or ""):
                sentences += [f"l'accolade {{{name}}} n'est pas remplacée." for name in placeholders(text)]
        yield from (document.located(path, sentence) for sentence in dict.fromkeys(sentences))
    for name, times in Counter(series.id for series in codebook.indicators).items():
        if times > 1:
            yield document.located((), f"deux entrées donnent la série «\u202f{name}\u202f».")


def _family_errors(entry: Mapping[str, Any], modalities: Mapping[str, Mapping[str, str]], known: _Names) -> list[str]:
    family = entry.get("par_modalite")
    if family is None and "modalites" not in entry:
        return []
    families = [name for name, codes in modalities.items() if codes]
    unknown = list(known.unknown(family, families, "la variable à modalités")) if family else []
    if unknown or (family and family not in modalities):
        return unknown
    short, codes = set(entry["libelles_courts"]), set(series_codes(entry, modalities))
    sentences = [f"il manque le libellé court de {', '.join(sorted(codes - short))}."] if codes - short else []
    if short - codes:
        sentences.append(f"libelles_courts nomme des modalités inconnues\u202f: {', '.join(sorted(short - codes))}.")
    if gone := set(entry.get("sauf", ())) - set(modalities.get(family or "", {})):
        sentences.append(f"sauf nomme des modalités inconnues\u202f: {', '.join(sorted(gone))}.")
    if family and "modalites" in entry:
        sentences.append("une famille a par_modalite ou modalites, pas les deux.")
    if "{m}" not in entry["calcul"]["numerateur"]:
        sentences.append("le numérateur d'une famille nomme sa modalité par {m}.")
    return sentences


def _rule_errors(document: Document, known: _Names, codebook: Codebook) -> Iterator[str]:
    yield from _duplicates(document, "regles")
    table = (document.content or {}).get("table") if isinstance(document.content, dict) else None
    if table not in TABLES:
        return
    names = known.columns(TABLES[table]) | _TECHNICAL | _VIEW
    for path, entry in document.entries("regles"):
        sentences = []
        if not known.has_message(entry["message"]):
            sentences.append(f"le message «\u202f{entry['message']}\u202f» n'est pas dans messages.yml.")
        for name in (entry["colonne"], *entry.get("colonnes", ()), *tuple_of(entry.get("tout"))):
            sentences += known.unknown(name, names, "la colonne")
        if "parties" in entry:
            sentences += known.unknown(entry["parties"], {v.id for v in codebook.variables}, "la variable")
        rule = next(r for r in codebook.rules if (r.table, r.id) == (table, entry["id"]))
        for text in (rule.valeur or "", rule.condition or ""):
            sentences += [f"le réglage {{{name}}} est inconnu ou vide." for name in placeholders(text)]
        yield from (document.located(path, sentence) for sentence in sentences)


def _message_errors(document: Document, known: _Names, codebook: Codebook) -> Iterator[str]:
    for path, _ in document.entries("anomalies"):
        code = str(path[-1])
        rules = [rule for rule in codebook.rules if rule.message == code and rule.table in TABLES]
        names = [
            known.columns(TABLES[rule.table]) | _TECHNICAL | _VIEW | ({"tout"} if rule.tout else set())
            for rule in rules
        ]
        allowed = _ANY_ANOMALY | set(YEARLY) | _GIVEN.get(code, set()) | (set.intersection(*names) if names else set())
        for name in placeholders(codebook.messages[code].phrase):
            if name not in allowed and not known.excuses(name):
                yield document.located(path, f"l'accolade {{{name}}} n'a pas de valeur pour cette anomalie.")


def _funding_errors(document: Document, codebook: Codebook) -> Iterator[str]:
    yield from (document.located(("referentiel",), sentence) for sentence in _overlaps(codebook))
    for year in codebook.funding.annees.values():
        if year.taux is None or year.prix_plafond is None or year.ps_maximum is None:
            continue
        computed = year.taux * year.prix_plafond
        if abs(computed - year.ps_maximum) > _PS_TOLERANCE:
            sentence = (
                f"la Ps maximale ({year.ps_maximum:g}) n'est pas taux × prix plafond ({computed:g}), à un euro près."
            )
            yield document.located(("annees", year.annee), sentence)


def _overlaps(codebook: Codebook) -> Iterator[str]:
    """A school year has one set of thresholds, or none."""
    ordered = sorted(codebook.funding.referentiel, key=lambda years: years.depuis)
    for years in ordered:
        if years.jusqu_a and years.jusqu_a < years.depuis:
            yield f"les seuils de {years.depuis} finissent avant de commencer ({years.jusqu_a})."
    for years, following in pairwise(ordered):
        if years.jusqu_a is None or years.jusqu_a >= following.depuis:
            yield f"les seuils de {years.depuis} et de {following.depuis} valent pour les mêmes années."


def _duplicates(document: Document, key: str) -> Iterator[str]:
    ids = Counter(entry["id"] for _, entry in document.entries(key))
    for name, times in ids.items():
        if times > 1:
            yield document.located((key,), f"l'identifiant «\u202f{name}\u202f» est donné {times} fois.")


def _broken(document: Document, key: str) -> set[str]:
    """Names of the ill-formed entries of a list (by their id) or of a mapping (by their key)."""
    declared = document.content.get(key) if isinstance(document.content, dict) else None
    sound = {path[-1] for path, _ in document.entries(key)}
    if isinstance(declared, dict):
        return {str(name) for name in declared if name not in sound}
    entries = declared if isinstance(declared, list) else []
    return {str(e.get("id")) for i, e in enumerate(entries) if i not in sound and isinstance(e, dict)}
