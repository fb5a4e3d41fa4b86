"""The raw folder -> the campaigns it holds and the hash of all that a build depends on, without parsing an export."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline.messages import Refusal
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT

EXPORT_SUFFIXES = (".csv", ".xlsx", ".ods")
DECLARATION = "campagne.yml"


@dataclass(frozen=True)
class Campaign:
    """One campagne as declared in its campagne.yml, and the files sent for it."""

    name: str
    folder: Path
    fictif: bool
    departements: tuple[str, ...]
    contexte: str | None
    ouverture: str | None
    cloture: str | None
    files: tuple[Path, ...]


def fingerprint(folder: DataFolder) -> dict[str, str]:
    """Return {what: sha256} for every raw file and for the program itself; equal fingerprints give equal builds.

    Imports nothing beyond the standard library: this is how a build with nothing new stays instantaneous.
    """
    raw = {path.relative_to(folder.raw).as_posix(): _sha256(path) for path in sorted(_raw_files(folder.raw))}
    return raw | {"(programme)": program_hash()}


def program_hash() -> str:
    """Return the hash of the code, SQL and definitions that turn raw files into figures."""
    digest = hashlib.sha256()
    for root in (PROJECT_ROOT / "pipeline", PROJECT_ROOT / "expectations"):
        for path in sorted(root.rglob("*")):
            if path.suffix in (".py", ".sql", ".yml", ".csv", ".json") and "demo" not in path.parts:
                digest.update(path.relative_to(PROJECT_ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def load_campaigns(folder: DataFolder) -> list[Campaign]:
    """Return the campaigns in order of year; raise Refusal when one is not declared or when real meets fictitious."""
    folders = sorted(path for path in folder.raw.iterdir() if path.is_dir()) if folder.raw.is_dir() else []
    if not folders:
        raise Refusal("donnees_absentes", dossier=folder.raw.name)
    campaigns = [_load(path) for path in folders]
    if len({campaign.fictif for campaign in campaigns}) > 1:
        real = ", ".join(c.name for c in campaigns if not c.fictif)
        fictitious = ", ".join(c.name for c in campaigns if c.fictif)
        raise Refusal("melange_fictif_reel", reelles=real, fictives=fictitious)
    return campaigns


def _load(path: Path) -> Campaign:
    import jsonschema
    import yaml

    from pipeline.codebook import load_schema
    from pipeline.definition_files import read_yaml

    declaration = path / DECLARATION
    if not declaration.is_file():
        raise Refusal("campagne_yml_absent", campagne=path.name)
    try:
        declared = read_yaml(declaration.read_text(encoding="utf-8"))
        jsonschema.validate(declared, load_schema("campagne"))
    except (yaml.YAMLError, UnicodeDecodeError, jsonschema.ValidationError) as error:
        raison = str(getattr(error, "message", error)).splitlines()[0]
        raise Refusal("campagne_yml_invalide", campagne=path.name, raison=raison) from error
    if declared["campagne"] != path.name:
        raison = f"il déclare la campagne {declared['campagne']}"
        raise Refusal("campagne_yml_invalide", campagne=path.name, raison=raison)
    return Campaign(
        name=path.name,
        folder=path,
        fictif=declared["fictif"],
        departements=tuple(declared["departements"]),
        contexte=declared.get("contexte"),
        ouverture=declared.get("dates", {}).get("ouverture"),
        cloture=declared.get("dates", {}).get("cloture"),
        files=tuple(sorted(file for file in _raw_files(path) if file.suffix.lower() in EXPORT_SUFFIXES)),
    )


def _raw_files(root: Path) -> Iterator[Path]:
    """Files as received; hidden ones and a spreadsheet's lock files are the machine's own."""
    for path in root.rglob("*") if root.is_dir() else ():
        if path.is_file() and not path.name.startswith((".", "~$")):
            yield path


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
