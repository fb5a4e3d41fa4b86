"""The licences under which figures may be published: the identifier of a setting -> its title and its text."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Licence:
    """A licence, as a Data Package names it."""

    name: str
    title: str
    path: str


UNSTATED = "non-precisee"
"""The Caf does not say yet under which licence it publishes: nobody may reuse the figures without asking."""
DEFAULT = "etalab-2.0"
_STATED = (
    Licence(DEFAULT, "Licence Ouverte 2.0", "https://www.etalab.gouv.fr/licence-ouverte-open-licence/"),
    Licence(
        "ODbL-1.0",
        "Open Data Commons Open Database License (ODbL) 1.0",
        "https://opendatacommons.org/licenses/odbl/1-0/",
    ),
)
LICENCES: dict[str, Licence | None] = {licence.name: licence for licence in _STATED} | {UNSTATED: None}
