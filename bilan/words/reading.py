"""A published build -> all that the bilan of one year and département is written from, read at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from bilan.words.declared import load_layout
from bilan.words.definitions import check_indicators
from bilan.words.numbers import Quantity, SayingThresholds
from socle.paths import DataFolder
from socle.words.states import HIDDEN, SHOWN
from warehouse.figures.catalogue import Series, catalogue, settings, thresholds
from warehouse.figures.evolution import Evolution, evolutions
from warehouse.figures.figures import Figure, read_figures
from warehouse.figures.history import Year, history
from warehouse.listings.campagnes import (
    Campagne,
    Departement,
    campagnes,
    departement_named,
    known_campagne,
    previous_year,
)
from warehouse.listings.territories import Territory, territories
from warehouse.listings.texts import Text, chapters, texts
from warehouse.open import Warehouse, open_current
from warehouse.scope import INTERNAL, Scope


@dataclass(frozen=True)
class Reading:
    """One year of one département, as one scope may read it."""

    scope: Scope
    campagne: Campagne
    years: Mapping[str, Campagne]
    """Every year of the département that the scope may read."""
    departement: Departement
    rules: SayingThresholds
    thresholds: Mapping[str, float | None]
    """{name: value} of what the référentiel expects of a collectif that year, None where it is not known."""
    catalogue: Mapping[str, Series]
    figures: Mapping[str, Figure]
    before: Mapping[str, Figure]
    """The same of the year before; {} when it is not there."""
    evolutions: Mapping[str, Evolution]
    """À champ constant, since the year before; {} for who reads what may be diffused."""
    territories: Sequence[Territory]
    history: Mapping[str, Mapping[str, Year]]
    """{indicateur: {campagne: its figure}} of those that a chapter shows year after year."""
    texts: Sequence[Text]
    chapters: Mapping[str, str]
    """{id: title} of the chapters of the bilan, in their order."""
    version: str
    """The short hash of the build's figures."""
    built: datetime
    warning: str | None
    """French sentence when the published build is damaged and an earlier one answers."""

    @property
    def year(self) -> str:
        """The school year."""
        return self.campagne.campagne

    @property
    def year_before(self) -> str:
        """The school year before, whether it is there or not."""
        return previous_year(self.year)

    def quantity(self, indicateur: str) -> Quantity | None:
        """Return the département's figure; None when the catalogue has no such indicator."""
        return self._quantity(self.figures.get(indicateur))

    def quantity_before(self, indicateur: str) -> Quantity | None:
        """Return that of the year before; None when that year is not there."""
        return self._quantity(self.before.get(indicateur))

    def _quantity(self, figure: Figure | None) -> Quantity | None:
        if figure is None:
            return None
        state = HIDDEN if self._is_too_sensitive(figure) else figure.statut
        if state != SHOWN:
            return Quantity(None, figure.unite, state=state)
        return Quantity(
            figure.valeur, figure.unite, figure.numerateur, figure.denominateur, at_least=bool(figure.au_moins)
        )

    def _is_too_sensitive(self, figure: Figure) -> bool:
        """Of handicap and allophones, the committee and analysts see what porteurs see: the warehouse hides nothing."""
        if self.catalogue[figure.indicateur].diffusion != "X" or self.scope.role == "agent":
            return False
        if self.scope.role not in INTERNAL or figure.nb_porteurs is None:
            return False
        few = (figure.numerateur or 0) < self.rules.enfants_minimum_sensible
        return few or figure.nb_porteurs < self.rules.porteurs_minimum

    def france(self, indicateur: str) -> Quantity | None:
        """Return the figure of France, the same year; None when there is none."""
        figure = self.figures.get(indicateur)
        if figure is None or figure.valeur_france is None:
            return None
        return Quantity(
            figure.valeur_france,
            figure.unite,
            figure.numerateur_france,
            figure.denominateur_france,
            at_least=bool(figure.au_moins_france),
        )

    def change(self, indicateur: str) -> Evolution | None:
        """Return the change à champ constant; None when nothing compares, or when it may not be told."""
        return self.evolutions.get(indicateur)

    @property
    def response_rate(self) -> Quantity | None:
        """Return the rate of response by which the figures are judged: that of actions, else that of structures."""
        actions, structures = self.quantity("taux_reponse_actions"), self.quantity("taux_reponse_porteurs")
        return actions if actions and actions.said else structures

    @property
    def is_poorly_answered(self) -> bool:
        """True when so few answered that nothing is compared with another year or with France."""
        rate = self.response_rate
        return rate is not None and rate.value is not None and rate.value < self.rules.reponse_faible

    def broken(self, indicateur: str) -> str | None:
        """Return the year from which the question compares, when it changed since the year before."""
        since = self.catalogue[indicateur].comparable_depuis
        return since if since and self.year_before < since <= self.year else None

    def is_not_comparable(self, indicateur: str) -> bool:
        """True when the year before is there but counts otherwise, or was disturbed."""
        figure = self.figures.get(indicateur)
        return figure is not None and figure.comparable is False

    def is_disturbed(self, indicateur: str) -> bool:
        """True when one of the two years was disturbed in what it counts, the question being the same."""
        since = self.catalogue[indicateur].comparable_depuis
        return self.is_not_comparable(indicateur) and (since is None or since <= self.year_before)


def read(folder: DataFolder, scope: Scope, campagne: str, departement: str) -> Reading:
    """Return what the bilan of that year and département is written from.

    Who serves pages keeps a build open (`with open_current(…)`): reading it again then takes no time to open. Raise
    Refusal when the département is not in the scope's territory, when it has no such year (or not one that this scope
    may read), or when nothing is published.
    """
    with open_current(folder, scope) as warehouse:
        return read_open(warehouse, campagne, departement)


def read_open(warehouse: Warehouse, campagne: str, departement: str) -> Reading:
    """Return the same from a build that is open already.

    What was read of a build is kept a while for the same scope: a published build never changes.
    """
    asked = (warehouse.folder, warehouse.scope, campagne, departement)
    if asked not in _KEPT:
        found = _read(warehouse, campagne, departement)
        if len(_KEPT) >= MOST_KEPT:
            _KEPT.pop(next(iter(_KEPT)), None)
        _KEPT[asked] = found
    return replace(_KEPT[asked], warning=warehouse.warning)


MOST_KEPT = 24
_KEPT: dict[tuple[Path, Scope, str, str], Reading] = {}


def _read(warehouse: Warehouse, campagne: str, departement: str) -> Reading:
    years = campagnes(warehouse, departement)
    declared = known_campagne(years, campagne)
    before = previous_year(campagne)
    found = read_figures(warehouse, [campagne, before], departement)
    known = catalogue(warehouse)
    check_indicators(known.values())
    return Reading(
        scope=warehouse.scope,
        campagne=declared,
        years=years,
        departement=departement_named(warehouse, departement),
        rules=SayingThresholds.of(settings(warehouse)),
        thresholds=thresholds(warehouse, campagne, departement),
        catalogue=known,
        figures={figure.indicateur: figure for figure in found if figure.campagne == campagne},
        before={figure.indicateur: figure for figure in found if figure.campagne == before},
        evolutions=evolutions(warehouse, campagne, departement),
        territories=territories(warehouse, campagne, departement),
        history=_history(warehouse, known, departement),
        texts=texts(warehouse, campagne, departement),
        chapters=chapters(warehouse),
        version=warehouse.manifest.figures_hash[:8],
        built=datetime.fromisoformat(warehouse.manifest.created_at),
        warning=None,
    )


def _history(warehouse: Warehouse, known: Mapping[str, Series], departement: str) -> dict[str, dict[str, Year]]:
    named = load_layout().shown_by_year
    wanted = [name for name, series in known.items() if {name, series.serie_de} & named]
    by_name: dict[str, dict[str, Year]] = {name: {} for name in wanted}
    for year in history(warehouse, wanted, departement):
        by_name[year.indicateur][year.campagne] = year
    return by_name
