"""Figures made by hand, of every chart and every state."""

from __future__ import annotations

from bilan.model.exhibit import BLANK, Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow

FIVE = (
    ExhibitCell("0", 0.0, "zero"),
    ExhibitCell("non renseigné (3 bilans)", None, "non_renseigne"),
    ExhibitCell("non demandé en 2019-2020", None, "non_demande"),
    ExhibitCell("non diffusé\u202f: trop peu de porteurs", None, "secret"),
    ExhibitCell("non calculable\u202f: la donnée n'existe pas par collectif", None, "non_calculable"),
)
"""The five states that must read differently."""


def figure(
    chart: str, columns: tuple[ExhibitColumn, ...], rows: tuple[ExhibitRow, ...], unit: str = "pct", **more: object
) -> Exhibit:
    """A figure of that chart, its words filled in."""
    words: dict[str, object] = {
        "id": "essai", "number": "3.2", "title": "Essai", "axis": "Part des actions", "row_label": "Indicateur",
        "message": "Message.", "lecture": "Lecture.", "champ": "champ", "source": "source", "n": "41 actions",
        "alt": "Graphique. Essai.", "marks": ("Données fictives",), "notes": ("Note.",),
    }  # fmt: skip
    return Exhibit(chart=chart, columns=columns, rows=rows, unit=unit, **{**words, **more})  # type: ignore[arg-type]


def states(chart: str) -> Exhibit:
    """One row a state, and one that has a number beside that of France."""
    columns = (
        ExhibitColumn("valeur", "Loiret"),
        ExhibitColumn("france", "France, 2019-2020", "repere" if chart == "barres" else "valeur"),
    )
    rows = [ExhibitRow(f"r{rank}", cell.text, (cell, BLANK)) for rank, cell in enumerate(FIVE)]
    rows.append(ExhibitRow("r9", "Écoliers", (ExhibitCell("66,1\u202f%", 0.661), ExhibitCell("62,0\u202f%", 0.62))))
    return figure(chart, columns, tuple(rows))


def along_years(series: int) -> Exhibit:
    """Five years: a question that changed in the third, and nothing known of the second."""
    names = ("2016-2017", "2017-2018", "2018-2019", "2019-2020", "2020-2021 (provisoire)")
    rows = tuple(
        ExhibitRow(
            name,
            name,
            tuple(
                FIVE[1] if year == 1 else ExhibitCell(f"{10 * one + year}", float(10 * one + year))
                for one in range(series)
            ),
            broken=year == 2,
        )
        for year, name in enumerate(names)
    )
    return figure("courbe", tuple(ExhibitColumn(f"c{one}", f"Série {one}") for one in range(series)), rows, "n")


def spread() -> Exhibit:
    """Where half of the porteurs stand."""
    columns = (
        ExhibitColumn("bas", "entre", "bas"),
        ExhibitColumn("haut", "et", "haut"),
        ExhibitColumn("mediane", "médiane"),
        ExhibitColumn("france", "France", "repere"),
    )
    cells = (ExhibitCell("9,0", 9.0), ExhibitCell("12,0", 12.0), ExhibitCell("10,5", 10.5), ExhibitCell("10,4", 10.4))
    return figure("intervalle", columns, (ExhibitRow("taille", "Enfants par collectif", cells),), "ratio")
