"""A session -> a Visitor: who looks, what they may read, and of which build. What every page is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from access.journal import journal
from access.journal.journal import Author
from access.people.identity import EVERYWHERE, Identity
from socle.files.manifest import Manifest, current_build, read_manifest
from socle.paths import DataFolder
from warehouse.scope import Scope


class BuildChanged(Exception):  # noqa: N818  # no error: the page is drawn again
    """Another build was published while a page was reading."""


@dataclass(frozen=True)
class Visitor:
    """For whom a page is drawn."""

    identity: Identity
    scope: Scope
    """What they may read: an argument of whatever returns figures."""
    folder: DataFolder
    build: str | None
    """The published build, or the last whole one before it; None when there is none. In the key of what is kept."""

    @property
    def territory(self) -> str | None:
        """The only département on which they act; None for every one."""
        return None if self.identity.territoire == EVERYWHERE else self.identity.territoire

    @property
    def author(self) -> Author:
        """Who the journal says did it."""
        return Author("tableau", self.identity.compte)

    @property
    def manifest(self) -> Manifest | None:
        """What the build declares of itself; None when there is none."""
        return read_manifest(self.folder.builds / self.build) if self.build else None

    @property
    def refused(self) -> list[dict[str, Any]]:
        """The files that the build refused, but for those of départements that are not theirs.

        One of which the département is not known is theirs where its year has no other.
        """
        return self.manifest.refused_of(self.territory) if self.manifest else []

    def record(self, action: str, objet: str = "") -> None:
        """Write in the journal what they do: an action of access.journal.journal.ACTIONS, and what it is about."""
        journal.record(self.folder, self.author, action, objet)


def visitor(folder: DataFolder, identity: Identity) -> Visitor:
    """Return the visitor that someone identified is, now."""
    build = current_build(folder)
    scope = Scope(identity.role, identity.territoire, identity.porteur_id)
    return Visitor(identity, scope, folder, build.name if build else None)
