"""An answer -> a table, a quick chart, and the files of all its rows."""

from __future__ import annotations

from functools import partial
from io import BytesIO

import pandas as pd
import streamlit as st

from dashboard.exhibits.figure_files import XLSX
from dashboard.query.engine import stream
from dashboard.screen.tables import plain, small
from dashboard.visit.visitor import Visitor
from socle.cells import sheet_cell
from socle.french import count, number
from warehouse.engine.engine import SqlAnswer
from warehouse.sql.cautions import cautions

SHOWN = 200
_NUMBERS = ("INT", "DOUBLE", "DECIMAL", "FLOAT", "HUGE")
_NONE = "aucun"


def show_answer(visitor: Visitor, query: str, answer: SqlAnswer) -> None:
    """Draw it."""
    for caution in cautions(query):
        st.warning(plain(caution))
    if answer.warning:
        st.warning(plain(answer.warning))
    summary = f"{count(len(answer.rows), 'ligne')}, {number(round(answer.seconds, 2), 2)} s"
    if answer.truncated:
        st.info(f"Résultat tronqué\u202f: {summary}. Les fichiers ci-dessous ont toutes les lignes.")
    else:
        small(f"{summary}.")
    if len(answer.rows) > SHOWN:
        small(f"Les {SHOWN} premières sont montrées.")
    frame = _frame(answer)
    st.table(
        frame.head(SHOWN).map(lambda value: "" if value is None else plain(str(value))), hide_index=True,
        border="horizontal", alt=f"Résultat de la requête, {summary}",
    )  # fmt: skip
    _files(visitor, query, answer)
    _chart(answer, frame)


def _frame(answer: SqlAnswer) -> pd.DataFrame:
    """Names that come twice are told apart: a table needs that."""
    seen: dict[str, int] = {}
    names = []
    for name in answer.columns:
        seen[name] = seen.get(name, 0) + 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return pd.DataFrame(answer.rows, columns=names, dtype=object)


def _files(visitor: Visitor, query: str, answer: SqlAnswer) -> None:
    with st.container(horizontal=True):
        for kind, mime in (("csv", "text/csv"), ("parquet", "application/vnd.apache.parquet")):
            st.download_button(
                f"Tout en {kind.upper()}", partial(_all, visitor, query, kind), f"requete.{kind}", mime,
                key=f"sql_{kind}", on_click="ignore",
            )  # fmt: skip
        st.download_button(
            "Ces lignes en XLSX", partial(_workbook, visitor, query, answer), "requete.xlsx", XLSX,
            key="sql_xlsx", on_click="ignore",
        )  # fmt: skip


def _all(visitor: Visitor, query: str, kind: str) -> bytes:
    visitor.record("telechargement", f"requete.{kind}")
    return b"".join(stream(visitor, query, kind))  # type: ignore[arg-type]  # csv or parquet


def _workbook(visitor: Visitor, query: str, answer: SqlAnswer) -> bytes:
    """The rows shown, and the query on a second sheet."""
    import xlsxwriter

    visitor.record("telechargement", "requete.xlsx")
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet("Résultat")
        sheet.write_row(0, 0, map(sheet_cell, answer.columns), book.add_format({"bold": True}))
        sheet.freeze_panes(1, 0)
        for position, row in enumerate(answer.rows, start=1):
            for column, value in enumerate(row):
                is_plain = value is None or isinstance(value, bool | int | float | str)
                sheet.write(position, column, sheet_cell(value if is_plain else str(value)))
        about = book.add_worksheet("Requête")
        for position, line in enumerate(query.splitlines()):
            about.write_string(position, 0, str(sheet_cell(line)))
    return out.getvalue()


def _chart(answer: SqlAnswer, frame: pd.DataFrame) -> None:
    numeric = [
        name
        for name, kind in zip(frame.columns, answer.types, strict=True)
        if any(number_type in kind for number_type in _NUMBERS)
    ]
    others = [name for name in frame.columns if name not in numeric] or list(frame.columns)
    if not numeric or frame.empty:
        return
    with st.expander("Un graphique de ces lignes", key="sql_graphique"):
        with st.container(horizontal=True):
            drawn = st.selectbox("Nombre", [_NONE, *numeric], key="sql_nombre")
            along = st.selectbox("En fonction de", others, key="sql_abscisse")
        if drawn != _NONE:
            import plotly.graph_objects as go

            shown = frame.head(SHOWN)
            bars = go.Figure(go.Bar(x=[str(value) for value in shown[along]], y=[_drawn(v) for v in shown[drawn]]))
            bars.update_layout(
                separators=",\u202f", xaxis={"type": "category", "title": along}, yaxis={"title": drawn},
                margin={"l": 0, "r": 0, "t": 10, "b": 0},
            )  # fmt: skip
            st.plotly_chart(bars, key="sql_barres", alt=f"{drawn} en fonction de {along}, {len(shown)} barres")


def _drawn(value: object) -> float | None:
    return None if value is None else float(str(value))
