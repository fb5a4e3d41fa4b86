"""The same work in pandas: read_csv, Great Expectations on DataFrames, the same list of anomalies, the same figures.

`python -m bench.pandas_way FOLDER`: for the folders of bench/national.py, which hold a register, a roster and returns.
Kind to pandas on purpose: each distinct text is read once, rules over columns that no file has are left out, and so are
France as a whole, how years evolve, the diffusion, the Data Docs, the workbook of anomalies, the reading child, hashes.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pandas as pd

from bench.measure import timed
from bench.national import returns_format
from bench.pandas_cells import Cells
from bench.pandas_figures import figures, reference
from bench.pandas_joins import departement, identified, looking_into, rank
from bench.pandas_rules import breaches, evaluate
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook, Format
from pipeline.quality.check import Check
from pipeline.quality.checks import table_checks
from pipeline.staging.readers_sql import expected, is_joined
from socle.paths import DataFolder
from socle.words.french import number
from socle.words.refusal import placeholders, render

RESULT = "pandas"
"""Folder, beside raw/, that receives what is made."""
Frame = pd.DataFrame


class PandasWay:
    """One campagne, from its files to its figures."""

    def __init__(self, folder: DataFolder, codebook: Codebook) -> None:
        self._folder, self._codebook = folder, codebook
        self._communes = reference("communes")
        self._cells = Cells(codebook, frozenset(self._communes["code"]))
        self._anomalies: list[Frame] = []
        self._questions: list[Frame] = []

    def run(self) -> dict[str, Any]:
        """Write the rows, the anomalies and the figures under RESULT; return how many anomalies there are."""
        formats = {fmt.id: fmt for fmt in self._codebook.formats}
        register = self._read(self._folder.register, formats["porteurs"], "porteur")
        campagne = next(path.name for path in self._folder.raw.iterdir() if path.is_dir())
        roster = self._read(self._folder.raw / campagne / "agrements.csv", formats["agrements"], "agrement")
        returns = self._read(self._folder.raw / campagne / "reponses.csv", returns_format(self._codebook), "reponse")
        for rows in (roster, returns):
            rows["porteur_id"] = identified(rows, register)
            self._attribute(rows)
        roster["rang_doublon"] = roster.groupby("action_id", dropna=False).cumcount() + 1
        roster["porteur_du_siret"] = returns["porteur_du_siret"] = None
        roster = self._check(roster, "agrement", {})
        returns["sans_agrement"] = roster.empty
        returns = self._check(returns, "reponse", looking_into(roster))
        returns["sort_reponse"] = rank(returns).map(lambda place: "gardee" if place == 1 else "ancienne")
        returns = self._check(returns, "doublon", {})
        returns["departement"] = departement(returns, roster, self._communes)
        anomalies = pd.concat(self._anomalies, ignore_index=True)
        out = anomalies[anomalies["effet"].eq("valeur_ecartee") & anomalies["fichier"].eq("reponses.csv")]
        returns["ecartees"] = returns["ligne"].map(out.groupby("ligne")["variable"].agg(list))
        returns["illisibles"] = None
        made = figures(self._codebook, returns, roster, anomalies, pd.concat(self._questions))
        self._write(returns=returns, roster=roster, register=register, anomalies=anomalies, **made)
        return {"anomalies": len(anomalies)}

    def _read(self, path: Path, fmt: Format, table: str) -> Frame:
        """The typed rows of one file, personal cells apart."""
        texts = pd.read_csv(path, sep=";", dtype=str, keep_default_na=False, na_values=[""], encoding="utf-8-sig")
        campagne = path.parent.name if table != "porteur" else ""
        values: dict[str, Any] = {
            "campagne": campagne, "fichier": path.name, "feuille": "", "ligne": range(2, len(texts) + 2),
            "format": fmt.id, "grain": fmt.grain or "",
        }  # fmt: skip
        personal = {}
        for source in fmt.colonnes:
            if source.variable is None or source.entete not in texts:
                continue
            columns = self._codebook.columns_of(source.variable)
            cells = texts[source.entete]
            if columns[0].variable.personnel:
                personal[columns[0].id] = cells
                continue
            if is_joined(columns[0], source):
                options, faults = self._cells.read_joined(cells, columns, source)
                values |= options
            else:
                values[columns[0].id], faults = self._cells.read(cells, columns[0], source)
            self._note_unread(campagne, path.name, cells[faults], source.entete, columns[0])
        self._questions.append(self._asked(campagne, path.name, fmt, texts))
        _fill_boxes(values, self._codebook)
        rows = pd.DataFrame(values, index=texts.index)
        if personal:
            self._write(**{f"prive_{table}": _long(pd.DataFrame(personal))})
        return rows.assign(porteur_id=None) if "porteur_id" not in rows and table != "porteur" else rows

    def _note_unread(self, campagne: str, fichier: str, cells: pd.Series[str], entete: str, column: Any) -> None:
        kind = column.variable.type
        for code in {"choix": "valeur_hors_liste", "choix_multiple": "valeur_hors_liste", "siret": "siret_invalide",
                     "commune": "commune_inconnue"}.get(kind, "cellule_illisible"),:  # fmt: skip
            message = self._codebook.messages[code]
            told = [
                render(message.phrase, **dict.fromkeys(placeholders(message.phrase)) | {
                    "libelle": column.libelle, "valeur": text, "attendu": expected(column.variable), "colonne": entete,
                })
                for text in cells
            ]  # fmt: skip
            self._note(
                campagne=campagne, fichier=fichier, ligne=cells.index + 2, variable=column.id, valeur=cells.to_list(),
                gravite=message.gravite, effet=message.effet, regle=code, message=told,
            )  # fmt: skip

    def _note(self, **columns: Any) -> None:
        self._anomalies.append(pd.DataFrame(columns))

    def _attribute(self, rows: Frame) -> None:
        """Say whose are the cells noted while their file was read."""
        whose = ["porteur_id", "action_id"]
        for noted in self._anomalies:
            if noted["fichier"].eq(str(rows["fichier"].iat[0])).all():
                noted[whose] = rows.loc[noted["ligne"] - 2, whose].to_numpy()

    def _asked(self, campagne: str, fichier: str, fmt: Format, texts: Frame) -> Frame:
        asked = [
            (source.variable, source.entete) for source in fmt.colonnes if source.variable and source.entete in texts
        ]
        return pd.DataFrame(asked, columns=["variable", "colonne"]).assign(
            campagne=campagne, fichier=fichier, feuille="", ligne=None, nature=fmt.nature, format=fmt.id
        )

    def _check(self, rows: Frame, table: str, by_hand: dict[str, Callable[[Frame], Any]]) -> Frame:
        """Note every breach, and set aside what it makes unusable."""
        dropped: set[int] = set()
        for check, index in breaches(rows, list(table_checks(self._codebook, table)), by_hand):
            if not index:
                continue
            self._note_breaches(rows.loc[index], check)
            if check.effect in ("ligne_ecartee", "en_attente"):
                dropped.update(index)
            if check.effect == "valeur_ecartee":
                rows.loc[index, cast(str, check.column)] = None
        return rows.drop(index=sorted(dropped))

    def _note_breaches(self, rows: Frame, check: Check) -> None:
        code, _, name = check.id.partition("@")
        phrase = self._codebook.messages[code].phrase
        value = self._values(rows, check, name)
        libelle = self._codebook.column(check.column).libelle if check.column else ""
        known = {"libelle": libelle, "attendu": _expected(check)}
        others = {term for term in placeholders(phrase) if term in rows}
        told = [
            render(phrase, **{**dict.fromkeys(placeholders(phrase)), **row, **known, "valeur": written})
            for row, written in zip(_records(rows[list(others)]), value, strict=True)
        ]
        self._note(
            campagne=rows["campagne"].to_list(), fichier=rows["fichier"].to_list(), ligne=rows["ligne"].to_list(),
            variable=check.column, valeur=value, gravite=check.severity, effet=check.effect, regle=code, message=told,
            porteur_id=rows["porteur_id"].to_list(), action_id=rows["action_id"].to_list(),
        )  # fmt: skip

    def _values(self, rows: Frame, check: Check, name: str) -> list[str | None]:
        rule = next((rule for rule in self._codebook.rules if rule.id == name), None)
        found = evaluate(rule.valeur, rows) if rule and rule.valeur else rows[check.column or "ligne"]
        return [None if pd.isna(v) else number(v, 0 if v == int(v) else 2) if isinstance(v, float)
                else _WRITTEN.get(str(v), str(v))
                for v in found]  # fmt: skip

    def _write(self, **tables: Frame) -> None:
        folder = self._folder.root / RESULT
        folder.mkdir(exist_ok=True)
        for name, rows in tables.items():
            rows.to_pickle(folder / f"{name}.pickle")


_WRITTEN = {"True": "oui", "False": "non"}


def _expected(check: Check) -> str:
    return re.sub("^valeur (en général )?", "", check.label.rpartition("\u202f: ")[2])


def _records(rows: Frame) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", rows.to_dict("records"))


def _fill_boxes(values: dict[str, Any], codebook: Codebook) -> None:
    """In a multiple choice with a column an option, a blank is a no as soon as another is ticked."""
    for variable in codebook.variables:
        names = [column.id for column in variable.columns if column.id in values]
        if variable.type == "choix_multiple" and len(names) > 1:
            ticked = pd.concat([values[name] for name in names], axis=1).fillna(False).any(axis=1)
            for name in names:
                values[name] = values[name].mask(ticked & values[name].isna(), False)


def _long(personal: Frame) -> Frame:
    return personal.assign(ligne=personal.index + 2).melt("ligne", var_name="variable", value_name="valeur").dropna()


def main() -> None:
    """Run as a step of the bench: Great Expectations and what is declared are there before the clock starts."""
    folder, codebook = DataFolder(Path(sys.argv[1])), load_codebook()
    timed(lambda: PandasWay(folder, codebook).run())


if __name__ == "__main__":
    main()
