"""config.toml -> Streamlit's options, above anything that the machine it runs on may say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dashboard.gate.hosts import allowed_hosts
from socle.settings import Settings

_FILE = Path(__file__).with_name("config.toml")
_TABLES = ("server.trustedUserHeaders",)
"""Options whose value is a table."""


def options(settings: Settings) -> dict[str, Any]:
    """Return {option of Streamlit: value}."""
    declared = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return dict(_flat(declared)) | {"server.allowedHosts": sorted(allowed_hosts(settings))}


def apply(settings: Settings) -> None:
    """Have Streamlit take these options; to be done before its App is made."""
    from streamlit import config

    config.get_config_options(force_reparse=True, options_from_flags=options(settings))


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in table.items():
        path = f"{above}.{name}" if above else name
        if isinstance(value, dict) and path not in _TABLES:
            yield from _flat(value, path)
        else:
            yield path, value
