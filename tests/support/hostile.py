"""Files built to harm or damaged in transit, by the name of what is wrong with each, and how its refusal reads."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

import openpyxl

from tests.support.exports import reponse, shipped_format, table, write_csv
from tests.support.tables import rewrite, write_ods, write_xlsx

FORMAT = "questionnaire-2016"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 64
_ENTITIES = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
_BOMB = f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a0 "boum">{_ENTITIES}]>'
_OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY dehors SYSTEM "file://{secret}">]>'


@dataclass(frozen=True)
class Hostile:
    """One kind of file: how it is made in a folder, and a part of the sentence that refuses it."""

    name: str
    make: Callable[[Path], Path]
    refused: str


def lines() -> list[list[str]]:
    """A sound export: its header, then three returns."""
    return table(shipped_format(FORMAT), [reponse(f"a{n}") for n in range(3)])


def sound(folder: Path, name: str = "sain.csv") -> Path:
    """A sound export as CSV or workbook."""
    if name.endswith(".csv"):
        return write_csv(folder / name, lines())
    write = write_ods if name.endswith(".ods") else write_xlsx
    return write(folder / name, {"Bilans": lines()})


def _bytes(name: str, content: bytes) -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(content)
        return folder / name

    return make


def _text(change: Callable[[str], str], name: str = "export.csv") -> Callable[[Path], Path]:
    def make(folder: Path) -> Path:
        path = sound(folder, name)
        path.write_text(change(path.read_text(encoding="utf-8-sig")), encoding="utf-8", newline="")
        return path

    return make


def _far_corner(folder: Path) -> Path:
    workbook = openpyxl.Workbook()
    workbook.active["XFD1048576"] = 1
    workbook.save(folder / "coin.xlsx")
    return folder / "coin.xlsx"


def _zip_bomb(folder: Path) -> Path:
    path = sound(folder, "bombe.xlsx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image1.bin", b"\0" * 500 * 1024**2)
    return path


def _xml(name: str, part: str, head: str, entity: str) -> Callable[[Path], Path]:
    """A workbook whose XML declares entities, and uses one as the text of its first header."""

    def make(folder: Path) -> Path:
        secret = folder / "secret.txt"
        secret.write_text("mot de passe du serveur")
        path = sound(folder, name)
        with zipfile.ZipFile(path) as archive:
            old = archive.read(part).decode()
        body = old[old.index("?>") + 2 :] if old.startswith("<?xml") else old
        first = lines()[0][0]
        # Beside lxml, openpyxl writes accents as references.
        referred = first.encode("ascii", "xmlcharrefreplace").decode()
        used = body.replace(first if first in body else referred, f"&{entity};", 1)
        assert used != body
        new = head.format(secret=secret) if "{secret}" in head else head
        return rewrite(path, part, old, new + used)

    return make


def _no_result(folder: Path) -> Path:
    workbook = openpyxl.Workbook()
    for row in lines():
        workbook.active.append(row)
    workbook.active["C2"] = "=1+1"
    workbook.save(folder / "formules.xlsx")
    return folder / "formules.xlsx"


def _macros(folder: Path) -> Path:
    path = sound(folder, "macros.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return path


def _folder(folder: Path) -> Path:
    (folder / "dossier.csv").mkdir()
    return folder / "dossier.csv"


def _link(folder: Path) -> Path:
    (folder / "lien.csv").symlink_to(sound(Path(mkdtemp(prefix="ailleurs-"))))
    return folder / "lien.csv"


def _named(name: str) -> Callable[[Path], Path]:
    return lambda folder: sound(folder).rename(folder / name)


HOSTILE = (
    Hostile("une cellule en XFD1048576", _far_corner, "est vide"),
    Hostile("bombe zip", _zip_bomb, "démesurément gros"),
    Hostile("entité externe, xlsx", _xml("xxe.xlsx", "xl/worksheets/sheet1.xml", _OUTSIDE, "dehors"), "abîmé"),
    Hostile("entité externe, ods", _xml("xxe.ods", "content.xml", _OUTSIDE, "dehors"), "abîmé"),
    Hostile("bombe d'entités, xlsx", _xml("entites.xlsx", "xl/worksheets/sheet1.xml", _BOMB, "a11"), "abîmé"),
    Hostile("bombe d'entités, ods", _xml("entites.ods", "content.xml", _BOMB, "a11"), "abîmé"),
    Hostile("octets nuls", _text(lambda text: text.replace("a1", "a\0", 1)), "octets nuls"),
    Hostile("binaire nommé .csv", _bytes("binaire.csv", bytes(range(256)) * 4_000), "lu"),
    Hostile("cellule de 60 Mo", _text(lambda text: text + "x" * 60 * 1024**2 + "\n"), "une cellule y dépasse"),
    Hostile("100 000 colonnes", _bytes("large.csv", b";".join(b"c%d" % n for n in range(100_000)) + b"\n1\n"), "2000"),
    Hostile("100 000 cellules à une ligne", _text(lambda text: text + ";" * 100_000 + "\n"), "à la ligne 5"),
    Hostile("formule sans résultat", _no_result, "case C2"),
    Hostile("une ligne bancale", _text(lambda text: text.replace("a1", "a1;de trop", 1)), "à la ligne 3"),
    Hostile("un guillemet ouvert", _text(lambda text: text.replace("a1", '"a1', 1)), "guillemet"),
    Hostile(
        "intitulés en double", _text(lambda text: text.replace(";", f";{text.split(';')[0]};", 1)), "deux colonnes"
    ),
    Hostile("intitulés seuls", _text(lambda text: text.splitlines()[0] + "\n"), "n'a que ses intitulés"),
    Hostile("classeur à macros", _macros, "macros"),
    Hostile("classeur .xlsm", _bytes("macros.xlsm", b"PK\x03\x04"), ".xlsm"),
    Hostile("classeur chiffré", _bytes("chiffre.xlsx", OLE + b"\0" * 600), "mot de passe"),
    Hostile("classeur .xls", _bytes("ancien.xls", OLE + b"\0" * 600), ".xls"),
    Hostile("image nommée .xlsx", _bytes("image.xlsx", PNG), "pas celui d'un classeur .xlsx"),
    Hostile("fichier vide", _bytes("vide.csv", b""), "est vide"),
    Hostile("dossier", _folder, "c'est un dossier"),
    Hostile("lien hors de data/raw", _link, "un lien"),
    Hostile("nom à caractères de contrôle", _named("a\x1b[31m\n.csv"), "à cause de son nom"),
    Hostile("nom qui se lit à l'envers", _named("a\u202evsc.csv"), "à cause de son nom"),
    Hostile("nom avec un chemin", _named("a\\..\\..\\b.csv"), "à cause de son nom"),
    Hostile("nom sans fin", _named("a" * 251 + ".csv"), "à cause de son nom"),
)
