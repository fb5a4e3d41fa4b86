"""What each rule of a table gave -> its page, and beside it Great Expectations' own JSON: counts, and no cell."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from pipeline.quality.check import Check, CheckOutcome, description
from socle.words.french import count, number
from socle.words.states import SEVERITIES

_TEMPLATE = "controles.html"
_GRAVITIES = list(SEVERITIES)


def write_pages(
    view: str, rules: Sequence[tuple[Check, CheckOutcome]], results: Mapping[str, Any], folder: Path
) -> None:
    """Write `view`.html and, from what Great Expectations says of the run, `view`.json; refresh index.html."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=1)
    (folder / f"{view}.json").write_text(text, encoding="utf-8")
    failed = sum(not outcome.success for _, outcome in rules)
    _write(
        folder / f"{view}.html",
        titre=f"Contrôles de la table « {view} »",
        resume=f"{count(len(rules), 'règle')}, dont {failed} en défaut.",
        regles=[_row(*rule) for rule in sorted(rules, key=_broken_first)],
    )
    tables = sorted(page.stem for page in folder.glob("*.json"))
    _write(folder / "index.html", titre="Contrôles des données", tables=tables)


def _broken_first(rule: tuple[Check, CheckOutcome]) -> tuple[bool, int]:
    check, outcome = rule
    return outcome.success, _GRAVITIES.index(check.severity)


def _row(check: Check, outcome: CheckOutcome) -> dict[str, object]:
    return {
        "id": check.id,
        "enonce": description(check),
        "gravite": check.severity,
        "tenue": outcome.success,
        "en_defaut": number(outcome.unexpected),
        "controlees": number(outcome.evaluated),
    }


def _write(path: Path, **values: object) -> None:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    path.write_text(environment.get_template(_TEMPLATE).render(values), encoding="utf-8")
