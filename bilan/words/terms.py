"""What was read of a year -> what each name of a pattern stands for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping
from decimal import Decimal

from bilan.words.numbers import Quantity, is_small, total
from bilan.words.phrases import Phrases, load_phrases
from bilan.words.reading import Reading
from bilan.words.sentences import Speaker, Term
from bilan.words.values import plain, quoted_text
from socle.words.french import day, number, out_of, percentage
from socle.words.states import ADOPTED, COMPUTED, FICTITIOUS, PROVISIONAL, PUBLISHED, SHOWN
from warehouse.figures.catalogue import Series
from warehouse.figures.figures import Figure
from warehouse.listings.funding import funding
from warehouse.open import Warehouse


def speaker(reading: Reading, subject: str | None = None, more: Mapping[str, Term | None] | None = None) -> Speaker:
    """Return what says the patterns of this year; `x` is the indicator `subject`, `more` what only this page knows."""
    phrases = load_phrases()
    says = Speaker(_Names(reading, phrases, more or {}), phrases.nouns, reading.rules, phrases.patterns)
    return says.about(subject) if subject else says


class _Names:
    """The lookup itself: « name », or « indicator.aspect »."""

    def __init__(self, reading: Reading, phrases: Phrases, more: Mapping[str, Term | None]) -> None:
        self._reading = reading
        self._phrases = phrases
        self._more = more

    def __call__(self, name: str) -> Term | None:
        if name in self._more:
            return self._more[name]
        if name in _KNOWN:
            return _KNOWN[name](self._reading)
        indicateur, _, aspect = name.partition(".")
        if "#" in indicateur:
            indicateur = self._ranked(*indicateur.split("#"))
        if parts := self._phrases.sums.get(indicateur):
            return total([quantity for part in parts if (quantity := self._reading.quantity(part))])
        if aspect == "arrondi":
            return _sums_otherwise(self._reading, indicateur)
        if indicateur not in self._reading.figures:
            return None
        if not aspect:
            return self._reading.quantity(indicateur)
        return _ASPECTS[aspect](self._reading, indicateur)

    def _ranked(self, family: str, rank: str) -> str:
        """The series of a family by the size of its share: « part_porteurs_type#1 » is the largest."""
        shares = [
            (-(figure.valeur or 0), name)
            for name, figure in self._reading.figures.items()
            if self._reading.catalogue[name].serie_de == family and figure.valeur
        ]
        ordered = sorted(shares, key=lambda pair: pair[0])
        return ordered[int(rank) - 1][1] if len(ordered) >= int(rank) else ""


_KNOWN: Mapping[str, Callable[[Reading], Term | None]] = {
    "annee": lambda reading: reading.year,
    "annee_avant": lambda reading: reading.year_before,
    "departement": lambda reading: reading.departement.nom,
    "dans": lambda reading: reading.departement.dans,
    "de": lambda reading: reading.departement.de,
    "date": lambda reading: day(reading.built.date()),
    "version": lambda reading: reading.version,
    "contexte": lambda reading: reading.campagne.contexte,
    "provisoire": lambda reading: reading.campagne.etat == PROVISIONAL,
    "arretee_le": lambda reading: _adopted(reading),
    "fictif": lambda reading: reading.campagne.fictif,
    "par_structure": lambda reading: reading.campagne.grain == "structure",
    "nb_reponses": lambda reading: reading.campagne.nb_reponses,
    "actions_agreees": lambda reading: reading.campagne.nb_actions_agreees,
    "non_demarrees": lambda reading: reading.campagne.nb_actions_non_demarrees_ou_arretees,
    "reponse_faible": lambda reading: reading.is_poorly_answered,
    "collectif_minimum": lambda reading: _threshold(reading, "collectif_minimum"),
    "collectif_maximum": lambda reading: _threshold(reading, "collectif_maximum"),
    "ecart_points": lambda reading: number(reading.rules.ecart_points),
    "ecart_relatif": lambda reading: percentage(reading.rules.ecart_relatif),
    "porteurs_minimum": lambda reading: number(reading.rules.porteurs_minimum),
    "base_minimale": lambda reading: number(reading.rules.base_minimale),
    "absence_france": lambda reading: _no_france(reading),
}
"""What the year and the département are, whatever is spoken of."""


def _no_france(reading: Reading) -> str | None:
    """Why the build makes no figure of France, as most of the year's own figures say; None where one is there."""
    figures = reading.figures.values()
    if any(figure.valeur_france is not None for figure in figures):
        return None
    reasons = Counter(figure.absence_france for figure in figures if figure.absence_france and figure.statut == SHOWN)
    return reasons.most_common(1)[0][0] if reasons else None


def _adopted(reading: Reading) -> str | None:
    campagne = reading.campagne
    return day(campagne.arretee_le) if campagne.etat == ADOPTED and campagne.arretee_le else None


def _threshold(reading: Reading, name: str) -> str | None:
    """None in a year whose thresholds are not known: what would judge it is not said."""
    value = reading.thresholds.get(name)
    return None if value is None else number(value)


def _missing(reading: Reading, indicateur: str) -> Term | None:
    quantity = reading.quantity(indicateur)
    return quantity.missing if quantity else None


def _sums_otherwise(reading: Reading, family: str) -> bool:
    """Whether the shares of a whole, rounded as they are said, make another total than 100."""
    names = [name for name, series in reading.catalogue.items() if series.serie_de == family]
    shares = [quantity for name in names if (quantity := reading.quantity(name)) and quantity.said]
    if not shares or any(is_small(share, reading.rules) for share in shares):
        return False
    return sum(Decimal(number(Decimal(str(share.value)) * 100)) for share in shares) != 100


def _compared(find: Callable[[Reading, str], Term | None]) -> Callable[[Reading, str], Term | None]:
    """Find nothing when too few answered, except what the committee agreed: it covers everyone."""

    def lookup(reading: Reading, indicateur: str) -> Term | None:
        if reading.is_poorly_answered and not reading.catalogue[indicateur].est_agree:
            return None
        return find(reading, indicateur)

    return lookup


def _quoted(reading: Reading, indicateur: str) -> Term | None:
    """The last national figure, of another year, as its source qualifies it."""
    figure = reading.figures[indicateur]
    if figure.valeur_france is not None or figure.derniere_france_valeur is None:
        return None
    return quoted_text(figure.derniere_france_valeur, figure.unite, figure.derniere_france_qualificatif)


def _constant(which: str) -> Callable[[Reading, str], Term | None]:
    def lookup(reading: Reading, indicateur: str) -> Term | None:
        change = reading.change(indicateur)
        if change is None or not change.comparable:
            return None
        unit = reading.catalogue[indicateur].unite
        if which == "now":
            return Quantity(change.valeur_constante, unit, change.numerateur_constant, change.denominateur_constant)
        return Quantity(
            change.valeur_constante_precedente,
            unit,
            change.numerateur_constant_precedent,
            change.denominateur_constant_precedent,
        )

    return lookup


def _quartile(reading: Reading, indicateur: str, *, first: bool) -> Term | None:
    """Half of the porteurs are between the two; None where they are too few."""
    figure = reading.figures[indicateur]
    enough = (figure.nb_porteurs or 0) >= reading.rules.porteurs_minimum_quartiles
    value = figure.premier_quartile if first else figure.troisieme_quartile
    return Quantity(value, figure.unite) if enough and value is not None else None


def _short(series: Series) -> str:
    """Its label; for a modality the short one, since the full one repeats the family."""
    return series.libelle_court if series.modalite else series.libelle


def _stands_in(reading: Reading, indicateur: str) -> bool:
    """Whether something else stands in for the usual rows of the figure."""
    usual = reading.catalogue[indicateur].provenance_a_defaut
    return usual is not None and (reading.figures[indicateur].source or "").startswith(usual)


def _porteurs(reading: Reading, indicateur: str) -> Term | None:
    change = reading.change(indicateur)
    return change.nb_porteurs_constants if change else None


_ASPECTS: Mapping[str, Callable[[Reading, str], Term | None]] = {
    "avant": _compared(lambda reading, name: reading.quantity_before(name)),
    "france": _compared(lambda reading, name: reading.france(name)),
    "citee": _compared(_quoted),
    "citee_annee": lambda reading, name: reading.figures[name].derniere_france_annee,
    "couverture": lambda reading, name: coverage(reading.figures[name].couverture_france),
    "couverture_calculee": lambda reading, name: _computed_coverage(reading.figures[name]),
    "absence": lambda reading, name: reading.figures[name].absence_france,
    "manque": _missing,
    "constant": _compared(_constant("now")),
    "constant_avant": _compared(_constant("before")),
    "porteurs": _porteurs,
    "avant_repondants": lambda reading, name: reading.before[name].nb_repondants if name in reading.before else None,
    "est_total": lambda reading, name: not reading.catalogue[name].est_un_quotient,
    "est_total_declare": lambda reading, name: (
        not (reading.catalogue[name].est_un_quotient or reading.catalogue[name].est_agree)
    ),
    "repondants": lambda reading, name: reading.figures[name].nb_repondants,
    "citee_source": lambda reading, name: reading.figures[name].derniere_france_source,
    "rupture": lambda reading, name: reading.broken(name) if reading.before else None,
    "perturbe": lambda reading, name: reading.is_disturbed(name),
    "q1": lambda reading, name: _quartile(reading, name, first=True),
    "q3": lambda reading, name: _quartile(reading, name, first=False),
    "nom": lambda reading, name: load_phrases().modalities.get(name),
    "libelle": lambda reading, name: reading.catalogue[name].libelle,
    "nom_court": lambda reading, name: _short(reading.catalogue[name]),
    "libelle_court": lambda reading, name: reading.catalogue[name].libelle_court,
    "source": lambda reading, name: reading.figures[name].source,
    "a_defaut": lambda reading, name: _stands_in(reading, name),
    "publie": lambda reading, name: reading.figures[name].origine == PUBLISHED,
}


def _computed_coverage(figure: Figure) -> str | None:
    """« 97 départements sur 101 », where France is computed from those of the build."""
    return figure.couverture_france if figure.origine_france in (COMPUTED, FICTITIOUS) else None


_COVERAGE = re.compile(r"(\d+) départements? sur (\d+)")


def coverage(text: str | None) -> str | None:
    """Return « départements ayant répondu : 96 sur 101 », or the coverage as its source prints it."""
    if counted := _COVERAGE.fullmatch(text or ""):
        return f"départements ayant répondu\u202f: {out_of(int(counted[1]), int(counted[2]))}"
    return text


def funding_terms(warehouse: Warehouse, reading: Reading) -> dict[str, Term | None]:
    """Return what is known of the Ps of the year, as sentences write it; never another year's."""
    known = funding(warehouse, reading.year)
    if known is None:
        return {}
    euros = {"ps_plafond": known.prix_plafond, "ps_maximum": known.ps_maximum}
    said: dict[str, Term | None] = {name: plain(Quantity(value, "eur")) for name, value in euros.items() if value}
    if known.taux is not None:
        said["ps_taux"] = percentage(known.taux, 1)
    return said
