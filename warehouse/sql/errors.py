"""What DuckDB answers to a query that it cannot run -> the reason in French, its place, and the nearest name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import duckdb

from socle.words.nearest import near
from socle.words.refusal import Refusal

_PLACE = re.compile(r"\n\nLINE (\d+): (.*)\n( *)\^", re.DOTALL)


@dataclass(frozen=True)
class Names:
    """What a query may name; mistakes are compared with them."""

    tables: Mapping[str, tuple[str, ...]]
    """{schema.table: its columns}."""
    functions: frozenset[str]
    """Every function that DuckDB has, allowed or not, in lower case."""
    hidden: frozenset[str] = frozenset()
    """Columns that exist, and may not be read by action."""

    def near_tables(self, name: str) -> list[str]:
        """Return the tables nearest to that name, the nearest first; those that bear it exactly are alone."""
        last = name.rpartition(".")[2].lower()
        exact = [table for table in self.tables if table.rpartition(".")[2] == last]
        return exact or near(last, {table: (table.rpartition(".")[2],) for table in self.tables})

    def near_columns(self, name: str, query: str) -> list[str]:
        """Return the columns nearest to that name among the tables that the query names."""
        words = set(re.findall(r"\w+", query.lower()))
        columns = {
            column for table, columns in self.tables.items() if table.rpartition(".")[2] in words for column in columns
        }
        return near(name.lower(), {column: (column,) for column in columns})


def refused(reason: str, query: str = "", position: int | None = None) -> Refusal:
    """Return the refusal of a query for that reason; `ligne` and `colonne`, from 1, are None without a position."""
    if position is None:
        return Refusal("requete_refusee", raison=reason, ligne=None, colonne=None)
    before = query[:position]
    line, column = before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
    where = f"ligne {line}, colonne {column}"
    return Refusal("requete_refusee", raison=f"{reason} ({where})", ligne=line, colonne=column)


def pointed(query: str, refusal: Refusal) -> str | None:
    """Return the line of the query where it is wrong and, on the next one, a mark under the place; None without one."""
    line, column = refusal.values.get("ligne"), refusal.values.get("colonne")
    if not isinstance(line, int) or not isinstance(column, int):
        return None
    text = query.splitlines()[line - 1]
    return f"{text}\n{''.join(' ' if char != chr(9) else char for char in text[: column - 1])}^"


def refused_by(error: duckdb.Error, query: str, names: Names) -> Refusal:
    """Return the refusal of a query that DuckDB cannot run, with the place that DuckDB points at where it does."""
    text = str(error)
    return refused(_reason(text, query, names), query, _position(text, query))


def unknown_table(name: str, query: str, names: Names) -> Refusal:
    """Return the refusal of a query that names a table which is not there."""
    mention = re.search(rf"\b{re.escape(name)}\b", query, re.IGNORECASE)
    return refused(_unknown("table", name, query, names), query, mention.start() if mention else None)


def _position(text: str, query: str) -> int | None:
    """The index in the query of what DuckDB points at; it shows a part of the line, between dots when it is long."""
    place_named = _PLACE.search(text)
    if place_named is None:
        return None
    shown, caret = place_named[2].split("\n")[0], len(place_named[3]) - len(f"LINE {place_named[1]}: ")
    excerpt = shown.removeprefix("...").removesuffix("...")
    start = query.find(excerpt)
    return start + caret - (3 if shown.startswith("...") else 0) if start >= 0 else None


def _q(name: str) -> str:
    return f"«\u202f{name}\u202f»"


def _near(names: str | Iterable[str] | None) -> str:
    names_quoted = re.findall(r'"([^"]+)"', names) if isinstance(names, str) else list(names or ())
    label = "noms proches" if len(names_quoted) > 1 else "nom proche"
    return f" ({label}\u202f: {', '.join(names_quoted)})" if names_quoted else ""


def _type(name: str) -> str:
    known = {"INT": "un nombre entier", "DOU": "un nombre", "DEC": "un nombre", "DAT": "une date", "BOO": "oui ou non"}
    return known.get(name[:3].upper(), name)


_NAMED = (
    (r'Table with name "?(.+?)"? does not exist', "table"),
    (r'Referenced column "(.+?)" (?:was )?not found', "colonne"),
    (r'does not have a column named "(.+?)"', "colonne"),
)
_PATTERNS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r'syntax error at or near "(.*?)"', lambda m: f"elle n'est pas comprise près de {_q(m[1])}"),
    (r"syntax error at end of input", lambda m: "elle s'arrête trop tôt"),
    (r"unterminated quoted|unterminated string", lambda m: "un guillemet ou une apostrophe n'est pas fermé"),
    (
        r'Referenced table "(.+?)" not found!(?:\s*Candidate tables: (.*))?',
        lambda m: f"la table {_q(m[1])} n'est pas dans le FROM{_near(m[2])}",
    ),
    (
        r'column "(.+?)" must appear in the GROUP BY',
        lambda m: f"la colonne {_q(m[1])} doit être dans le GROUP BY ou dans une somme, un compte…",
    ),
    (r"Ambiguous reference to column name \"(.+?)\"", lambda m: f"la colonne {_q(m[1])} est dans plusieurs tables"),
    (
        r"No function matches the given name and argument types '(.+?)'",
        lambda m: f"{_q(m[1])} n'est pas possible avec ce type de valeur",
    ),
    (r"Could not convert string '(.*?)' to (\w+)", lambda m: f"{_q(m[1])} ne peut pas être lu comme {_type(m[2])}"),
    (r"file system operations are disabled", lambda m: "elle lirait un fichier"),
    (r"Out of Memory", lambda m: "elle demande trop de mémoire"),
)


def _reason(text: str, query: str, names: Names) -> str:
    """Why the query failed; DuckDB's own first line is quoted when nothing better is known."""
    for pattern, kind in _NAMED:
        if match := re.search(pattern, text):
            return _unknown(kind, match[1], query, names)
    for pattern, say in _PATTERNS:
        if match := re.search(pattern, text):
            return say(match)
    first = text.splitlines()[0] if text else type(text).__name__
    return f"le moteur répond {_q(first.partition(': ')[2] or first)}"


def _unknown(kind: str, name: str, query: str, names: Names) -> str:
    if kind == "table":
        return f"la table {_q(name)} n'existe pas{_near(names.near_tables(name))}"
    if name.lower() in names.hidden:
        where = "marts.indicateur_valeur la donne par département"
        return f"{_q(name)} est une donnée sensible, dite d'aucune action\u202f: {where}"
    return f"la colonne {_q(name)} n'existe pas{_near(names.near_columns(name, query))}"
