"""The same work in pandas: read_csv, the same readings, Great Expectations on DataFrames, the same list, the same figures.

`python -m bench.pandas_way FOLDER`: for the folders of bench/national.py, which hold a register, a roster and returns.
Kind to pandas on purpose: each distinct text is read once, rules over columns that no file has are left out, and so are
the fiches by porteur, the diffusion, the Data Docs, comments, hashes and the reading child.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import duckdb
import pandas as pd

from bench.measure import timed
from bench.national import returns_format
from pipeline.cells import expected, is_joined
from pipeline.checks import table_checks
from pipeline.codebook import Codebook, Format, load_codebook
from pipeline.load import public_columns
from pipeline.macros import fold
from pipeline.messages import placeholders, render
from pipeline.territories import REFERENCE
from pipeline.validation import Check
from socle.french import number
from socle.paths import DataFolder

RESULT = "pandas"
"""Folder, beside raw/, that receives what is made."""
STORED = ("departement", "epci", "type_structure", "zonage", "porteur")
"""Levels: the product makes an action's figures when they are asked for."""
_PROVENANCE = ("campagne", "fichier", "feuille", "ligne")
_PLACE = ("departement", "epci", "type_structure", "zonage", "porteur_id", "action_id")
Frame = pd.DataFrame


class PandasWay:
    """One campagne, from its files to its figures."""

    def __init__(self, folder: DataFolder, codebook: Codebook) -> None:
        from bench.pandas_cells import Cells

        self._folder, self._codebook = folder, codebook
        self._communes = self._reference("communes")
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
            rows["porteur_id"] = _identified(rows, register)
        roster["rang_doublon"] = roster.groupby("action_id", dropna=False).cumcount() + 1
        roster = self._check(roster, "agrement", {})
        returns["rang_doublon"] = _rank(returns)
        returns["sans_agrement"] = roster.empty
        returns = self._check(returns, "reponse", _looking_into(roster))
        returns["departement"] = _departement(returns, roster, self._communes)
        anomalies = pd.concat(self._anomalies, ignore_index=True)
        figures = self._figures(returns, roster, anomalies)
        self._write(returns=returns, roster=roster, register=register, anomalies=anomalies, **figures)
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
                    "libelle": column.libelle, "valeur": text, "attendu": expected(kind), "colonne": entete,
                })
                for text in cells
            ]  # fmt: skip
            self._note(
                campagne=campagne, fichier=fichier, ligne=cells.index + 2, variable=column.id, valeur=cells.to_list(),
                gravite=message.gravite, effet=message.effet, regle=code, message=told,
            )  # fmt: skip

    def _note(self, **columns: Any) -> None:
        self._anomalies.append(pd.DataFrame(columns))

    def _asked(self, campagne: str, fichier: str, fmt: Format, texts: Frame) -> Frame:
        asked = [
            (source.variable, source.entete) for source in fmt.colonnes if source.variable and source.entete in texts
        ]
        return pd.DataFrame(asked, columns=["variable", "colonne"]).assign(
            campagne=campagne, fichier=fichier, feuille="", ligne=None, nature=fmt.nature, format=fmt.id
        )

    def _check(self, rows: Frame, table: str, by_hand: dict[str, Callable[[Frame], Any]]) -> Frame:
        """Note every breach, and set aside what it makes unusable."""
        from bench.pandas_rules import breaches

        dropped: set[int] = set()
        for check, index in breaches(rows, list(table_checks(self._codebook, table)), by_hand):
            if not index:
                continue
            self._note_breaches(rows.loc[index], check)
            if check.effect == "ligne_ecartee":
                dropped.update(index)
            if check.effect == "valeur_ecartee":
                rows.loc[index, cast(str, check.column)] = None
        return rows.drop(index=sorted(dropped))

    def _note_breaches(self, rows: Frame, check: Check) -> None:
        code, _, name = check.id.partition("@")
        phrase = self._codebook.messages[code].phrase
        value = self._values(rows, check, name)
        libelle = self._codebook.column(check.column).libelle if check.column else ""
        known = {"libelle": libelle, "attendu": check.label.rpartition("\u202f: ")[2]}
        others = {term for term in placeholders(phrase) if term in rows}
        told = [
            render(phrase, **dict.fromkeys(placeholders(phrase)) | row | known | {"valeur": written})
            for row, written in zip(rows[list(others)].to_dict("records"), value, strict=True)
        ]
        self._note(
            campagne=rows["campagne"].to_list(), fichier=rows["fichier"].to_list(), ligne=rows["ligne"].to_list(),
            variable=check.column, valeur=value, gravite=check.severity, effet=check.effect, regle=code, message=told,
            porteur_id=rows["porteur_id"].to_list(), action_id=rows["action_id"].to_list(),
        )  # fmt: skip

    def _values(self, rows: Frame, check: Check, name: str) -> list[str | None]:
        from bench.pandas_rules import evaluate

        rule = next((rule for rule in self._codebook.rules if rule.id == name), None)
        found = evaluate(rule.valeur, rows) if rule and rule.valeur else rows[check.column or "ligne"]
        return [None if pd.isna(v) else number(v, 0 if v == int(v) else 2) if isinstance(v, float) else str(v)
                for v in found]  # fmt: skip

    def _figures(self, returns: Frame, roster: Frame, anomalies: Frame) -> dict[str, Frame]:
        """Every series at the levels that are stored, how porteurs spread, and one row a porteur."""
        from tests.support.figure_rows import figure_rows
        from tests.support.formulas import FORMULAS
        from tests.support.recomputed import levels_of, recomputed

        questions = pd.concat(self._questions)
        place = returns[["campagne", "ligne", "reponse_id"]]
        points = anomalies[anomalies["gravite"].isin(["critique", "alerte"]) & (anomalies["fichier"] == "reponses.csv")]
        complete = returns.reindex(columns=[*returns, *_missing(self._codebook, "reponse", returns)])
        listed = roster.reindex(columns=[*roster, *_missing(self._codebook, "agrement", roster)])
        listed["statut_agrement"] = listed["statut_agrement"].astype(object).fillna("agreee")
        collectifs = [column.id for column in public_columns(self._codebook, "collectif")]
        tables = {
            "core.reponse": _plain(complete),
            "core.agrement": _plain(listed),
            "core.question": questions,
            "core.collectif": pd.DataFrame(
                columns=list(dict.fromkeys(["campagne", "reponse_id", *_PLACE, *collectifs]))
            ),
            "reference.communes": self._communes,
            "reference.epci": self._reference("epci"),
            "reference.qpv": self._reference("qpv"),
            "qualite.anomalie": points.merge(place, on=["campagne", "ligne"])[["campagne", "reponse_id"]],
        }
        # The rows and the formulas are those by which the tests find every figure of a build again.
        rows = figure_rows(cast(duckdb.DuckDBPyConnection, _Tables(tables)))
        asked = set(questions["variable"])
        figures = []
        for name, formula in FORMULAS.items():
            levels = {niveau: code for niveau, code in levels_of(formula).items() if niveau in STORED}
            campagnes = (
                set(returns["campagne"])
                if formula.asked and {formula.asked, formula.asked.split("__")[0]} & asked
                else set()
            )
            figures.append(recomputed(name, formula, rows, campagnes if formula.asked else None, levels))
        found = pd.concat(figures, ignore_index=True)
        each = found[found["niveau"] == "porteur"].groupby(["campagne", "indicateur", "departement"])["valeur"]
        return {
            "indicateur_valeur": found[found["niveau"] != "porteur"],
            "distribution": each.quantile([0.25, 0.5, 0.75]).unstack().reset_index(),
            "porteur_large": rows["action"].groupby(["campagne", "porteur_id", "departement"])[
                ["nb_collectifs", "nb_enfants", "nb_familles", "nb_salaries", "nb_benevoles", "nb_vacataires"]
            ].sum().reset_index(),
        }  # fmt: skip

    def _reference(self, name: str) -> Frame:
        return pd.read_csv(REFERENCE / f"{name}.csv", dtype=str).assign(**(
            {} if name != "qpv" else {"nb_qpv": lambda rows: rows["nb_qpv"].astype(float)}
        ))  # fmt: skip

    def _write(self, **tables: Frame) -> None:
        folder = self._folder.root / RESULT
        folder.mkdir(exist_ok=True)
        for name, rows in tables.items():
            rows.to_pickle(folder / f"{name}.pickle")


class _Tables:
    """Answers the queries of figure_rows from frames: columns of one table, distinct or not."""

    def __init__(self, tables: dict[str, Frame]) -> None:
        self._tables = tables

    def sql(self, query: str) -> _Answer:
        found = re.match(r"select (distinct )?(.+?) from ([a-z_.]+)", query)
        if found is None:
            raise NotImplementedError(query)
        rows = self._tables[found[3]]
        kept = rows if found[2] == "*" else rows[found[2].split(", ")]
        return _Answer(kept.drop_duplicates() if found[1] else kept)


class _Answer:
    def __init__(self, rows: Frame) -> None:
        self._rows = rows

    def df(self) -> Frame:
        return self._rows.copy()


def _identified(rows: Frame, register: Frame) -> pd.Series[str]:
    """The porteur of each row: by SIRET, then by its exact name once normalised, when only one has it."""
    by_siret = register.dropna(subset="siret").drop_duplicates("siret", keep=False).set_index("siret")["porteur_id"]
    names = register.assign(nom=_names(register)).drop_duplicates("nom", keep=False).set_index("nom")["porteur_id"]
    return rows["siret"].map(by_siret).fillna(_names(rows).map(names))


def _names(rows: Frame) -> pd.Series[str]:
    normalised = {
        name: " ".join(re.sub("[^a-z0-9]+", " ", fold(name)).split())
        for name in rows["raison_sociale"].dropna().unique()
    }
    return rows["raison_sociale"].map(normalised)


def _rank(returns: Frame) -> pd.Series[Any]:
    """Rank of each return among those of its action, the last validated first; null for what cannot count."""
    usable = returns[
        returns["porteur_id"].notna() & returns["action_id"].notna() & returns["statut_reponse"].eq("validee")
    ]
    ordered = usable.sort_values(["date_validation", "ligne"], ascending=False, na_position="last")
    return (ordered.groupby(["porteur_id", "action_id"]).cumcount() + 1).reindex(returns.index).astype("Int64")


def _looking_into(roster: Frame) -> dict[str, Callable[[Frame], Any]]:
    """The two conditions that look into the roster, which no expression over one row can say."""
    porteur = roster.drop_duplicates("action_id").set_index("action_id")["porteur_id"]

    def known(rows: Frame) -> Any:
        return (rows["action_id"].isna() | rows["action_id"].isin(porteur.index)).astype("boolean")

    def same(rows: Frame) -> Any:
        agreed = rows["action_id"].map(porteur)
        return (rows["porteur_id"].isna() | agreed.isna() | (agreed == rows["porteur_id"])).astype("boolean")

    return {"action_inconnue@action_inconnue": known, "action_d_un_autre_porteur@action_d_un_autre_porteur": same}


def _departement(returns: Frame, roster: Frame, communes: Frame) -> pd.Series[str]:
    of_action = roster.drop_duplicates("action_id").set_index("action_id")["departement"]
    alone = roster[["porteur_id", "departement"]].drop_duplicates().drop_duplicates("porteur_id", keep=False)
    of_commune = communes.drop_duplicates("code").set_index("code")["departement"]
    return (
        returns["action_id"].map(of_action)
        .fillna(returns["porteur_id"].map(alone.set_index("porteur_id")["departement"]))
        .fillna(returns["commune"].map(of_commune))
    )  # fmt: skip


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


def _missing(codebook: Codebook, table: str, rows: Frame) -> list[str]:
    return [column.id for column in public_columns(codebook, table) if column.id not in rows]


def _plain(rows: Frame) -> Frame:
    """Nullable columns as the formulas take them: numbers, NaN where there is none."""
    return rows.astype(
        {
            name: float
            for name, kind in rows.dtypes.items()
            if isinstance(kind, pd.api.extensions.ExtensionDtype) and kind.kind in "iufb"
        }
    )  # type: ignore[attr-defined]  # noqa: E501


def main() -> None:
    """Run as a step of the bench: Great Expectations and what is declared are there before the clock starts."""
    import bench.pandas_rules  # noqa: F401
    import tests.support.figure_rows  # noqa: F401

    folder, codebook = DataFolder(Path(sys.argv[1])), load_codebook()
    timed(lambda: PandasWay(folder, codebook).run())


if __name__ == "__main__":
    main()
