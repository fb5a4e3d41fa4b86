"""porteurs.csv, read and written line by line: a name attached to a porteur, a porteur added; the rest as it was."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.codebook.load import load_codebook
from pipeline.preparation.declared_file import replace_file
from pipeline.reading.received import shown_name
from pipeline.reading.recognise import recognise
from pipeline.sql.macros import create_macros, fold
from pipeline.staging.process import Reader
from socle.paths import DataFolder
from socle.refusal import Refusal

_SEPARATOR = "|"
_NUMBERED = re.compile(r"(.*?)(\d+)")
_LONGEST = 200
_COLUMNS = ("porteur_id", "siret", "raison_sociale", "alias", "remplace_par")


@dataclass(frozen=True)
class RegisterLine:
    """One porteur, as the register writes it."""

    porteur_id: str
    siret: str
    raison_sociale: str
    alias: tuple[str, ...]
    remplace_par: str

    @property
    def names(self) -> tuple[str, ...]:
        """Every name by which it is known."""
        return (self.raison_sociale, *self.alias)


@dataclass
class _Sheet:
    encodage: str
    separateur: str
    line_end: str
    records: list[list[str]]
    header: int
    positions: dict[str, int]

    def line(self, record: list[str]) -> RegisterLine:
        cells = {name: _cell(record, self.positions.get(name)) for name in _COLUMNS}
        alias = tuple(filter(None, (part.strip() for part in cells.pop("alias").split(_SEPARATOR))))
        return RegisterLine(**cells, alias=alias)

    def lines(self) -> list[tuple[list[str], RegisterLine]]:
        return [(record, self.line(record)) for record in self.records[self.header + 1 :] if any(record)]

    def set(self, record: list[str], name: str, value: str) -> None:
        if name not in self.positions:
            self.positions[name] = len(self.records[self.header])
            self.records[self.header].append(name)
        record += [""] * (len(self.records[self.header]) - len(record))
        record[self.positions[name]] = value

    def to_bytes(self) -> bytes:
        width = len(self.records[self.header])
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.separateur, lineterminator=self.line_end)
        writer.writerows([*record, *[""] * (width - len(record))] if any(record) else record for record in self.records)
        try:
            return out.getvalue().encode(self.encodage)
        except UnicodeEncodeError:
            return out.getvalue().encode("utf-8-sig")


def read_register(folder: DataFolder) -> list[RegisterLine]:
    """Return the porteurs of the register, in its order; raise Refusal when there is none, or when it is refused."""
    return [line for _, line in _open(folder.register).lines()]


def attach_name(folder: DataFolder, porteur_id: str, nom: str, par: str) -> None:
    """Write that a porteur is also called that; raise Refusal when it is not there, or when the name is another's."""
    sheet = _open(folder.register)
    nom = _name(nom)
    lines = sheet.lines()
    record, line = next((pair for pair in lines if pair[1].porteur_id == porteur_id), (None, None))
    if record is None or line is None:
        raise Refusal("porteur_absent_du_registre", porteur=porteur_id)
    _refuse_known(lines, nom)
    sheet.set(record, "alias", _SEPARATOR.join((*line.alias, nom)))
    _save(folder, sheet, par)


def add_porteur(folder: DataFolder, raison_sociale: str, siret: str, par: str, departement: str = "") -> str:
    """Add a porteur and return its identifier, the next of those that are there.

    Raise Refusal when its SIRET is not one (it may be empty), or when its name or its SIRET is another's.
    """
    sheet = _open(folder.register)
    nom, number = _name(raison_sociale), _siret(siret)
    lines = sheet.lines()
    _refuse_known(lines, nom)
    other = next((line for _, line in lines if number and line.siret == number and not line.remplace_par), None)
    if other:
        raise Refusal("registre_siret_pris", siret=number, porteur=other.raison_sociale)
    identifier = _next_identifier([line.porteur_id for _, line in lines], departement)
    record: list[str] = []
    sheet.records.append(record)
    for name, value in (("porteur_id", identifier), ("siret", number), ("raison_sociale", nom)):
        sheet.set(record, name, value)
    _save(folder, sheet, par)
    return identifier


def _open(path: Path) -> _Sheet:
    if not path.is_file():
        raise Refusal("porteurs_absent", fichier=path.name)
    formats = [fmt for fmt in load_codebook().formats if fmt.nature == "porteurs"]
    with tempfile.TemporaryDirectory(prefix="clas-registre-") as workspace, Reader() as reader:
        known = recognise(reader.tables(path, path.name, Path(workspace)), formats)[0]
    text = path.read_bytes().decode(known.table.encodage)
    records = list(csv.reader(io.StringIO(text, newline=""), delimiter=known.table.separateur))
    # The head leaves blank records out, a spreadsheet counts them.
    header = next(rank for rank, record in enumerate(records) if _stripped(record) == list(known.headers))
    positions = {item.column.variable or "": item.position for item in known.mapped}
    line_end = "\r\n" if "\r\n" in text else "\n"
    return _Sheet(known.table.encodage, known.table.separateur, line_end, records, header, positions)


def _save(folder: DataFolder, sheet: _Sheet, par: str) -> None:
    wanted = [line for _, line in sheet.lines()]

    def check(tried: Path) -> None:
        if [line for _, line in _open(tried).lines()] != wanted:
            raise Refusal("fichier_declare_illisible", fichier=folder.register.name)

    replace_file(folder, folder.register, sheet.to_bytes(), par, check)


def _refuse_known(lines: list[tuple[list[str], RegisterLine]], nom: str) -> None:
    wanted = fold(nom)
    other = next((line for _, line in lines if wanted in map(fold, line.names)), None)
    if other:
        raise Refusal("registre_nom_pris", nom=nom, porteur=other.raison_sociale, identifiant=other.porteur_id)


def _name(text: str) -> str:
    name = shown_name(" ".join(text.split()))
    if not name or _SEPARATOR in name or len(name) > _LONGEST:
        raise Refusal("registre_nom_refuse", nom=name[:60])
    return name


def _siret(text: str) -> str:
    """The fourteen digits, by the rule with which files are read; an empty text stays one."""
    if not text.strip():
        return ""
    with duckdb.connect() as connection:
        create_macros(connection, load_codebook())
        row = connection.execute("select lire_siret(?)", [text]).fetchone()
    if not row or not row[0]:
        raise Refusal("registre_siret_invalide", siret=text)
    return str(row[0])


def _next_identifier(known: list[str], departement: str) -> str:
    """« p45-039 » after « p45-038 »: the numbering most used, that of the département where there is one."""
    numbered = [match for name in known if (match := _NUMBERED.fullmatch(name))]
    own = [match for match in numbered if departement and departement in match[1]] or numbered
    prefixes = [match[1] for match in own]
    prefix = max(prefixes, key=prefixes.count, default=f"p{departement}-" if departement else "p")
    same = [match for match in numbered if match[1] == prefix]
    width = max((len(match[2]) for match in same), default=3)
    number = max((int(match[2]) for match in same), default=0) + 1
    while (name := f"{prefix}{number:0{width}d}") in known:
        number += 1
    return name


def _stripped(record: list[str]) -> list[str]:
    return [cell.strip().removeprefix("\ufeff") for cell in record]


def _cell(record: list[str], position: int | None) -> str:
    return record[position].strip() if position is not None and position < len(record) else ""
