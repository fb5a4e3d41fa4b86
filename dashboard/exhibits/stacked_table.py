"""A figure -> a table that never is wider than the screen: where its columns do not fit, each row is a card.

Written as HTML, which Streamlit's own table does not let us lay out; the roles are said, as a browser forgets those of
a table whose cells are laid out otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

import streamlit as st

from bilan.model.exhibit import Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from dashboard.exhibits.figure_view import SIGNS, WORDLESS

_REM_A_COLUMN = 6.5
"""Room that a column needs before the rows become cards."""
_STYLE = """
<style>
.clas-table { container-type: inline-size; }
.clas-table table { width: 100%; border-collapse: collapse; }
.clas-table th, .clas-table td { text-align: left; vertical-align: top; padding: .5rem .625rem;
  border-bottom: 1px solid color-mix(in srgb, currentcolor 25%, transparent); overflow-wrap: break-word; }
.clas-table th { font-weight: 600; }
.clas-table .vous { font-weight: 600; }
@container (max-width: LIMITrem) {
  div.clas-IDENTIFIER table, div.clas-IDENTIFIER tbody { display: block; }
  div.clas-IDENTIFIER thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  div.clas-IDENTIFIER tr { display: block; margin: 0 0 .75rem; padding: .25rem 0; border-radius: .5rem;
    border: 1px solid color-mix(in srgb, currentcolor 35%, transparent); }
  div.clas-IDENTIFIER th, div.clas-IDENTIFIER td { display: flex; justify-content: space-between; gap: 1rem; border: 0;
    padding: .25rem .75rem; overflow-wrap: anywhere; }
  div.clas-IDENTIFIER td > * { text-align: right; }
  div.clas-IDENTIFIER td::before { content: attr(data-label); text-align: left; font-weight: 400; flex: 0 0 45%; }
  div.clas-IDENTIFIER td.vide { display: none; }
}
</style>
"""


def show_stacked(figure: Exhibit) -> None:
    """Draw the table: its columns side by side where there is room, else one card a row, each cell with its name."""
    limit = _REM_A_COLUMN * (len(figure.columns) + 1)
    style = _STYLE.replace("LIMIT", str(limit)).replace("IDENTIFIER", figure.id)
    heads = [figure.row_label, *(column.label for column in figure.columns)]
    head = "".join(f'<th role="columnheader" scope="col">{escape(head_text)}</th>' for head_text in heads)
    body = "".join(f'<tr role="row">{"".join(_line(figure, row))}</tr>' for row in figure.rows)
    st.html(
        f'{style}<div class="clas-table clas-{figure.id}"><table role="table" aria-label="{escape(figure.alt)}">'
        f'<thead role="rowgroup"><tr role="row">{head}</tr></thead><tbody role="rowgroup">{body}</tbody></table></div>'
    )


def _line(figure: Exhibit, row: ExhibitRow) -> Iterator[str]:
    yield f'<th role="rowheader" scope="row">{escape(row.label)}</th>'
    for column, cell in zip(figure.columns, row.cells, strict=True):
        yield f'<td role="cell" class="{_class(column, cell)}" data-label="{escape(column.label)}">{_cell(cell)}</td>'


def _class(column: ExhibitColumn, cell: ExhibitCell) -> str:
    return " ".join(name for name, applies in (("vous", column.key == "vous"), ("vide", not cell.text)) if applies)


def _cell(cell: ExhibitCell) -> str:
    text = escape(cell.text)
    if cell.sign:
        return f'<span><span aria-hidden="true">{SIGNS[cell.sign]}</span> {text}</span>'
    return f"<span>{text}</span>" if cell.state in WORDLESS else f"<em>{text}</em>"
