"""What was read of a year -> what each name of a pattern stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal

from bilan.numbers import Quantity, plain, total
from bilan.phrases import Phrases, load_phrases
from bilan.reading import Reading
from bilan.sentences import Speaker, Term
from socle.french import NARROW_SPACE, day, number, percentage


def speaker(reading: Reading, subject: str | None = None, more: Mapping[str, Term | None] | None = None) -> Speaker:
    """Return what says the patterns of this year; `x` is the indicator `subject`, `more` what only this page knows."""
    phrases = load_phrases()
    names = _Names(reading, phrases, subject, more or {})
    return Speaker(names, phrases.nouns, reading.rules)


class _Names:
    """The lookup itself: « name », or « indicator.aspect »."""

    def __init__(
        self, reading: Reading, phrases: Phrases, subject: str | None, more: Mapping[str, Term | None]
    ) -> None:
        self._reading = reading
        self._phrases = phrases
        self._subject = subject
        self._known = _known(reading) | dict(more)

    def __call__(self, name: str) -> Term | None:
        if name in self._known:
            return self._known[name]
        indicateur, _, aspect = name.partition(".")
        if indicateur == "x" and self._subject:
            indicateur = self._subject
        if parts := self._phrases.sums.get(indicateur):
            return total([found for part in parts if (found := self._reading.quantity(part))])
        if aspect == "arrondi":
            return _sums_otherwise(self._reading, indicateur)
        if indicateur not in self._reading.figures:
            return None
        if not aspect:
            return self._reading.quantity(indicateur)
        return _ASPECTS[aspect](self._reading, indicateur)


def _known(reading: Reading) -> dict[str, Term | None]:
    campagne, place = reading.campagne, reading.departement
    adopted = day(campagne.arretee_le) if campagne.etat == "arretee" and campagne.arretee_le else None
    return {
        "annee": campagne.campagne,
        "annee_avant": reading.year_before,
        "departement": place.nom,
        "dans": place.dans,
        "de": place.de,
        "date": day(reading.built.date()),
        "version": reading.version,
        "contexte": campagne.contexte,
        "provisoire": campagne.etat == "provisoire",
        "arretee_le": adopted,
        "fictif": campagne.fictif,
        "par_structure": campagne.grain == "structure",
        "nb_reponses": campagne.nb_reponses,
        "actions_agreees": campagne.nb_actions_agreees,
        "non_demarrees": campagne.nb_actions_non_demarrees_ou_arretees,
        "reponse_faible": reading.is_poorly_answered,
        "collectif_minimum": number(reading.rules.collectif_minimum),
        "collectif_maximum": number(reading.rules.collectif_maximum),
        "sans_france": next(iter(load_phrases().patterns["sans_france"])),  # type: ignore[dict-item]  # a text
    }


def _missing(reading: Reading, indicateur: str) -> Term | None:
    quantity = reading.quantity(indicateur)
    return quantity.missing if quantity else None


def _sums_otherwise(reading: Reading, family: str) -> bool:
    """Whether the shares of a whole, rounded as they are said, make another total than 100."""
    shares = [reading.figures[name].valeur for name, series in reading.catalogue.items() if series.serie_de == family]
    said = [Decimal(percentage(value).split(NARROW_SPACE)[0]) for value in shares if value is not None]
    return bool(said) and sum(said) != 100


def _compared(find: Callable[[Reading, str], Term | None]) -> Callable[[Reading, str], Term | None]:
    """Nothing is compared when too few answered, but what the committee agreed: everyone is in it."""

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
    said = plain(Quantity(figure.derniere_france_valeur, figure.unite))
    return _QUALIFIED.get(figure.derniere_france_qualificatif or "", "{}").format(said)


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


def _porteurs(reading: Reading, indicateur: str) -> Term | None:
    change = reading.change(indicateur)
    return change.nb_porteurs_constants if change else None


_ASPECTS: Mapping[str, Callable[[Reading, str], Term | None]] = {
    "avant": _compared(lambda reading, name: reading.quantity_before(name)),
    "france": _compared(lambda reading, name: reading.france(name)),
    "citee": _compared(_quoted),
    "citee_annee": lambda reading, name: reading.figures[name].derniere_france_annee,
    "couverture": lambda reading, name: coverage(reading.figures[name].couverture_france),
    "manque": _missing,
    "constant": _compared(_constant("now")),
    "constant_avant": _compared(_constant("before")),
    "porteurs": _porteurs,
    "avant_repondants": lambda reading, name: reading.before[name].nb_repondants if name in reading.before else None,
    "est_total": lambda reading, name: not reading.catalogue[name].est_un_quotient,
    "repondants": lambda reading, name: reading.figures[name].nb_repondants,
    "rupture": lambda reading, name: reading.broken(name),
    "source": lambda reading, name: reading.figures[name].source,
    "publie": lambda reading, name: reading.figures[name].origine == "publie",
}

_FRANCE = 101
"""Départements of France."""
_QUALIFIED = {"environ": "environ {}", "plus_de": "plus de {}"}


def coverage(text: str | None) -> str | None:
    """Return « départements ayant répondu : 96 sur 101 », or the coverage as its source prints it."""
    count, _, rest = (text or "").partition(" ")
    if count.isdigit() and rest in ("départements", "département"):
        return f"départements ayant répondu\u202f: {count} sur {_FRANCE}"
    return text
