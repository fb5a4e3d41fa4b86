"""Environment and clas.toml -> one frozen Settings object."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import urlsplit

from socle.licences import DEFAULT, LICENCES

PROJECT_ROOT = Path(__file__).resolve().parents[1]
"""Where the packages stand side by side: the root of a clone, or site-packages. What is read there is never written."""
SETTINGS_FILE = "clas.toml"
_LEAST = {"builds_kept": 2, "memoire": 256, "requete_secondes": 1, "requete_lignes": 1, "depots_jours": 30}
"""Of the settings that are numbers."""


class SettingsError(Exception):
    """A setting cannot be used; the message is the French sentence to show."""


def is_clone() -> bool:
    """Return whether the program runs from a clone of its repository, rather than from where it was installed."""
    return all((PROJECT_ROOT / name).is_file() for name in ("pyproject.toml", "Makefile"))


def default_data() -> Path:
    """Return where data goes when nobody says: `data` in a clone, else ~/clas-donnees, never beside the program."""
    return PROJECT_ROOT / "data" if is_clone() else Path("~/clas-donnees").expanduser()


@dataclass(frozen=True)
class Settings:
    """What an installation may choose: `CLAS_<NAME>` wins over clas.toml, which wins over the default."""

    data: Path = field(default_factory=default_data)
    builds_kept: int = 5
    """At least two: a reader may be about to open the one just replaced, and `clas rollback` needs it."""
    memoire: int = 1200
    """Megabytes that a build may hold at once; it puts the rest aside on disk."""
    requete_secondes: int = 20
    """How long a SQL query may take before it is stopped."""
    requete_lignes: int = 10_000
    """How many rows of its answer are shown; files hold them all."""
    depots_jours: int = 365
    """How long received files and what each load changed are kept in etat, after they last served."""
    licence: str = DEFAULT
    """Of what `clas export` writes: an identifier of socle.licences."""
    caf: str = ""
    """Its name, as it signs: « Caf du Loiret »."""
    service: str = ""
    """Whom porteurs may ask: « Service parentalité »."""
    courriel: str = ""
    telephone: str = ""
    url: str = ""
    """What people type, https://…, where a reverse proxy serves the dashboard; empty: this machine alone."""

    @property
    def contact(self) -> str:
        """Return « Caf du Loiret, service parentalité, clas@caf.example, 02 00 00 00 00 », what is known of it."""
        known = [text for text in (self.caf, self.service, self.courriel, self.telephone) if text]
        return ", ".join(known) or "l'agent de votre Caf qui suit le Clas"


def load_settings(environ: Mapping[str, str] | None = None, toml: Path | None = None) -> Settings:
    """Return the settings in force; raise SettingsError with a French sentence for a value that cannot be used."""
    env = os.environ if environ is None else environ
    declared = _read_toml(toml or _settings_file())
    values: dict[str, Path | int | str] = {}
    for setting in fields(Settings):
        # A variable set to nothing is a variable not set: as a folder it would be the working one.
        raw = env.get(f"CLAS_{setting.name.upper()}") or declared.get(setting.name)
        if raw is not None:
            values[setting.name] = _convert(setting.name, raw)
    return Settings(**values)  # type: ignore[arg-type]  # each value was converted to its field's type just above


def _settings_file() -> Path:
    """The one of the working folder, else that of the clone, or of ~/clas-donnees when the program was installed."""
    here = Path(SETTINGS_FILE)
    return here if here.is_file() else (PROJECT_ROOT if is_clone() else default_data()) / SETTINGS_FILE


def _read_toml(path: Path) -> dict[str, object]:
    if not path.is_file():
        return {}
    try:
        declared = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"Le fichier de réglages {path.name} ne peut pas être lu : {error}.") from error
    unknown = sorted(set(declared) - {setting.name for setting in fields(Settings)})
    if unknown:
        known = ", ".join(setting.name for setting in fields(Settings))
        raise SettingsError(f"{path.name} : réglage inconnu « {unknown[0]} ». Réglages connus : {known}.")
    if "data" in declared:
        declared["data"] = path.parent / Path(str(declared["data"])).expanduser()
    return declared


def _convert(name: str, raw: object) -> Path | int | str:
    if name == "data":
        # Processes that read for this one work in another folder.
        return Path(str(raw)).expanduser().absolute()
    if name in _LEAST:
        return _number(name, raw)
    if name == "licence":
        return _licence(raw)
    return _url(raw) if name == "url" else " ".join(str(raw).split())


def _number(name: str, raw: object) -> int:
    try:
        number = int(str(raw))
    except ValueError:
        number = 0
    least = _LEAST[name]
    if number < least:
        raise SettingsError(f"Le réglage « {name} » vaut « {raw} » : un nombre entier, {least} au moins, est attendu.")
    return number


def _licence(raw: object) -> str:
    if str(raw) not in LICENCES:
        raise SettingsError(
            f"Le réglage « licence » vaut « {raw} » : {', '.join(LICENCES)} sont les valeurs acceptées."
        )
    return str(raw)


def _url(raw: object) -> str:
    try:
        parts = urlsplit(str(raw).strip().rstrip("/"))
        address = f"https://{parts.hostname}" + (f":{parts.port}" if parts.port else "")
    except ValueError:
        address = ""
    if str(raw).strip().rstrip("/").lower() != address:
        raise SettingsError(
            f"Le réglage « url » vaut « {raw} » : une adresse en https sans chemin est attendue, "
            "par exemple https://clas.caf.example."
        )
    return address
