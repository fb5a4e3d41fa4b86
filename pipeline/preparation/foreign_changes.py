"""What a preparation changes -> what of it is not of one département alone, whoever wrote it there.

A file of a year is judged by its département; a declaration that all of them share, entry by entry.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from pipeline.core.texts import TEXTS
from pipeline.deposits.load_history import Change, Load
from pipeline.drafting import file
from pipeline.preparation.territory import YearOwners, declared, owners
from pipeline.reading import campaigns
from pipeline.reading.campaigns import Campaign
from pipeline.staging import corrections
from pipeline.staging.corrections import load_corrections
from socle.files.documents import read_yaml
from socle.paths import DataFolder


def foreign_changes(folder: DataFolder, changed: Sequence[Change], territory: str | None) -> list[str]:
    """Return the paths of what is changed that is not of that département alone; none for who acts on every one.

    The register is everybody's: a porteur that is added to it, or a name, is judged by the returns that bear it.
    """
    if territory is None:
        return []
    years = _Years(folder, territory)
    moved = set(_texts_moved(changed))
    return [change.chemin for change in changed if change.chemin not in moved and not years.theirs(change)]


def touches_only(folder: DataFolder, load: Load, territory: str | None) -> bool:
    """Whether an accepted load touched nothing but what is of that département."""
    return own_changes(folder, load, territory) == load.changements


def own_changes(folder: DataFolder, load: Load, territory: str | None) -> tuple[Change, ...]:
    """Return what of an accepted load is of that département: prepared for it alone, or in its folder of a year."""
    if territory is None or load.departement == territory:
        return load.changements
    whole = {campaign.name for campaign in declared(folder) if campaign.departements == (territory,)}
    return tuple(change for change in load.changements if _lies_in(change.chemin, whole, territory))


def _lies_in(path: str, whole: set[str], territory: str) -> bool:
    """Whether a file lies in a year of that département alone, or in its folder of a year of several."""
    root, campagne, *inner = (*PurePosixPath(path).parts, "", "")
    return root == "raw" and (campagne in whole or (inner[0] == territory and inner[1] != ""))


class _Years:
    """The years before and after, and what of them is one département's."""

    def __init__(self, folder: DataFolder, territory: str) -> None:
        self._territory = territory
        self._folders = (folder, folder.prepared())
        self._years = tuple({campaign.name: campaign for campaign in declared(one)} for one in self._folders)
        self._owners: dict[tuple[int, str], YearOwners] = {}

    def theirs(self, change: Change) -> bool:
        parts = PurePosixPath(change.chemin).parts
        if change.chemin == "raw/porteurs.csv":
            return True
        if len(parts) < 3:  # formats.yml, definitions/indicators.yml: they count for everyone
            return False
        _, campagne, *inner = parts
        known = [years[campagne] for years in self._years if campagne in years]
        if known and all(campaign.departements == (self._territory,) for campaign in known):
            return True
        if len(inner) > 1:
            return inner[0] == self._territory
        return self._shared(campagne, inner[0], change)

    def _shared(self, campagne: str, name: str, change: Change) -> bool:
        """A file of a year of several départements that lies in the folder of none."""
        before, after = (years.get(campagne) for years in self._years)
        match name:
            case _ if after is None:
                return False
            case campaigns.DECLARATION:
                return _without(before, self._territory) == _without(after, self._territory)
            case corrections.CORRECTIONS:
                return self._corrections(campagne)
            case file.FORMATS:
                return _only_added(*(one.raw / campagne / file.FORMATS for one in self._folders))
            case _:  # one that goes, for its département has a folder where what comes lies
                return change.apres is None and self._own(0, campagne).file(self._territory, name)

    def _corrections(self, campagne: str) -> bool:
        before, after = (set(load_corrections(one.raw / campagne)) for one in self._folders)
        own = self._own(1, campagne)
        return all(own.row(self._territory, one.fichier, one.ligne) for one in before ^ after)

    def _own(self, side: int, campagne: str) -> YearOwners:
        key = (side, campagne)
        if key not in self._owners:
            self._owners[key] = owners(self._folders[side], self._years[side][campagne])
        return self._owners[key]


def _texts_moved(changed: Sequence[Change]) -> Iterator[str]:
    """The texts of a year that a second département joins, as they were, in the folder of the first."""
    for gone in changed:
        path = PurePosixPath(gone.chemin)
        if path.name == TEXTS and len(path.parts) == 3 and gone.apres is None:
            same = [one.chemin for one in changed if (one.avant, one.apres) == (None, gone.avant)]
            found = [one for one in same if PurePosixPath(one).parent.parent == path.parent and one.endswith(TEXTS)]
            yield from (gone.chemin, *found) if found else ()


def _without(campaign: Campaign | None, departement: str) -> object:
    """What a declaration says of the other départements; None when it declares no other."""
    if campaign is None or campaign.departements == (departement,):
        return None
    others = tuple(code for code in campaign.departements if code != departement)
    apart = {code: said for code, said in campaign.par_departement.items() if code != departement}
    return campaign.name, campaign.fictif, others, apart


def _only_added(before: Path, after: Path) -> bool:
    """Whether every format that was declared is as it was."""
    then, now = (_entries(path) for path in (before, after))
    return all(entry in now for entry in then)


def _entries(path: Path) -> list[Any]:
    try:
        return read_yaml(path.read_text(encoding="utf-8-sig")) or [] if path.is_file() else []
    except (OSError, UnicodeDecodeError, yaml.YAMLError):
        return [path]  # of what cannot be read, nothing is as it was
