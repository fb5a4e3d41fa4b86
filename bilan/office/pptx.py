"""The content of a document -> the slides of the meeting: one message a slide, charts that PowerPoint can edit."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC

from bilan.model.content import Box, Content, Glossary, Heading, KeyFigure, KeyFigures, Paragraph, Section
from bilan.model.exhibit import Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from bilan.office.deck import ACCENT, HIGH, INK, LEFT, PALE, SOFT, TOP, WIDE, Deck
from bilan.office.slide_chart import chart_of, draw
from bilan.office.slide_text import SMALLEST, fitting, height, pages, pieces
from bilan.office.stable import LANGUAGE, Legible, stable, told
from bilan.print.pdf_table import table
from socle.words.french import NARROW_SPACE

_TEXT = 20
_CARDS = 3
"""Cards on a slide."""
_PADDING = 0.1
"""Inches that the margins of a row take."""


def render_pptx(content: Content) -> bytes:
    """Return the slides; the same content gives the same bytes."""
    deck = Deck(Legible(), content.watermark or " · ".join(content.marks))
    said = deck.file.core_properties
    said.title, said.author, said.last_modified_by = (
        deck.legible(text) for text in (content.title, *[content.author] * 2)
    )
    said.subject, said.keywords = deck.legible(content.subtitle), deck.legible(", ".join(content.keywords()))[:255]
    said.comments, said.language = deck.legible(" · ".join(content.marks)), LANGUAGE
    said.created = said.modified = content.built.astimezone(UTC).replace(tzinfo=None)
    said.revision = 1
    _opening(deck, content)
    for section in content.sections:
        _section(deck, section, content)
    return stable(deck.saved())


def _opening(deck: Deck, content: Content) -> None:
    texts = [content.subtitle, content.made_by, *content.marks, content.warning or ""]
    slide = deck.slide(content.title, notes=[content.foot])
    _fill(deck, slide, [text for text in texts if text])


def _section(deck: Deck, section: Section, content: Content) -> None:
    """Its texts under their heading, gathered until something else comes, and a slide for each other block."""
    above = section.heading
    message = section.title if section.title != content.title else section.name
    heading, texts, shown = message, list[str](), 0

    def flush() -> None:
        nonlocal shown
        if texts or (not shown and heading == message and section.number):
            _texts(deck, heading, above, texts)
            shown += 1
        texts.clear()

    for block in section.blocks:
        match block:
            case Heading():
                if texts or section.number:
                    flush()
                heading, shown = block.text, shown + 1
            case Paragraph():
                texts.append(block.text)
            case Box():
                flush()
                _texts(deck, block.heading, above, block.paragraphs)
            case KeyFigures():
                flush()
                _cards(deck, block.figures, heading, above)
            case Exhibit():
                flush()
                _figure(deck, block, above)
            case Glossary():
                flush()
                rows = tuple(ExhibitRow(word, word, (ExhibitCell(meaning),)) for word, meaning in block.entries)
                _rows(deck, _listing(section, rows), section.name, above, [])
    flush()


def _listing(section: Section, rows: tuple[ExhibitRow, ...]) -> Exhibit:
    column = ExhibitColumn("sens", "Sens", "texte")
    return Exhibit(section.id, section.number, section.name, "aucun", "n", "", "Mot", (column,),
                   rows, "", "", "", "", "", f"Tableau. {section.name}.")  # fmt: skip


def _texts(deck: Deck, title: str, above: str, texts: Sequence[str]) -> None:
    """The sentences, on as many slides as they need."""
    parts = [part for text in texts for part in pieces(deck.legible(text), WIDE - 0.3, _TEXT, HIGH * 0.9)]
    heights = [height(part, WIDE - 0.3, _TEXT) + _TEXT / 2 / 72 for part in parts]
    groups = list(pages(heights, HIGH)) or [range(0)]
    for rank, group in enumerate(groups, start=1):
        slide = deck.slide(_counted(title, rank, len(groups)), above, notes=[parts[rank_of] for rank_of in group])
        _fill(deck, slide, [parts[rank_of] for rank_of in group])


def _fill(deck: Deck, slide: object, texts: Sequence[str]) -> None:
    if texts:
        sizes = (24, 22, _TEXT, 18, 16, SMALLEST)
        size = fitting("\n".join(texts), WIDE - 0.3, HIGH - len(texts) * 0.17, sizes) or SMALLEST
        deck.text(slide, texts, (LEFT, TOP, WIDE, HIGH), size)


def _cards(deck: Deck, figures: Sequence[KeyFigure], title: str, above: str) -> None:
    groups = [figures[rank : rank + _CARDS] for rank in range(0, len(figures), _CARDS)]
    for rank, group in enumerate(groups, start=1):
        notes = [
            f"{key_figure.label}{NARROW_SPACE}: {' ; '.join([key_figure.value.text, *key_figure.lines])}"
            for key_figure in group
        ]
        slide = deck.slide(_counted(title, rank, len(groups)), above, notes=notes)
        width = (WIDE - 0.3 * (_CARDS - 1)) / _CARDS
        for position, key_figure in enumerate(group):
            _card(deck, slide, key_figure, LEFT + position * (width + 0.3), width)


def _card(deck: Deck, slide: object, key_figure: KeyFigure, left: float, width: float) -> None:
    inside = width - 0.3
    size = fitting(key_figure.value.text, inside, 1.0, (44, 36, 28, 22, 18)) or SMALLEST
    frame = deck.text(
        slide, [key_figure.label], (left, TOP, width, HIGH - 0.2), 18, SOFT, bold=True, fill=PALE, name="Chiffre"
    )
    deck.write(frame.add_paragraph()._p, key_figure.value.text, size, ACCENT, bold=True)
    small = fitting("\n".join(key_figure.lines), inside, HIGH - 2.4, (18, 16)) or SMALLEST
    for detail in key_figure.lines:
        deck.write(frame.add_paragraph()._p, detail, small, INK)


def _figure(deck: Deck, figure: Exhibit, above: str) -> None:
    """Its message over its chart, or over its table; all that the table says is in the notes too."""
    drawn = chart_of(figure)
    over = f"{above} · {'Tableau' if drawn is None else 'Figure'} {figure.number} — {figure.title}"
    notes = list(_notes(figure))
    title = figure.message
    if not title or fitting(title, WIDE, 1.2, (20, 18)) is None:
        if title:
            _texts(deck, figure.title, over, [title])
        title = figure.title
    if drawn is None:
        _rows(deck, figure, title, over, notes)
    else:
        draw(deck, deck.slide(title, over, notes), drawn)


def _notes(figure: Exhibit) -> Iterator[str]:
    yield f"{figure.number} {figure.title}"
    if figure.message:
        yield figure.message
    yield from (f"{name}{NARROW_SPACE}: {text}" for name, text in told(figure))
    for row in figure.rows:
        said = (
            f"{column.label}, {cell.text}" for column, cell in zip(figure.columns, row.cells, strict=True) if cell.text
        )
        yield f"{row.label}{NARROW_SPACE}: {f'{NARROW_SPACE}; '.join(said)}"


def _rows(deck: Deck, figure: Exhibit, title: str, above: str, notes: Sequence[str]) -> None:
    """The table, on as many slides as it needs, its head on each."""
    if not figure.rows:
        deck.slide(title, above, notes)
        return
    laid = table(figure, deck.legible)
    widths = [WIDE * weight / sum(laid["weights"]) for weight in laid["weights"]]
    head = [figure.row_label, *(column.label for column in figure.columns)]
    top = _high(head, widths)
    rows = [part for row in figure.rows for part in _cut(deck, [row.label, *(item.text for item in row.cells)], widths,
                                                         HIGH - top)]  # fmt: skip
    groups = list(pages([_high(row, widths) for row in rows], HIGH - top))
    rights = [False, *(column["right"] for column in laid["columns"])]
    for rank, group in enumerate(groups, start=1):
        slide = deck.slide(_counted(title, rank, len(groups)), above, notes if rank == 1 else ())
        deck.table(slide, [head, *(rows[item] for item in group)], rights, widths, figure.alt)


def _high(row: Sequence[str], widths: Sequence[float]) -> float:
    cells = zip(row, widths, strict=True)
    return max(height(text, width - 0.14, SMALLEST) for text, width in cells) + _PADDING


def _cut(deck: Deck, row: Sequence[str], widths: Sequence[float], high: float) -> Iterator[list[str]]:
    """A row that no slide holds goes on in the next one."""
    parts = [list(pieces(deck.legible(text), width - 0.14, SMALLEST, high - _PADDING))
             for text, width in zip(row, widths, strict=True)]  # fmt: skip
    for rank in range(max(map(len, parts))):
        yield [part[rank] if rank < len(part) else "" for part in parts]


def _counted(title: str, rank: int, many: int) -> str:
    return f"{title} ({rank} sur {many})" if many > 1 else title
