"""What an agent may act on: the campagnes of their territory."""

from __future__ import annotations

from access.people.identity import EVERYWHERE
from dashboard.visit.visitor import Visitor
from pipeline.reading.campaigns import Campaign, load_campaigns
from socle.paths import DataFolder
from socle.refusal import Refusal


def campaigns_of(visitor: Visitor, folder: DataFolder) -> list[Campaign]:
    """Return the campagnes declared in a folder that the visitor may act on, latest first; none when there is none."""
    try:
        campaigns = load_campaigns(folder)
    except Refusal as error:
        if error.code == "donnees_absentes":
            return []
        raise
    return [
        campaign
        for campaign in reversed(campaigns)
        if visitor.identity.territoire in (EVERYWHERE, *campaign.departements)
    ]


def has_all(visitor: Visitor) -> bool:
    """Return whether the visitor may act on every campagne: what touches a whole build is for them alone."""
    if visitor.identity.territoire == EVERYWHERE:
        return True
    declared = load_campaigns(visitor.folder)
    return all(set(campaign.departements) == {visitor.identity.territoire} for campaign in declared)
