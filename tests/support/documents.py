"""Documents to render, made by hand, and what a reader finds in a PDF."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bilan.model.content import BILAN, Block, Box, Content, Heading, KeyFigure, KeyFigures, Paragraph, Section
from bilan.model.exhibit import Exhibit, ExhibitCell
from tests.support.figures import along_years, spread, states

_WORD = re.compile(r'<word xMin="(.+?)" yMin="(.+?)" xMax="(.+?)" yMax="(.+?)">(.*?)</word>')
_TURNED = 25
"""Points: no letter of the text is as tall."""
_PAGE = re.compile(r'<page width="(.+?)" height="(.+?)">')


def section(*blocks: Block, number: str = "1", name: str = "Un chapitre", title: str = "") -> Section:
    """One section."""
    return Section(f"s{number}", number, name, title or name, blocks)


def content(*sections: Section, **more: object) -> Content:
    """A document of these sections; without any, one that holds something of everything."""
    told: dict[str, object] = {
        "kind": BILAN, "edition": "diffusion", "campagne": "2019-2020", "departement": "45",
        "title": "Bilan annuel du Clas dans le Loiret", "subtitle": "Année scolaire 2019-2020",
        "made_by": "Établi par la Caf du Loiret.", "author": "Caf du Loiret",
        "marks": ("Version provisoire", "DONNÉES FICTIVES"), "watermark": "Données fictives · Provisoire",
        "warning": None, "foot": "Champ\u202f: actions. Source\u202f: Caf du Loiret. Version 1234abcd, 26/11/2026.",
        "version": "1234abcd", "built": datetime(2026, 11, 26, 14, 5, tzinfo=UTC),
    }  # fmt: skip
    return Content(sections=sections or EVERYTHING, **{**told, **more})  # type: ignore[arg-type]


CARDS = KeyFigures(
    tuple(
        KeyFigure(
            "nb", f"Chiffre {rank}", ExhibitCell(f"{rank}\u202f428", 428.0), "", "40 actions", "405 en 2018-2019", "12"
        )
        for rank in range(6)
    )
)
EVERYTHING = (
    section(Paragraph("Une phrase.", "chapeau"), CARDS, number="", name="L'essentiel"),
    section(
        Paragraph("Une phrase.", "alerte"),
        Paragraph("Un point.", "point"),
        Paragraph("Une note.", "note"),
        Heading("Un intertitre"),
        states("barres"),
        states("barres_groupees"),
        states("barres_empilees"),
        Box("commentaire", "Commentaire de la Caf", ("Un commentaire.", "Un autre.")),
    ),
    section(along_years(2), along_years(3), spread(), Box("a_ecrire", "Perspectives", ()), number="2"),
)


@dataclass(frozen=True)
class Word:
    """One word of a page, in points from its top left corner."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
    text: str


def text_of(pdf: bytes, tmp_path: Path) -> str:
    """All that the document says, in its own order, blanks of any kind being one space."""
    return squeezed(" ".join(pages_of(pdf, tmp_path)))


def pages_of(pdf: bytes, tmp_path: Path) -> list[str]:
    """The same, page by page."""
    return _poppler(pdf, tmp_path, "pdftotext", "-raw").split("\f")[:-1]


def words_of(pdf: bytes, tmp_path: Path) -> tuple[tuple[float, float], list[Word]]:
    """The size of the pages, and every word with its place."""
    said = _poppler(pdf, tmp_path, "pdftotext", "-bbox")
    sizes = {(float(width), float(height)) for width, height in _PAGE.findall(said)}
    assert len(sizes) == 1
    return sizes.pop(), list(_words(said))


def beyond_margins(pdf: bytes, tmp_path: Path, margin: float = 40) -> list[Word]:
    """Words that leave their page or stand in its margins; the watermark, whose letters are turned, apart."""
    (width, height), words = words_of(pdf, tmp_path)
    return [
        word
        for word in words
        if word.bottom - word.top < _TURNED
        and not (word.left > margin and word.right < width - margin and word.top > 0 and word.bottom < height)
    ]


def structure_of(pdf: bytes, tmp_path: Path) -> str:
    """What pdfinfo says of the tags and of the text in them."""
    return _poppler(pdf, tmp_path, "pdfinfo", "-struct-text", out="")


def squeezed(text: str) -> str:
    """A text whose line ends, hyphens of line ends and spaces of any width do not count."""
    return re.sub(r"[\s\u200b\u00ad]+", " ", text).strip()


def loose(text: str) -> str:
    """Without the spaces and hyphens that the ends of lines bring."""
    return "".join(squeezed(text).replace("-", "").split())


def figure_texts(figure: Exhibit) -> Iterator[str]:
    """Every text that a reader of the figure must find."""
    yield from (figure.title, figure.message, figure.lecture, figure.champ, figure.source, figure.n, *figure.notes)
    yield from (text for row in figure.rows for text in (row.label, *(cell.text for cell in row.cells)))


def _words(said: str) -> Iterator[Word]:
    for rank, page in enumerate(said.split("<page ")[1:], start=1):
        for left, top, right, bottom, text in _WORD.findall(page):
            yield Word(rank, float(left), float(top), float(right), float(bottom), text)


def _poppler(pdf: bytes, folder: Path, command: str, option: str, out: str = "-") -> str:
    path = folder / "lu.pdf"
    path.write_bytes(pdf)
    done = subprocess.run([command, option, str(path), *filter(None, [out])], capture_output=True, check=True)
    return done.stdout.decode(errors="replace")
