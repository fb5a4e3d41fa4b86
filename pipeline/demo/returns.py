"""The actions agréées of a campagne -> the returns received, in their order, drafts and second answers included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pipeline.demo.answers import answer
from pipeline.demo.model import ANCHOR, Action, Answer, Value, first_year

# Ranks of actions, a campagne. Those that never started answer nothing either, nor those that stopped, but one.
_SILENT = {"2016-2017": (9, 35), "2017-2018": (6, 28), "2018-2019": (3, 17, 35)}
_STOPPED_AND_ANSWERED = ("45-2017-036",)
_DRAFT_ONLY = {"2017-2018": (11,), "2018-2019": (26,)}
_DRAFT_BESIDE = {ANCHOR: (12,)}
_ANSWERED_TWICE = {"2017-2018": (4, 31), "2018-2019": (22,), ANCHOR: (30,)}

_LAST_OF_A_DRAFT = "nb_enfants_prevu"
"""Where the person who left a draft stopped."""


def returns(seed: int, campagne: str, actions: Sequence[Action]) -> list[Answer]:
    """Return every row of the export, in the order in which they were entered."""
    received = [
        row
        for rank, action in enumerate(actions, start=1)
        if _answers(action, rank)
        for row in _rows(answer(seed, action), rank)
    ]
    received.sort(key=lambda row: row.entered)
    for number, row in enumerate(received, start=1):
        row.values["reponse_id"] = f"Q{first_year(campagne) + 1}-{number:04d}"
    return received


def _answers(action: Action, rank: int) -> bool:
    if action.statut != "agreee":
        return action.action_id in _STOPPED_AND_ANSWERED
    return rank not in _SILENT.get(action.campagne, ())


def _rows(whole: Answer, rank: int) -> list[Answer]:
    campagne = whole.action.campagne
    if rank in _DRAFT_ONLY.get(campagne, ()):
        return [_draft(whole, whole.entered)]
    rows = [whole]
    if rank in _DRAFT_BESIDE.get(campagne, ()):
        rows.append(_draft(whole, whole.entered + timedelta(days=1)))
    if rank in _ANSWERED_TWICE.get(campagne, ()):
        rows.append(_earlier(whole, whole.entered - timedelta(days=6, hours=1)))
    return rows


def _draft(whole: Answer, left: datetime) -> Answer:
    names = list(whole.values)
    kept = names[: names.index(_LAST_OF_A_DRAFT) + 1]
    values: dict[str, Value] = {name: whole.values[name] for name in kept}
    values |= {"statut_reponse": "en_cours", "date_validation": None}
    return Answer(whole.action, values, left, "reponse_non_validee")


def _earlier(whole: Answer, validated: datetime) -> Answer:
    values = whole.values | {"date_validation": validated, "besoins": "Première version, corrigée ensuite."}
    return Answer(whole.action, values, validated, "reponse_en_double")
