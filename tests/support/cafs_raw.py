"""The files of one of the three Cafs read again with pandas, and its main figures made from them alone."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from tests.support.cafs import FIRST, LAST

HEADERS = {
    "action": ("Numéro d'action Clas", "N° d'agrément"),
    "reponse": ("Identifiant de la réponse", "Numéro de la réponse", "N° dossier"),
    "etat": ("État de la saisie", "Statut de la réponse", "Statut du dossier"),
    "date": ("Date de fin de saisie", "Date de validation", "Date de transmission"),
    "siret": ("Votre numéro SIRET", "SIRET de la structure", "N° SIRET du tiers"),
    "type": ("Votre structure est :", "Type de structure", "Catégorie"),
    "reaap": ("Menez-vous aussi des actions Reaap ?", "Portez-vous également une ou des actions Reaap ?",
              "Gestionnaire Reaap (O/N)"),
    "enfants": ("Combien d'enfants et de jeunes ont été accueillis pendant l'année ?", "Nb enfants réel"),
    "familles": ("Nombre de familles concernées", "Nb familles"),
    "en_qpv": ("dont enfants habitant un QPV", "Enfants QPV"),
    "collectifs": ("Nombre de collectifs (groupes)", "Nb collectifs"),
    "qpv": ("L'action se déroule-t-elle en QPV ?", "QPV (O/N)"),
}  # fmt: skip
NUMBERS = ("enfants", "familles", "en_qpv", "collectifs")
Figure = tuple[float | None, float | None]
"""Above and below; of a count, nothing below. (None, None): no figure."""
NOTHING: Figure = (None, None)


@dataclass(frozen=True)
class CafFiles:
    """The files of one Caf for one year."""

    roster: pd.DataFrame | None
    returns: pd.DataFrame
    """Those that count."""
    received: pd.DataFrame
    """The same, and those that wait for the Caf."""
    described: pd.DataFrame | None
    """Collectifs, in the year of the workbook."""


def read_files(folder: Path, code: str) -> CafFiles:
    """Return them, wherever they lie in the folder of the year."""
    agreed = [_csv(path) for path in sorted(folder.rglob(f"agrements-*{code}.csv"))]
    roster = _roster(pd.concat(agreed), code) if agreed else None
    if folder.name == LAST:
        (book,) = folder.rglob(f"export-{code}.xlsx")
        sheets = pd.read_excel(book, sheet_name=None, dtype=str)
        main, activity, third = sheets["Dossiers"], sheets["Activite"], sheets["Tiers"]
        read = main.merge(activity, on="N° dossier", suffixes=("", "_activite")).merge(third, on="N° tiers")
        return _caf_files(roster, read, sheets["Collectifs"])
    encoding = "cp1252" if folder.name == FIRST and code == "45" else "utf-8-sig"
    read = pd.concat(_csv(path, encoding) for path in sorted(folder.rglob(f"retours-*{code}.csv")))
    return _caf_files(roster, read, None)


def _csv(path: Path, encoding: str = "utf-8-sig") -> pd.DataFrame:
    return pd.read_csv(path, sep=";", dtype=str, encoding=encoding)


def _roster(agreed: pd.DataFrame, code: str) -> pd.DataFrame:
    """One line an action of the département; whose it is is not known where two lines say two porteurs."""
    own = agreed[agreed["Département"].eq(code)]
    several = own.groupby("Numéro d'action")["SIRET"].transform("nunique").gt(1)
    return own.assign(SIRET=own["SIRET"].mask(several)).drop_duplicates("Numéro d'action")


def _caf_files(roster: pd.DataFrame | None, read: pd.DataFrame, described: pd.DataFrame | None) -> CafFiles:
    told = _returns(read, roster)
    return CafFiles(roster, told[told["etat"].eq("Validée")], told, described)


def _returns(read: pd.DataFrame, roster: pd.DataFrame | None) -> pd.DataFrame:
    """The last reply for each action that the committee agreed."""
    found = {name: next((one for one in headers if one in read), None) for name, headers in HEADERS.items()}
    told = pd.DataFrame({name: read[header] for name, header in found.items() if header})
    told["date"] = pd.to_datetime(told["date"], dayfirst=True)
    for name in NUMBERS:
        if name in told:
            told[name] = pd.to_numeric(told[name], errors="coerce")
    if "action" not in told:
        return told
    # A number that is given to two actions is of neither.
    told = told[told.groupby("reponse")["action"].transform("nunique").eq(1)]
    if roster is not None:
        told = told[told["action"].isin(roster["Numéro d'action"])]
    return told.sort_values("date").drop_duplicates("action", keep="last")


def figures(files: CafFiles) -> dict[str, Figure]:
    """Return {indicateur: above and below}: what the Caf's own files say."""
    return {**_agreed(files), **_of_porteurs(files.returns), **_of_actions(files)}


def _agreed(files: CafFiles) -> dict[str, Figure]:
    roster, returns = files.roster, files.received
    if roster is None:
        none = ("nb_actions", "nb_enfants", "taux_reponse_actions", "taux_reponse_porteurs")
        return dict.fromkeys(none, NOTHING) | {"nb_porteurs": (returns["siret"].nunique(), None)}
    running = roster["Situation de l'action"].eq("Agréée")
    answered = roster["SIRET"].isin(returns["siret"])
    by_action = "action" in returns
    if by_action:
        answered = roster["Numéro d'action"].isin(returns["action"])
    awaited = running | answered
    return {
        "nb_actions": (len(roster), None),
        "nb_enfants": (roster["Enfants et jeunes agréés"].astype(int).sum(), None),
        "nb_porteurs": (roster["SIRET"].nunique(), None),
        "taux_reponse_actions": ((answered & awaited).sum(), awaited.sum()) if by_action else NOTHING,
        "taux_reponse_porteurs": (
            roster.loc[answered & awaited, "SIRET"].nunique(), roster.loc[awaited, "SIRET"].nunique()
        ),
    }  # fmt: skip


def _of_porteurs(returns: pd.DataFrame) -> dict[str, Figure]:
    last = returns.sort_values("date").drop_duplicates("siret", keep="last")
    return {
        "part_porteurs_type__centre_social": (last["type"].eq("Centre social").sum(), len(last)),
        "part_porteurs_reaap": (last["reaap"].eq("Oui").sum(), len(last)),
    }


def _of_actions(files: CafFiles) -> dict[str, Figure]:
    told = files.returns
    names = ("nb_enfants_accueillis", "nb_familles", "part_enfants_qpv", "enfants_par_collectif", "part_actions_qpv")
    if "action" not in told:
        return dict.fromkeys(names, NOTHING)
    groups = told["collectifs"]
    if files.described is not None:
        groups = told["reponse"].map(files.described.groupby("N° dossier").size())
    children = told["enfants"].sum()
    return {
        "nb_enfants_accueillis": (children, None),
        "nb_familles": (told["familles"].sum(), None),
        "part_enfants_qpv": (told["en_qpv"].sum(), children),
        "enfants_par_collectif": (children, groups.sum()),
        "part_actions_qpv": (told["qpv"].eq("Oui").sum(), told["qpv"].notna().sum()),
    }
