"""A declared pattern and what is known -> French sentences. What cannot be said whole is not said at all.

A clause is a text, a text under conditions (`si`), a list of which the first that can be said is (`selon`), or the
names of other patterns (`motifs`).
A placeholder is `{name}`, `{name:form}`, `{name:form|one|many}` or `{name|zero|one|many}`, where # is the number:

* `{nb_actions}` the number, its unit with it; `{x:nu}` the number alone;
* `{x:compte action}` « 41 actions », « aucune action »;
* `{x:sur}` « 18 sur 43 »; `{x:sur action}` « 18 actions sur 43 »; `{x:num}` 18; `{x:base}` 43;
* `{part_benevoles>suite_france}` what that pattern says of it, where it is `x`; nothing when it has nothing to say;
* `{x:part}` « 3 sur 12 », « 42 % (18 sur 43) » or « 42 % » as the base allows; `{x:sujet action}` with its noun.

A share alone (`{x}`) on a base too small for a percentage is one that cannot be said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from bilan.words.grammar import Noun, agreed, capital
from bilan.words.numbers import Quantity, SayingThresholds, is_small
from bilan.words.values import plain, ratio_text, share
from socle.words.french import number

Term = Quantity | str | float | bool
Terms = Callable[[str], Term | None]
"""What is known under a name; None when nothing is."""
Clause = str | Mapping[str, Any]

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_TEST = re.compile(r"(\S+) (<|<=|=|!=|>=|>) (\S+)")
_TESTS: Mapping[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">=": lambda a, b: a >= b,
    ">": lambda a, b: a > b,
}


class Unsaid(Exception):  # noqa: N818  # not an error: the clause is left out
    """A placeholder has nothing to say."""


@dataclass(frozen=True)
class Speaker:
    """What turns patterns into sentences: what is known, the nouns and the thresholds."""

    terms: Terms
    nouns: Mapping[str, Noun]
    rules: SayingThresholds
    patterns: Mapping[str, Sequence[Clause]]

    def about(self, subject: str) -> Speaker:
        """Return a speaker whose `x` is that indicator."""

        def lookup(name: str) -> Term | None:
            first, dot, rest = name.partition(".")
            return self.terms(f"{subject}{dot}{rest}" if first == "x" else name)

        return replace(self, terms=lookup)

    def say(self, clauses: Sequence[Clause]) -> tuple[str, ...]:
        """Return the sentences of the clauses that can be said, in their order."""
        return tuple(capital(sentence) for sentence in self._said(clauses))

    def fragment(self, clauses: Sequence[Clause]) -> str:
        """Return what can be said as a part of a line, without a capital; empty when nothing can."""
        return " ".join(self._said(clauses))

    def _said(self, clauses: Sequence[Clause]) -> Iterator[str]:
        for clause in clauses:
            yield from self._clause(clause)

    def _clause(self, clause: Clause) -> Iterator[str]:
        if isinstance(clause, str):
            yield from self._text(clause)
        elif all(self.holds(condition) for condition in conditions(clause)):
            if "selon" in clause:
                yield from next((said for choice in clause["selon"] if (said := tuple(self._clause(choice)))), ())
            elif "motifs" in clause:
                for pattern in clause["motifs"]:
                    yield from self._said(self.patterns[pattern])
            else:
                yield from self._text(clause["texte"])

    def holds(self, condition: str) -> bool:
        """Return whether « name », « non name » or « a < b » holds; what is not known compares with nothing."""
        if test := _TEST.fullmatch(condition):
            left, right = (self._operand(name) for name in (test[1], test[3]))
            return left is not None and right is not None and _TESTS[test[2]](left, right)
        negated, name = condition.startswith("non "), condition.removeprefix("non ")
        return self._is_known(name) is not negated

    def _is_known(self, name: str) -> bool:
        term = self.terms(name)
        return term.said if isinstance(term, Quantity) else bool(term)

    def _operand(self, name: str) -> float | None:
        try:
            return float(name)
        except ValueError:
            pass
        name, _, form = name.partition(":")
        term = self.terms(name)
        if isinstance(term, Quantity):
            return {"num": term.numerator, "base": term.denominator}.get(form, term.value) if term.said else None
        return None if term is None or isinstance(term, str) else float(term)

    def _text(self, pattern: str) -> tuple[str, ...]:
        try:
            return (_PLACEHOLDER.sub(lambda found: self._placeholder(found[1]), pattern),)
        except Unsaid:
            return ()

    def _placeholder(self, inside: str) -> str:
        if ">" in inside:
            subject, _, pattern = inside.partition(">")
            return self.about(subject).fragment(self.patterns[pattern])
        name, *forms = inside.split("|")
        name, _, form = name.partition(":")
        term = self.terms(name)
        if term is None or term == "":
            raise Unsaid(name)
        if isinstance(term, str):
            return term
        quantity = term if isinstance(term, Quantity) else Quantity(float(term), "n")
        if not quantity.said:
            raise Unsaid(name)
        if not forms:
            return self._form(quantity, form)
        count = self._count(quantity, form)
        return agreed(count, forms).replace("#", number(count))

    def _form(self, quantity: Quantity, form: str) -> str:
        kind, _, noun = form.partition(" ")
        if kind in ("sur", "num", "base") and (quantity.numerator is None or quantity.denominator is None):
            raise Unsaid(kind)
        match kind:
            case "sur":
                return self._ratio(quantity, noun)
            case "num":
                return f"au moins {number(quantity.numerator)}" if quantity.at_least else number(quantity.numerator)
            case "base":
                return number(quantity.denominator)
            case "nu":
                return plain(replace(quantity, unit="ratio"))
            case "part":
                return share(quantity, self.rules)
            case "sujet":
                return self._subject(quantity, noun)
            case "compte":
                return self._counted(quantity, noun) if noun else plain(quantity)
        if quantity.unit == "pct" and is_small(quantity, self.rules):
            raise Unsaid("a percentage of a small base")
        return plain(quantity)

    def _counted(self, quantity: Quantity, noun: str) -> str:
        said = self.nouns[noun].counted(self._count(quantity, "compte"))
        return f"au moins {said}" if quantity.at_least else said

    def _ratio(self, quantity: Quantity, noun: str) -> str:
        if not noun:
            return ratio_text(quantity)
        above, base = quantity.numerator or 0, quantity.denominator or 0
        said = f"{number(above)} {self.nouns[noun].agreed(above)} sur {number(base)}"
        return f"au moins {said}" if quantity.at_least else said

    def _subject(self, quantity: Quantity, noun: str) -> str:
        if is_small(quantity, self.rules) and quantity.numerator is not None:
            return self._ratio(quantity, noun)
        said = share(quantity, self.rules)
        percent, _, base = said.partition(" (")
        return f"{percent} des {self.nouns[noun].many}" + (f" ({base}" if base else "")

    def _count(self, quantity: Quantity, form: str) -> float:
        """What the words beside a number agree with."""
        kind = form.partition(" ")[0]
        if kind in ("part", "sujet") and not (quantity.unit == "pct" and is_small(quantity, self.rules)):
            return 2  # « 1 % des actions sont »: the verb goes with the actions
        if kind == "base":
            return quantity.denominator or 0
        if quantity.unit == "pct":
            return quantity.numerator or 0
        return round(quantity.value or 0, 1)


@dataclass(frozen=True)
class Part:
    """One thing that a clause needs."""

    name: str
    form: str = ""
    pattern: str = ""
    """The one said of it, after >."""
    agreed: int = 0
    """How many forms of a word agree with it."""


def parts(clause: Clause) -> Iterator[Part]:
    """Yield everything that a clause needs, its conditions included."""
    if isinstance(clause, str):
        yield from (_part(inside) for inside in _PLACEHOLDER.findall(clause))
        return
    for condition in conditions(clause):
        test = _TEST.fullmatch(condition)
        for name in (test[1], test[3]) if test else (condition.removeprefix("non "),):
            if not name.replace(".", "").isdigit():
                yield _part(name)
    for inner in (*clause.get("selon", ()), *([clause["texte"]] if "texte" in clause else [])):
        yield from parts(inner)


def _part(inside: str) -> Part:
    if ">" in inside:
        subject, _, pattern = inside.partition(">")
        return Part(subject, pattern=pattern)
    named, *forms = inside.split("|")
    name, _, form = named.partition(":")
    return Part(name, form, agreed=len(forms))


def conditions(clause: Mapping[str, Any]) -> list[str]:
    """Return the clause's own conditions, not those of nested clauses."""
    found = clause.get("si") or []
    return [found] if isinstance(found, str) else list(found)


def is_condition(text: str) -> bool:
    """Return whether it reads « name », « non name » or « a < b »."""
    return " " not in text.removeprefix("non ") or _TEST.fullmatch(text) is not None
