"""A year that the agent declares -> its folder and its campagne.yml, of the same kind as the other years.

One that is declared already is joined by a département that it did not have, which says its own dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from pipeline.core.texts import TEXTS, texts_file
from pipeline.preparation.declared_file import edited_yaml, replace_file, text_scalar
from pipeline.preparation.territory import declared
from pipeline.reading.campaigns import DECLARATION, SCHOOL_YEAR, Campaign, read_campaign
from socle.files.atomic import write_atomic
from socle.paths import DataFolder
from socle.words.french import day
from socle.words.refusal import Refusal

Dates = tuple[date, date]


def declare_campagne(
    folder: DataFolder,
    campagne: str,
    departements: Sequence[str],
    par: str,
    dates: Dates | None = None,
    fictif: bool = False,
    territory: str | None = None,
) -> None:
    """Declare a campagne, or add départements to one that is; `fictif` counts for the first one only, the next are as
    those that are there.

    `dates` are those of the opening and the end of the returns. Raise Refusal, writing nothing, for a year that is
    none or is declared already for one of these départements, when none is given, or one that is not of who declares.
    """
    if not SCHOOL_YEAR.fullmatch(campagne) or int(campagne[5:]) != int(campagne[:4]) + 1:
        raise Refusal("campagne_mal_ecrite", campagne=campagne)
    others = [code for code in departements if territory not in (None, code)]
    if others:
        raise Refusal("departement_autre", departement=", ".join(others), territoire=territory)
    if dates and dates[0] > dates[1]:
        raise Refusal("campagne_dates", ouverture=day(dates[0]), cloture=day(dates[1]))
    path = folder.raw / campagne / DECLARATION
    if path.exists():
        _join(folder, read_campaign(path.parent), departements, par, dates)
        return
    known = declared(folder)
    kind = known[0].fictif if known else fictif
    quoted = ", ".join(f'"{code}"' for code in departements)
    text = f"campagne: {campagne}\nfictif: {str(kind).lower()}\ndepartements: [{quoted}]\n"
    if dates:
        text += f'dates: {{ouverture: "{dates[0].isoformat()}", cloture: "{dates[1].isoformat()}"}}\n'

    def check(tried: Path) -> None:
        read_campaign(tried.parent)

    replace_file(folder, path, text.encode(), par, check)


def _join(folder: DataFolder, campaign: Campaign, departements: Sequence[str], par: str, dates: Dates | None) -> None:
    """Add départements to a year; what it said was said by those that it had, and stays theirs alone."""
    if set(departements) & set(campaign.departements):
        raise Refusal("campagne_deja_la", campagne=campaign.name)
    path = campaign.folder / DECLARATION

    def change(content: Any) -> Any:
        apart = {code: dict(said) for code, said in (content.get("par_departement") or {}).items()}
        common = {key: content.pop(key) for key in ("contexte", "dates") if key in content}
        for code in campaign.departements if common else ():
            apart[code] = common | apart.get(code, {})
        for code in departements if dates else ():
            days = [text_scalar(one.isoformat()) for one in dates or ()]
            apart[code] = {"dates": dict(zip(("ouverture", "cloture"), days, strict=True))}
        if len(campaign.departements) == 1:
            # Its files are those of the first: they are read, and kept where it is adopted, as they were.
            content["fichiers_de"] = text_scalar(campaign.departements[0])
        content["departements"].extend(text_scalar(code) for code in departements)
        if apart:
            content["par_departement"] = {text_scalar(code): said for code, said in apart.items()}
        return content

    def check(tried: Path) -> None:
        now = read_campaign(tried.parent)
        kept = {code: now.par_departement[code] for code in campaign.departements}
        if kept != campaign.par_departement or now.departements != (*campaign.departements, *departements):
            raise Refusal("fichier_declare_illisible", fichier=f"{campaign.name}/{DECLARATION}")

    replace_file(folder, path, edited_yaml(path, change), par, check)
    _part_texts(campaign)


def _part_texts(campaign: Campaign) -> None:
    """The texts of a year of one département were written for it: they go into its folder."""
    if len(campaign.departements) > 1:
        return
    common, own = campaign.folder / TEXTS, texts_file(campaign, campaign.departements[0])
    if common.is_file() and not own.exists():
        write_atomic(own, common.read_bytes())
        common.unlink()
