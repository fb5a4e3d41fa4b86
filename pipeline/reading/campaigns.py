"""The raw folder -> the campaigns it holds and the hash of all that a build depends on, without parsing an export."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.reading.received import is_export, is_unread, one_form, received, received_hash
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from socle.words.refusal import Refusal
from socle.words.states import year_text

DECLARATION = "campagne.yml"
SCHOOL_YEAR = re.compile(r"\d{4}-\d{4}")
DEPARTEMENT = re.compile(r"0[1-9]|1\d|2[1-9AB]|[3-8]\d|9[0-5]|97[1-8]|98[6-8]")
"""Code of a département, as the schema of campagne.yml has it; a folder so named holds its files."""
ARRETS, ROWS, DEFINITIONS = "(arrêts)/", "(lignes)/", "(définitions)/"
"""Prefixes of the input hashes that are no raw file; no folder of raw/ bears such a name."""
SEVERAL = "+"
"""Between the hashes of files of one name."""
KEPT_ROWS, ROWS_LIST = ".lignes", "lignes.json"
"""End of the name of the folder of the rows kept with an arrêt, and their list."""
PROGRAM = ("socle", "pipeline", "expectations")
"""Folders of what turns raw files into figures. The formats of socle are among it: anomalies are written with them."""
_PROGRAM_FILES = (".py", ".sql", ".yml", ".csv", ".json", ".html")
_ARRET_STEM = re.compile(rf"({SCHOOL_YEAR.pattern})(?:-(\w{{2,3}}))?")
_ARRET = re.compile(_ARRET_STEM.pattern + r"\.(json|figures\.csv)")


@dataclass(frozen=True)
class CampaignOfDepartement:
    """What a campagne is in one of its départements."""

    contexte: str | None
    ouverture: str | None
    cloture: str | None


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
    """To be read, or to be refused."""
    unread: tuple[Path, ...] = ()
    """Named as not read."""
    par_departement: Mapping[str, CampaignOfDepartement] = field(default_factory=dict)
    """{one of `departements`: what is said for it, else for the whole year}."""
    fichiers_de: str | None = None
    """The one of which are the files that lie in the folder of none: it had the year before others joined it."""

    def departement_of(self, fichier: str) -> str | None:
        """Return the département of a file: that of its folder, else the declared one; None when rows say it."""
        folder = folder_departement(fichier)
        if folder:
            return folder if folder in self.departements else None
        return self.departements[0] if len(self.departements) == 1 else self.fichiers_de


def folder_departement(fichier: str) -> str | None:
    """Return the code that names the folder of a file of a year (« 45/bilans.csv »), declared or not; else None."""
    first, slash, _ = fichier.partition("/")
    return first if slash and DEPARTEMENT.fullmatch(first) else None


def input_hashes(folder: DataFolder) -> dict[str, str]:
    """Return {what: sha256} for every raw file, for what the committee adopted, for the definitions of the data folder
    and for the program itself; equal hashes give equal builds.

    Imports nothing beyond the standard library: this is how a build with nothing new stays instantaneous.
    """
    raw: dict[str, str] = {}
    for path in sorted(received(folder.raw)):
        name = one_form(path.relative_to(folder.raw).as_posix())
        # Two files of one name, written otherwise: what changes either changes the whole.
        raw[name] = SEVERAL.join(filter(None, (raw.get(name), received_hash(path))))
    adopted = {ARRETS + path.name: received_hash(path) for path in arret_files(folder)}
    rows = {ROWS + _stem_and_build(path): received_hash(path) for path in kept_rows_files(folder)}
    local = (folder.root / "formats.yml", folder.root / "definitions" / "indicators.yml")
    definitions = {DEFINITIONS + path.name: received_hash(path) for path in local if path.is_file()}
    return raw | adopted | rows | definitions | {"(programme)": program_hash()}


def arret_files(folder: DataFolder) -> list[Path]:
    """Return the two files of each arrêt, or the one that is left of it, see builds/adoption.py."""
    present = folder.arrets.iterdir() if folder.arrets.is_dir() else ()
    return sorted(path for path in present if _ARRET.fullmatch(path.name))


def stem(campagne: str, departement: str | None) -> str:
    """Return what the names of the files of an arrêt begin with; without a département, that of a whole year."""
    return f"{campagne}-{departement}" if departement else campagne


def of_stem(name: str) -> tuple[str, str | None]:
    """Return the campagne and the département of the files of an arrêt, « 2021-2022-45 » or « 2021-2022 »."""
    found = _ARRET_STEM.fullmatch(name)
    return (found[1], found[2]) if found else (name, None)


def kept_rows_files(folder: DataFolder) -> list[Path]:
    """Return the list of the rows kept with each arrêt, see builds/kept_rows.py."""
    return sorted(folder.arrets.glob(f"*{KEPT_ROWS}/*/{ROWS_LIST}"))


def _stem_and_build(path: Path) -> str:
    return f"{path.parents[1].name.removesuffix(KEPT_ROWS)}/{path.parent.name}"


def input_text(name: str) -> str:
    """Return how an entry of the input hashes is named to people."""
    if name.startswith(ARRETS):
        year = year_text(*of_stem(name.removeprefix(ARRETS).partition(".")[0]))
        return f"arrêt de {year}" if name.endswith(".json") else f"chiffres arrêtés de {year}"
    if name.startswith(ROWS):
        return f"lignes gardées avec l'arrêt de {year_text(*of_stem(name.removeprefix(ROWS).partition('/')[0]))}"
    if name.startswith(DEFINITIONS):
        return f"{name.removeprefix(DEFINITIONS)} du dossier de données"
    return name


def program_hash(root: Path = PROJECT_ROOT) -> str:
    """Return the hash of the code, SQL and definitions that turn raw files into figures.

    `root` holds their folders, a clone or where packages are installed.
    """
    hashing = hashlib.sha256()
    for path in (path for package in PROGRAM for path in sorted((root / package).rglob("*"))):
        relative = path.relative_to(root)
        if path.suffix in _PROGRAM_FILES:
            hashing.update(relative.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return hashing.hexdigest()


def load_campaigns(folder: DataFolder) -> list[Campaign]:
    """Return the campaigns in order of year; raise Refusal when one is not declared or when real meets fictitious."""
    present = folder.raw.iterdir() if folder.raw.is_dir() else ()
    folders = sorted(path for path in present if path.is_dir() and not path.name.startswith("."))
    for path in folders:
        if path.is_symlink():
            raise Refusal("lien_symbolique", fichier=path.name)
    if not folders:
        raise Refusal("donnees_absentes", dossier=folder.raw.name)
    campaigns = [read_campaign(path) for path in folders]
    if len({campaign.fictif for campaign in campaigns}) > 1:
        real = ", ".join(c.name for c in campaigns if not c.fictif)
        fictitious = ", ".join(c.name for c in campaigns if c.fictif)
        raise Refusal("melange_fictif_reel", reelles=real, fictives=fictitious)
    return campaigns


def read_campaign(path: Path) -> Campaign:
    """Return the campagne of a folder; raise Refusal when its campagne.yml is missing or cannot be used."""
    declaration = path / DECLARATION
    if not declaration.is_file():
        raise Refusal("campagne_yml_absent", campagne=path.name)
    from pipeline.codebook.documents import read_document
    from pipeline.reading.declaration import meant

    document = read_document(declaration, "campagne", verbatim=True, meant=meant)
    faults = [problem.sentence for problem in document.problems] or list(_faults(document.content, path.name))
    if faults:
        raise Refusal("campagne_yml_invalide", campagne=path.name, raison=" ".join(faults).removesuffix("."))
    declared = document.content
    return Campaign(
        name=path.name,
        folder=path,
        fictif=declared["fictif"],
        departements=tuple(declared["departements"]),
        contexte=declared.get("contexte"),
        ouverture=declared.get("dates", {}).get("ouverture"),
        cloture=declared.get("dates", {}).get("cloture"),
        files=tuple(sorted(file for file in received(path) if is_export(file))),
        unread=tuple(sorted(file for file in received(path) if is_unread(file))),
        par_departement={code: _of_departement(declared, code) for code in declared["departements"]},
        fichiers_de=declared.get("fichiers_de"),
    )


def _of_departement(declared: Mapping[str, Any], code: str) -> CampaignOfDepartement:
    own = declared.get("par_departement", {}).get(code, {})
    dates = {**declared.get("dates", {}), **own.get("dates", {})}
    return CampaignOfDepartement(
        own.get("contexte", declared.get("contexte")), dates.get("ouverture"), dates.get("cloture")
    )


def _faults(declared: Mapping[str, Any], campagne: str) -> Iterator[str]:
    """Yield what a schema cannot say."""
    if declared["campagne"] != campagne:
        yield f"il déclare l'année scolaire {declared['campagne']}."
    apart = declared.get("par_departement", {})
    named = [("par_departement", code) for code in apart]
    named += [("fichiers_de", declared["fichiers_de"])] if "fichiers_de" in declared else []
    for key, code in named:
        if code not in declared["departements"]:
            yield f"«\u202f{key}\u202f» nomme {code}, que «\u202fdepartements\u202f» ne déclare pas."
    for day in [day for own in (declared, *apart.values()) for day in own.get("dates", {}).values()]:
        try:
            date.fromisoformat(day)
        except ValueError:
            yield f"«\u202f{day}\u202f» n'est pas une date."
