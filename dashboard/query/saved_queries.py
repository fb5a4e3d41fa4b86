"""etat/requetes: the queries that each person keeps, one file an account; nobody else reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from dashboard.visit.visitor import Visitor
from socle.files.atomic import write_atomic
from socle.words.refusal import Refusal

LONGEST_NAME, MOST = 80, 100
_PRIVATE = 0o600


def saved(visitor: Visitor) -> dict[str, str]:
    """Return {name: query} of the visitor's own, by name; raise Refusal when their file cannot be read."""
    path = _path(visitor)
    try:
        kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    except ValueError as error:
        raise Refusal("requetes_illisibles", fichier=path.name) from error
    return dict(sorted(kept.items()))


def save(visitor: Visitor, name: str, query: str) -> None:
    """Keep a query under that name, in the place of the one that had it; raise Refusal for no name or too many."""
    name = " ".join(name.split())[:LONGEST_NAME]
    kept = saved(visitor) | {name: query}
    if not name:
        raise Refusal("requete_sans_nom")
    if len(kept) > MOST:
        raise Refusal("requetes_trop_nombreuses", maximum=MOST)
    _write(visitor, kept)


def forget(visitor: Visitor, name: str) -> None:
    """Keep it no longer."""
    _write(visitor, {other: query for other, query in saved(visitor).items() if other != name})


def _write(visitor: Visitor, kept: Mapping[str, str]) -> None:
    path = _path(visitor)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_atomic(path, json.dumps(kept, ensure_ascii=False, indent=1).encode(), _PRIVATE)


def _path(visitor: Visitor) -> Path:
    return visitor.folder.queries / f"{visitor.identity.compte}.json"
