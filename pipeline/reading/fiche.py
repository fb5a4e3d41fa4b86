"""A sheet laid out for people (labels and answers in its cells, tables among them) -> tables of text, one row a return.

The answer of a label is the next filled cell on its right, before another label, or the cell below where the format
says so. What stands alone on its row is a title: it names the section of the labels under it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise, takewhile
from pathlib import Path

from pipeline.codebook.model import Format, FormatColumn
from pipeline.reading.headers import GROUP, normalise_header
from pipeline.reading.text_tables import TextTable, describe
from socle.words.refusal import Refusal

MAX_ROWS = 2000  # a sheet that people fill in by hand is short; a longer one is a table
_TABLE_SHARE = 0.5
_MARKS = {"oui", "non", "o", "n", "x", "☐", "☒", "☑", "✓", "✔", "✗", "✘", "□", "■", "[ ]", "[x]", "/"}
"""What is printed, or ticked, beside a question of yes or no."""
_NUMBER = re.compile(r"[-+]?[\d\s\u00a0\u202f.,]+(?:%|€|h)?")
_PAIR = 2

Cells = list[tuple[int, str]]
"""(position, text) of the filled cells of a row."""


@dataclass(frozen=True)
class Fiche:
    """What a sheet holds: the table of its one return, the row of each answer, its inner tables, labels not known."""

    table: TextTable
    lines: tuple[int, ...]
    tables: tuple[tuple[Format, TextTable], ...]
    unknown: tuple[str, ...]


@dataclass
class _Answers:
    """The answers found, in the order of the sheet."""

    headers: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    """What stands above the first label."""

    blank: dict[tuple[int, int], int] = field(default_factory=dict)
    """{(row below, position) of a label left without an answer: its rank}."""

    def note_blank(self, position: int, line: int, answered: bool) -> None:
        """Remember where the answer of the last label may stand, when none is on its right."""
        if not answered:
            self.blank[line + 1, position] = len(self.texts) - 1

    def take_below(self, line: int, position: int, text: str) -> bool:
        """Take a number or a mark, alone right below a label without an answer, for its answer: it is no title."""
        rank = self.blank.get((line, position))
        if rank is None or not (text.casefold() in _MARKS or _NUMBER.fullmatch(text)):
            return False
        self.texts[rank], self.lines[rank] = text, line
        return True

    def add(self, header: str, text: str, line: int) -> None:
        self.headers.append(header)
        self.texts.append(text)
        self.lines.append(line)


def labels_share(table: TextTable, fmt: Format) -> tuple[int, float]:
    """Return how many labels of the format the sheet holds, and the share of the mandatory ones."""
    known = _labels(fmt)
    in_sheet = {key for _, cells in _grid(table) for _, text in cells if (key := normalise_header(text))}
    # A label that its section tells apart is counted by its own words.
    recognised = {label for label in known if label in in_sheet or label.split(GROUP)[-1] in in_sheet}
    required = _required(fmt)
    return len(recognised), len(recognised & required) / max(len(required), 1)


def read_fiche(table: TextTable, fmt: Format, parts: Sequence[Format]) -> Fiche:
    """Return what the sheet holds; raise Refusal when a label stands twice in it."""
    known = _labels(fmt)
    rows = list(_grid(table))
    inner, taken = [], set()
    for rank, part in enumerate(parts):
        table_found = _inner_table(rows, part, known)
        if table_found:
            header, body = table_found
            taken |= {header[0], *(line for line, _ in body)}
            inner.append((part, _write_table(table, f"tableau{rank}", header, body)))
    answers = _answers([row for row in rows if row[0] not in taken], known)
    if not answers.headers:
        raise Refusal("format_inconnu", fichier=table.fichier, proche="aucun de ses libellés n'est connu")
    path = table.derived("fiche")
    _write(path, [answers.headers, answers.texts])
    described = describe(path, table.fichier, table.feuille, table.encodage, ",", table.workspace)
    record = replace(described, lines=(min(answers.lines),))
    # Above the first label stand titles, unless the first label itself is astray.
    missing = _required(fmt) - {normalise_header(header) for header in answers.headers}
    unknown = [*(answers.titles if missing else []), *answers.unknown]
    return Fiche(record, tuple(answers.lines), tuple(inner), tuple(unknown))


def _required(fmt: Format) -> set[str]:
    return {normalise_header(c.entete) for c in fmt.colonnes if not c.facultative and not c.ignoree}


def _labels(fmt: Format) -> dict[str, FormatColumn]:
    return {normalise_header(column.entete): column for column in fmt.colonnes}


@lru_cache(maxsize=64)
def _read_rows(path: Path, separator: str, _stamp: int) -> tuple[tuple[int, Cells], ...]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = enumerate(csv.reader(file, delimiter=separator), start=1)
        rows = ((line, [(at, text.strip()) for at, text in enumerate(row) if text.strip()]) for line, row in reader)
        return tuple((line, cells) for line, cells in rows if cells)


def _grid(table: TextTable) -> tuple[tuple[int, Cells], ...]:
    """The filled rows of a sheet that may be a fiche: (spreadsheet row, cells)."""
    if table.records > MAX_ROWS:
        return ()
    rows = _read_rows(table.path, table.separateur, table.path.stat().st_mtime_ns)
    return tuple((table.shown_line(row), cells) for row, cells in rows)


def _answers(rows: Sequence[tuple[int, Cells]], known: Mapping[str, FormatColumn]) -> _Answers:
    answers = _Answers()
    below = dict(rows)
    consumed: set[int] = set()
    section = ""
    for line, cells in rows:
        if line in consumed:
            continue
        labels = [_label(section, text, known) for _, text in cells]
        if len(cells) == 1 and labels[0] is None:
            if not answers.take_below(line, *cells[0]):
                section = cells[0][1]
            continue
        rank, answered = 0, False
        while rank < len(cells):
            text, label = cells[rank][1], labels[rank]
            follows = rank + 1 < len(cells) and labels[rank + 1] is None
            rank += 1
            if label is None:
                # The first text after an answer is a note (« heures »).
                if follows and not answered and any(map(str.isalpha, text)):
                    (answers.unknown if answers.headers else answers.titles).append(text)
                    rank, answered = rank + 1, True
                else:
                    answered = False
            elif known[normalise_header(label)].place == "dessous":
                text = _under(below.get(line + 1, []), cells[rank - 1][0], known)
                consumed |= {line + 1} if text else set()
                answers.add(label, text, line + 1 if text else line)
            else:
                beside = _beside([text for _, text in cells[rank:]], labels[rank:])
                answers.add(label, " ".join(beside), line)
                answers.note_blank(cells[rank - 1][0], line, bool(beside))
                rank, answered = rank + len(beside), follows
    return answers


def _beside(texts: Sequence[str], labels: Sequence[str | None]) -> list[str]:
    """What answers a label: the next cell, and those of the same answer, up to the next label.

    « oui » and « non » both printed with a box each, or two numbers, are one answer that is read as a whole, or told;
    a word after a number (« heures »), or between brackets, is a note.
    """
    own = list(takewhile(lambda pair: pair[1] is None, zip(texts, labels, strict=True)))
    found = [text for text, _ in own]
    marks = all(text.casefold() in _MARKS for text in found)
    one = len(found) == 1 or (len(found) == _PAIR and not _is_note(*found)) or marks
    return found if one else found[:1]


def _is_note(answer: str, beside: str) -> bool:
    if beside.startswith(("(", "*", "←", "→")):
        return True
    return any(map(str.isdigit, answer)) and not any(map(str.isdigit, beside)) and any(map(str.isalpha, beside))


def _label(section: str, text: str, known: Mapping[str, FormatColumn]) -> str | None:
    for reading in (f"{section}{GROUP}{text}" if section else text, text):
        if normalise_header(reading) in known:
            return reading
    return None


def _under(cells: Cells, position: int, known: Mapping[str, FormatColumn]) -> str:
    """The text below a label: in its column, or else the first of the row when that row only holds texts."""
    if any(normalise_header(text) in known for _, text in cells):
        return ""
    return next((text for at, text in cells if at == position), cells[0][1] if cells else "")


def _inner_table(
    rows: Sequence[tuple[int, Cells]], part: Format, labels: Mapping[str, FormatColumn]
) -> tuple[tuple[int, Cells], list[tuple[int, Cells]]] | None:
    """The header row of a table in the sheet, and its rows until a blank one or a label; None when it is not there."""
    wanted = {normalise_header(c.entete) for c in part.colonnes}
    required = _required(part)

    def held(cells: Cells) -> int:
        return len({normalise_header(text) for _, text in cells} & wanted)

    best = max(range(len(rows)), key=lambda rank: held(rows[rank][1]), default=None)
    if best is None or held(rows[best][1]) < _TABLE_SHARE * len(required):
        return None
    return rows[best], list(_body(rows[best:], labels))


def _body(rows: Sequence[tuple[int, Cells]], labels: Mapping[str, FormatColumn]) -> Iterator[tuple[int, Cells]]:
    first = rows[0][1][0][0]
    for (before, _), (line, cells) in pairwise(rows):
        if line != before + 1 or any(normalise_header(text) in labels for _, text in cells):
            return
        # A number printed beforehand in an empty row is no answer.
        if [at for at, _ in cells] != [first]:
            yield line, cells


def _write_table(
    sheet: TextTable, name: str, header: tuple[int, Cells], body: Sequence[tuple[int, Cells]]
) -> TextTable:
    """The table as a CSV of its own, each record keeping its row in the sheet."""
    # Cells beyond the header are kept: they are answers without a question, which the scan refuses.
    positions = sorted({at for _, cells in (header, *body) for at, _ in cells})
    path = sheet.derived(name)
    _write(path, [[dict(cells).get(at, "") for at in positions] for _, cells in (header, *body)])
    described = describe(path, sheet.fichier, sheet.feuille, sheet.encodage, ",", sheet.workspace)
    return replace(described, lines=tuple(line for line, _ in body))


def _write(path: Path, rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
