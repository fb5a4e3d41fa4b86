"""etat/chargements: what each accepted preparation changed in raw, so that it can be told and taken back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from socle.files.atomic import write_atomic
from socle.paths import DataFolder


@dataclass(frozen=True)
class Change:
    """One file of the data folder, by its path there, before and after."""

    chemin: str
    avant: str | None
    """SHA-256; None when it was not there."""
    apres: str | None
    """None when it is no longer there."""


@dataclass(frozen=True)
class Load:
    """One accepted preparation."""

    build: str
    """The build that was published with it."""
    quand: str
    """UTC, ISO 8601."""
    par: str
    changements: tuple[Change, ...]
    departement: str | None = None
    """The only one for which it was prepared; None for every one."""


def record_load(
    folder: DataFolder, build: str, par: str, changed: tuple[Change, ...], departement: str | None = None
) -> None:
    """Write what a preparation changed."""
    load = Load(build, datetime.now(UTC).isoformat(timespec="seconds"), par, changed, departement)
    for private in (folder.etat, folder.loads):
        private.mkdir(mode=0o700, parents=True, exist_ok=True)
    text = json.dumps(asdict(load), ensure_ascii=False, indent=1)
    write_atomic(folder.loads / f"{build}.json", text.encode() + b"\n", mode=0o600)


def loads(folder: DataFolder) -> list[Load]:
    """Return the loads, latest first; one that cannot be read is left out."""
    files = sorted(folder.loads.glob("*.json"), reverse=True) if folder.loads.is_dir() else []
    return [load for path in files if (load := _read(path.read_bytes()))]


def _read(text: bytes) -> Load | None:
    try:
        declared = json.loads(text)
        changed = tuple(Change(**change) for change in declared["changements"])
        return Load(**declared | {"changements": changed})
    except (ValueError, TypeError, KeyError):
        return None
