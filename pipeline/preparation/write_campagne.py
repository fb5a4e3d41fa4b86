"""A year that the agent declares -> its folder and its campagne.yml, of the same kind as the other years."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from pipeline.preparation.declared_file import replace_file
from pipeline.reading.campaigns import DECLARATION, SCHOOL_YEAR, load_campaigns, read_campaign
from socle.paths import DataFolder
from socle.words.french import day
from socle.words.refusal import Refusal


def declare_campagne(
    folder: DataFolder,
    campagne: str,
    departements: Sequence[str],
    par: str,
    dates: tuple[date, date] | None = None,
    fictif: bool = False,
) -> None:
    """Declare a campagne; `fictif` counts for the first one only, the next are as those that are there.

    `dates` are those of the opening and the end of the returns. Raise Refusal, writing nothing, for a year that is
    none or is declared already, or when no département is given.
    """
    if not SCHOOL_YEAR.fullmatch(campagne) or int(campagne[5:]) != int(campagne[:4]) + 1:
        raise Refusal("campagne_mal_ecrite", campagne=campagne)
    path = folder.raw / campagne / DECLARATION
    if path.exists():
        raise Refusal("campagne_deja_la", campagne=campagne)
    if dates and dates[0] > dates[1]:
        raise Refusal("campagne_dates", ouverture=day(dates[0]), cloture=day(dates[1]))
    declared = load_campaigns(folder) if _has_campaign(folder) else []
    kind = declared[0].fictif if declared else fictif
    quoted = ", ".join(f'"{code}"' for code in departements)
    text = f"campagne: {campagne}\nfictif: {str(kind).lower()}\ndepartements: [{quoted}]\n"
    if dates:
        text += f'dates: {{ouverture: "{dates[0].isoformat()}", cloture: "{dates[1].isoformat()}"}}\n'

    def check(tried: Path) -> None:
        read_campaign(tried.parent)

    replace_file(folder, path, text.encode(), par, check)


def _has_campaign(folder: DataFolder) -> bool:
    return folder.raw.is_dir() and any(path.is_dir() and path.name[:1] != "." for path in folder.raw.iterdir())
