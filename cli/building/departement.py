"""`--departement` of the commands that speak of a year of several: the code, which that year has to declare."""

from __future__ import annotations

from typing import Annotated

import typer

from socle.paths import DataFolder

Departement = Annotated[
    str,
    typer.Option("--departement", metavar="CODE", help="Département, d'une année de plusieurs (par défaut, tous)."),
]


def declared_departement(folder: DataFolder, campagne: str, asked: str) -> str | None:
    """Return the département asked, None for every one; raise Refusal, with the list, when the year has no such one."""
    if not asked:
        return None
    from pipeline.preparation.territory import check_declared, check_year
    from pipeline.reading.campaigns import read_campaign

    check_year(folder, campagne)
    check_declared(read_campaign(folder.raw / campagne), asked)
    return asked
