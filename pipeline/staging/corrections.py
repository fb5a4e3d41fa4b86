"""corrections.yml of a campaign folder -> the corrections declared, and the cell of a file that each one replaces.

Files are never edited: a correction says which cell, what it holds, what to read in its place, why, who and when.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

from pipeline.codebook.model import Codebook
from pipeline.reading.declaration import iso_day
from pipeline.reading.recognise import MappedColumn, Recognised
from socle.words.french import count
from socle.words.nearest import nearest
from socle.words.refusal import Refusal

CORRECTIONS = "corrections.yml"
_MARKED = re.compile(r"-?[0-9]+[.][0-9]{3}0")


@dataclass(frozen=True)
class Correction:
    """One cell to read otherwise: an entry of corrections.yml."""

    campagne: str
    fichier: str
    feuille: str | None
    """None where only one sheet asks the question."""
    ligne: int
    variable: str
    """Column id, or the id of a multiple choice answered in one joined cell."""
    attendu: str
    """What the file holds; empty for an empty cell."""
    valeur: str
    """What to read; empty to blank the cell."""
    motif: str
    par: str
    date: str

    def fault(self, sentence: str) -> str:
        """Return what is wrong with it, preceded by the place that it names."""
        sheet = f", feuille «\u202f{self.feuille}\u202f»" if self.feuille else ""
        return f"{self.campagne}/{self.fichier}{sheet}, ligne {self.ligne}, {self.variable}\u202f: {sentence}"


@dataclass(frozen=True)
class PlacedCorrection:
    """A correction and the column that it touches in a recognised table."""

    correction: Correction
    feuille: str
    position: int
    entete: str
    libelle: str
    record: int
    """Line of the record, which in a fiche is not that of the cell."""
    personnel: bool
    """True when neither value may be shown."""


def load_corrections(folder: Path) -> tuple[Correction, ...]:
    """Return the corrections of a campaign folder, none when it has no corrections.yml.

    Raise Refusal when the file is not as its schema says, or corrects the same cell twice.
    """
    path = folder / CORRECTIONS
    if not path.is_file():
        return ()
    from pipeline.codebook.documents import read_document

    document = read_document(path, "corrections", verbatim=True, meant=_dated)
    faults = [f"{_entry(document.content, problem.path)}{problem.sentence}" for problem in document.problems]
    found = () if faults else tuple(_correction(folder.name, entry) for entry in document.content or ())
    faults += _faults(found)
    if faults:
        raise Refusal("corrections_yml_invalide", campagne=folder.name, raison=" ".join(faults).removesuffix("."))
    return found


def _dated(content: Any) -> Any:
    """The entries, their dates as the schema expects them."""
    dated = content if isinstance(content, list) else []
    for entry in dated:
        if isinstance(entry, dict) and "date" in entry:
            entry["date"] = iso_day(entry["date"])
    return content


def same_text(first: str, second: str) -> bool:
    """Return whether two texts read the same: spaces of any kind and width count as one."""
    shorter, longer = sorted((_squeezed(first), _squeezed(second)), key=len)
    # A number of three decimals that a workbook holds is read with one more zero: see reading/workbook.py.
    return shorter == longer or (f"{shorter}0" == longer and bool(_MARKED.fullmatch(longer)))


def unknown_files(corrections: Sequence[Correction], files: Sequence[str]) -> list[str]:
    """Return a sentence for each correction of a file that the campagne does not hold."""
    return [
        c.fault(f"ce fichier n'est pas dans le dossier de l'année{_nearest(c.fichier, files)}")
        for c in corrections
        if c.fichier not in files
    ]


def refuse_stale(faults: Sequence[str]) -> None:
    """Raise Refusal naming every correction that does not apply, when there is one."""
    if faults:
        liste = "".join(f"\n- {fault}." for fault in faults)
        raise Refusal("correction_perimee", nombre=count(len(faults), "correction"), liste=liste)


def place_corrections(
    corrections: Sequence[Correction], known: Sequence[Recognised], codebook: Codebook
) -> tuple[list[list[PlacedCorrection]], list[str]]:
    """Return the corrections of each table of a file, and a sentence for each one that has no place in it."""
    placed: list[list[PlacedCorrection]] = [[] for _ in known]
    faults: list[str] = []
    for correction in corrections:
        asking = [
            (rank, column)
            for rank, table in enumerate(known)
            if _is_of(correction, table)
            for column in table.mapped
            if column.column.variable == correction.variable
        ]
        # In a fiche each answer has its own line, which tells its sheets apart where it can.
        asking = [pair for pair in asking if pair[1].ligne in (None, correction.ligne)] or asking
        if len(asking) != 1 or asking[0][1].ligne not in (None, correction.ligne):
            faults.append(correction.fault(_astray(correction, known, asking)))
            continue
        ((rank, column),) = asking
        placed[rank].append(_place(correction, known[rank], column, codebook))
    return placed, faults


def _place(
    correction: Correction, recognised: Recognised, mapped: MappedColumn, codebook: Codebook
) -> PlacedCorrection:
    columns = codebook.columns_of(correction.variable)
    lines = recognised.table.lines
    return PlacedCorrection(
        correction=correction,
        feuille=recognised.table.feuille or "",
        position=mapped.position,
        entete=mapped.entete,
        libelle=columns[0].variable.libelle if len(columns) > 1 else columns[0].libelle,
        record=lines[0] if mapped.ligne and lines else correction.ligne,
        personnel=columns[0].variable.personnel,
    )


def _astray(correction: Correction, known: Sequence[Recognised], asking: Sequence[tuple[int, MappedColumn]]) -> str:
    sheets = [table.table.feuille or "" for table in known]
    named = [table for table in known if _is_of(correction, table)]
    if correction.feuille is not None and not named:
        return f"cette feuille n'y est pas, ou n'a pas été lue{_nearest(correction.feuille, sheets)}"
    if not asking:
        asked = {column.column.variable or "" for table in named for column in table.mapped}
        return f"la variable {correction.variable} n'y est pas demandée{_nearest(correction.variable, sorted(asked))}"
    if len(asking) > 1:
        several = ", ".join(f"«\u202f{sheets[rank]}\u202f»" for rank, _ in asking)
        return f"plusieurs feuilles posent la question ({several}), précisez laquelle avec «\u202ffeuille\u202f»"
    return f"la réponse à cette question est à la ligne {asking[0][1].ligne}"


def _is_of(correction: Correction, table: Recognised) -> bool:
    """Whether the correction may be of that sheet: the one it names, any when it names none."""
    return correction.feuille is None or same_text(correction.feuille, table.table.feuille or "")


def _correction(campagne: str, entry: dict[str, Any]) -> Correction:
    texts = {key: unicodedata.normalize("NFC", str(entry.get(key) or "")).strip() for key in entry}
    squeezed = {key: _squeezed(texts[key]) for key in ("motif", "par")}
    located: dict[str, Any] = {
        "campagne": campagne,
        "feuille": texts.get("feuille") or None,
        "ligne": int(texts["ligne"]),
    }
    return Correction(**(texts | squeezed | located))


def _faults(corrections: Sequence[Correction]) -> Iterator[str]:
    """Yield what a schema cannot say."""
    for number, correction in enumerate(corrections, start=1):
        try:
            date.fromisoformat(correction.date)
        except ValueError:
            named = f"Correction {number} ({correction.fichier}, ligne {correction.ligne})"
            yield f"{named}\u202f: «\u202f{correction.date}\u202f» n'est pas une date."
    for (first, correction), (second, other) in combinations(enumerate(corrections, start=1), 2):
        same = (correction.fichier, correction.ligne, correction.variable) == (
            other.fichier,
            other.ligne,
            other.variable,
        )
        if same and (correction.feuille == other.feuille or None in (correction.feuille, other.feuille)):
            where = f"{correction.fichier}, ligne {correction.ligne}, {correction.variable}"
            yield f"Les corrections {first} et {second} portent sur la même case ({where})\u202f: gardez-en une."


def _entry(content: Any, path: Sequence[str | int]) -> str:
    """Name an entry as people find it: its rank, its file, its line."""
    if not path or not isinstance(path[0], int):
        return ""
    entry = content[path[0]]
    named = [str(entry[key]) for key in ("fichier", "ligne") if key in entry] if isinstance(entry, dict) else []
    where = f" ({', ligne '.join(named)})" if named else ""
    return f"Correction {path[0] + 1}{where}{f', {path[1]}' if len(path) > 1 else ''}\u202f: "


def _nearest(text: str, known: Sequence[str]) -> str:
    near = nearest(text, known)
    return f" (le plus proche\u202f: «\u202f{near}\u202f»)" if near else ""


def _squeezed(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())
