"""What DuckDB answers to a query that it cannot run -> the reason in French, with the nearest name it suggests."""

from __future__ import annotations

import re
from collections.abc import Callable

import duckdb


def _q(name: str) -> str:
    return f"«\u202f{name}\u202f»"


def _near(names: str | None) -> str:
    found = re.findall(r'"([^"]+)"', names or "")
    return f" (noms proches\u202f: {', '.join(found)})" if found else ""


def _type(name: str) -> str:
    known = {"INT": "un nombre entier", "DOU": "un nombre", "DEC": "un nombre", "DAT": "une date", "BOO": "oui ou non"}
    return known.get(name[:3].upper(), name)


_PATTERNS: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r'syntax error at or near "(.*?)"', lambda m: f"elle n'est pas comprise près de {_q(m[1])}"),
    (r"syntax error at end of input", lambda m: "elle s'arrête trop tôt"),
    (r"unterminated quoted|unterminated string", lambda m: "un guillemet ou une apostrophe n'est pas fermé"),
    (
        r'Table with name "?(.+?)"? does not exist because schema "(.+?)" does not exist',
        lambda m: f"le schéma {_q(m[2])} n'existe pas",
    ),
    (
        r'Table with name "?(.+?)"? does not exist!(?:\s*Did you mean (.*))?',
        lambda m: f"la table {_q(m[1])} n'existe pas{_near(m[2])}",
    ),
    (
        r"Function with name (\S+) does not exist!(?:\s*Did you mean (.*))?",
        lambda m: f"la fonction {_q(m[1])} n'existe pas{_near(m[2])}",
    ),
    (
        r'Referenced column "(.+?)" (?:was )?not found[^\n]*(?:\s*Candidate bindings: (.*))?',
        lambda m: f"la colonne {_q(m[1])} n'existe pas{_near(m[2])}",
    ),
    (
        r'(?:does not have a column named|column) "(.+?)"(?: does not exist)?[^\n]*\s*Candidate bindings: (.*)',
        lambda m: f"la colonne {_q(m[1])} n'existe pas{_near(m[2])}",
    ),
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


def french_reason(error: duckdb.Error) -> str:
    """Return why the query failed; DuckDB's own first line is quoted when nothing better is known."""
    text = str(error)
    for pattern, say in _PATTERNS:
        found = re.search(pattern, text)
        if found:
            return say(found)
    return f"le moteur répond {_q(text.splitlines()[0].partition(': ')[2] or text.splitlines()[0])}"
