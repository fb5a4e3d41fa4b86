"""What pandas made against what the product published: when they differ, comparing their times says nothing."""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb
import pandas as pd

from bench.measure import timed
from bench.pandas_way import RESULT
from socle.files.manifest import WAREHOUSE
from socle.paths import DataFolder

_ANOMALY = ["fichier", "ligne", "variable", "regle"]
_TOLD = ["valeur", "gravite", "effet", "message", "porteur_id", "action_id"]
_FIGURE = ["campagne", "indicateur", "niveau", "departement", "code"]
_OF_PORTEURS = ["campagne", "indicateur", "departement"]
_SPREAD = {0.25: "premier_quartile", 0.5: "mediane", 0.75: "troisieme_quartile"}


class DifferenceError(Exception):
    """The two did not do the same work; the message holds the first differences."""


def compare(folder: DataFolder, build: str) -> dict[str, int]:
    """Return how many anomalies, figures and quartiles are the same; raise DifferenceError otherwise."""
    made = folder.root / RESULT
    with duckdb.connect(str(folder.builds / build / WAREHOUSE), read_only=True) as warehouse:
        anomalies = warehouse.sql(f"select {', '.join(_ANOMALY + _TOLD)} from qualite.anomalie").df()
        figures = warehouse.sql(
            f"select {', '.join(_FIGURE)}, valeur, numerateur, denominateur, nb_repondants, nb_porteurs "
            "from marts.indicateur_valeur_agregee "
            "where departement is not null and statut = 'diffusable' and origine = 'fictif'"
        ).df()
        unread = warehouse.sql(
            f"select {', '.join(_FIGURE)} from marts.indicateur_valeur_agregee where statut = 'illisible'"
        ).df()
        quartiles = warehouse.sql(
            f"select {', '.join(_OF_PORTEURS)}, premier_quartile, mediane, troisieme_quartile from marts.distribution"
        ).df()
    _same("anomalies", anomalies, _read(made, "anomalies"), _ANOMALY)
    _same("figures", figures, _without(_read(made, "indicateur_valeur"), unread), _FIGURE)
    _same("quartiles", quartiles, _read(made, "distribution").rename(columns=_SPREAD), _OF_PORTEURS)
    return {"anomalies": len(anomalies), "figures": len(figures), "quartiles": len(quartiles)}


def _without(figures: pd.DataFrame, unread: pd.DataFrame) -> pd.DataFrame:
    """Those of which too many answers are unread are given up by the product alone."""
    keys = set(unread.itertuples(index=False, name=None))
    given_up = [key in keys for key in figures[_FIGURE].itertuples(index=False, name=None)]
    return figures[[not gone for gone in given_up]]


def _read(made: Path, name: str) -> pd.DataFrame:
    rows: pd.DataFrame = pd.read_pickle(made / f"{name}.pickle")  # written by the step before
    return rows


def _same(what: str, ours: pd.DataFrame, theirs: pd.DataFrame, key: list[str]) -> None:
    left, right = (side[list(ours)].sort_values(key).reset_index(drop=True) for side in (ours, theirs))
    try:
        pd.testing.assert_frame_equal(left, right, check_dtype=False, rtol=1e-9, atol=1e-6)
    except AssertionError as error:
        both = left[key].merge(right[key], how="outer", indicator=True)
        alone = both[both["_merge"] != "both"]
        raise DifferenceError(f"{what}: {error}\n{alone.head(10)}\n{alone['_merge'].value_counts()}") from error


def main() -> None:
    """Run as a step of the bench: `python -m bench.same FOLDER BUILD`."""
    timed(lambda: compare(DataFolder(Path(sys.argv[1])), sys.argv[2]))


if __name__ == "__main__":
    main()
