"""The actions agréées of a campagne -> the returns received, in their order, drafts and second answers included."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from clas_demo.world.answers import answer, structure_answer
from clas_demo.world.model import ANCHOR, FORMATS, Action, Answer, Value, first_year

# Ranks of actions, a campagne. Those that never started answer nothing either, nor those that stopped, but one.
_SILENT = {
    "2014-2015": (13, 19, 20, 25, 26),
    "2015-2016": (3, 4, 16),
    "2016-2017": (9, 35),
    "2017-2018": (6, 28),
    "2018-2019": (3, 17, 35),
    "2020-2021": (20, 32),
    "2021-2022": (12, 34),
    "2022-2023": (24,),
    "2023-2024": (4, 25, 36),
    "2024-2025": (9,),
}
_STOPPED_AND_ANSWERED = ("45-2017-036", "45-2022-033")
_DRAFT_ONLY = {"2014-2015": (28,), "2017-2018": (11,), "2018-2019": (26,), "2022-2023": (14,), "2024-2025": (17,)}
_DRAFT_BESIDE = {ANCHOR: (12,), "2021-2022": (20,)}
_ANSWERED_TWICE = {"2015-2016": (8,), "2017-2018": (4, 31), "2018-2019": (22,), ANCHOR: (30,), "2020-2021": (14,),
                   "2021-2022": (28,), "2023-2024": (7,)}  # fmt: skip
"""Where a structure answered once for all, the rank is that of its first action."""

_LAST_OF_A_DRAFT = {"questionnaire-2014": "siret", "questionnaire-2016": "nb_enfants_prevu"}
"""Where the person who left a draft stopped; since 2021 nothing but the first sheet was filled."""
_NUMBERED = {"elan-2021": "D{year}-{number:05d}", "trame-2025": "B{year}-{number:03d}"}


def returns(seed: int, campagne: str, actions: Sequence[Action]) -> list[Answer]:
    """Return every row of the export, in the order in which they were entered."""
    by_structure = FORMATS[campagne] == "questionnaire-2014"
    received = [
        row
        for rank, action in enumerate(actions, start=1)
        if _answers(action, rank) and not (by_structure and _same_porteur(actions[: rank - 1], action))
        for row in _rows(structure_answer(seed, action) if by_structure else answer(seed, action), rank)
    ]
    received.sort(key=lambda row: row.entered)
    numbered = _NUMBERED.get(FORMATS[campagne], "Q{year}-{number:04d}")
    for number, row in enumerate(received, start=1):
        row.values["reponse_id"] = numbered.format(year=first_year(campagne) + 1, number=number)
    return received


def _same_porteur(earlier: Sequence[Action], action: Action) -> bool:
    return any(other.porteur == action.porteur and other.statut == "agreee" for other in earlier)


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
    last = _LAST_OF_A_DRAFT.get(FORMATS[whole.action.campagne], "quartier")
    kept = names[: names.index(last) + 1]
    values: dict[str, Value] = {name: whole.values[name] for name in kept}
    values |= {"statut_reponse": "en_cours", "date_validation": None}
    values |= {name: whole.values[name] for name in ("tiers_id", "porteur_id") if name in whole.values}
    return Answer(whole.action, values, left, "reponse_non_validee")


def _earlier(whole: Answer, validated: datetime) -> Answer:
    values = whole.values | {"date_validation": validated}
    if "besoins" in values:
        values["besoins"] = "Première version, corrigée ensuite."
    return Answer(whole.action, values, validated, "reponse_en_double", whole.collectifs)
