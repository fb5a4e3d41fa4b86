"""What an agent may act on: the campagnes of their territory, and what of each is theirs."""

from __future__ import annotations

from collections.abc import Callable

from dashboard.visit.visitor import Visitor
from pipeline.preparation import preparation
from pipeline.preparation.territory import YearOwners, counted, declared, only_theirs, owners
from pipeline.reading.campaigns import Campaign
from pipeline.reading.received import one_form
from socle.paths import DataFolder
from socle.words.refusal import Refusal


def campaigns_of(visitor: Visitor, folder: DataFolder) -> list[Campaign]:
    """Return the campagnes declared in a folder that the visitor may act on, latest first; none when there is none."""
    return [
        campaign
        for campaign in reversed(declared(folder))
        if visitor.territory is None or visitor.territory in campaign.departements
    ]


def has_all(visitor: Visitor) -> bool:
    """Return whether the visitor may act on every campagne: what touches a whole build is for them alone."""
    return only_theirs(visitor.folder, visitor.territory)


def theirs(visitor: Visitor) -> Callable[[str, str | None], bool]:
    """Return what says whether a thing of a year, counted in a département (None: none is known), is the visitor's."""
    return counted(visitor.folder, visitor.territory)


def files_of(visitor: Visitor, folder: DataFolder, campaign: Campaign) -> tuple[list[str], list[str]]:
    """Return the files of a year that are the visitor's, then those of several départements, by their names alone.

    Those of another département are in neither.
    """
    own = owners(folder, campaign)
    names = [one_form(path.relative_to(campaign.folder).as_posix()) for path in campaign.files]
    mine = [name for name in names if own.file(visitor.territory, name)]
    return mine, [name for name in names if name not in mine and own.files[name] is None]


def year_of(visitor: Visitor, folder: DataFolder, campagne: str) -> YearOwners | None:
    """Return whose what of a year is; None when the folder has no such year, or the visitor nothing of it."""
    found = next((one for one in campaigns_of(visitor, folder) if one.name == campagne), None)
    return owners(folder, found) if found else None


def closed(visitor: Visitor) -> Refusal | None:
    """Return why what is being prepared is not for the visitor to see; None when it is, or when nothing is."""
    try:
        preparation.check_theirs(visitor.folder, visitor.territory)
    except Refusal as refusal:
        return refusal
    return None


def open_folder(visitor: Visitor) -> DataFolder:
    """Return what the visitor reads: what is being prepared when that is theirs, else what was received."""
    under_way = preparation.find(visitor.folder) is not None and closed(visitor) is None
    return visitor.folder.prepared() if under_way else visitor.folder
