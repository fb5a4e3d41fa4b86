"""A file someone sent -> its kind, or a refusal, from checks that cost nothing and open nothing."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path

from pipeline.reading.package import clashing_names, part_name
from pipeline.reading.received import TEXT_SUFFIXES
from socle.words.refusal import Refusal

MAX_BYTES = 2 * 1024**3
MAX_WORKBOOK_BYTES = 50 * 1024**2
MAX_ENTRIES = 5_000
MAX_INFLATED_BYTES = 400 * 1024**2
MAX_RATIO = 200
_EXPECTED = {"xlsx": {"xl/workbook.xml", "_rels/.rels"}, "ods": {"content.xml"}}
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"


def check_file(path: Path, fichier: str) -> str:
    """Return "csv", "xlsx" or "ods"; raise Refusal for what is none of them or what is built to harm."""
    if path.is_symlink():
        raise Refusal("lien_symbolique", fichier=fichier)
    if path.is_dir():
        raise Refusal("fichier_illisible", fichier=fichier, raison="c'est un dossier")
    if not path.is_file():
        raise Refusal("fichier_illisible", fichier=fichier, raison="ce n'est pas un fichier")
    size = path.stat().st_size
    if not size:
        raise Refusal("fichier_vide", fichier=fichier)
    kind = path.suffix.lower().removeprefix(".")
    kind = "csv" if path.suffix.lower() in TEXT_SUFFIXES else kind
    if kind not in ("csv", "xlsx", "ods"):
        raise Refusal("extension_refusee", fichier=fichier, extension=path.suffix or "(aucune)")
    limit = MAX_BYTES if kind == "csv" else MAX_WORKBOOK_BYTES
    if size > limit:
        raise Refusal("fichier_trop_gros", fichier=fichier, limite=f"{limit // 1024**2} Mo")
    _check_magic(path, fichier, kind)
    return kind


def _check_magic(path: Path, fichier: str, kind: str) -> None:
    with path.open("rb") as file:
        start = file.read(4)
    if start == _OLE:
        raison = "il est protégé par un mot de passe, ou c'est un ancien classeur .xls"
        raise Refusal("fichier_illisible", fichier=fichier, raison=raison)
    if kind == "csv":
        if start == _ZIP:
            raise Refusal(
                "fichier_illisible", fichier=fichier, raison=f"c'est un classeur renommé en {path.suffix.lower()}"
            )
        return
    if start != _ZIP:
        raise Refusal("fichier_illisible", fichier=fichier, raison=f"son contenu n'est pas celui d'un classeur .{kind}")
    _check_archive(path, fichier, kind)


def _check_archive(path: Path, fichier: str, kind: str) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            raison = _archive_fault(archive, entries, kind)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError):
        raison = "l'archive est abîmée"
    if raison:
        raise Refusal("fichier_illisible", fichier=fichier, raison=raison)


def _archive_fault(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], kind: str) -> str | None:
    names = {entry.filename for entry in entries}
    if len(entries) > MAX_ENTRIES:
        return "l'archive contient un nombre anormal d'éléments"
    if any(entry.flag_bits & 1 for entry in entries):
        return "il est protégé par un mot de passe"
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return "il contient des macros"
    if clash := clashing_names(entry.filename for entry in entries):
        return f"deux de ses éléments portent le même nom («\u202f{clash[0]}\u202f» et «\u202f{clash[1]}\u202f»)"
    # The workbook of an XLSX may bear another name: package.py follows the relations.
    if not {part_name(name).casefold() for name in names} & _EXPECTED[kind]:
        return f"son contenu n'est pas celui d'un classeur .{kind}"
    return _inflation_fault(archive, entries)


def _inflation_fault(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> str | None:
    """Inflate for real, counting: the sizes that an archive declares are its author's word."""
    total = 0
    packed = sum(entry.compress_size for entry in entries) or 1
    for entry in entries:
        with archive.open(entry) as stream:
            while chunk := stream.read(1 << 20):
                total += len(chunk)
                if total > MAX_INFLATED_BYTES or (total > 10 * 1024**2 and total / packed > MAX_RATIO):
                    return "une fois décompressé, il serait démesurément gros"
    return None
