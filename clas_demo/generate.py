"""A seed -> the fictitious raw folder of the demo, byte for byte the same each time, and the faults planted in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, fields
from pathlib import Path

from clas_demo.campaigns import write_campaign
from clas_demo.faults.errors import Planted
from clas_demo.files.files import write_csv
from clas_demo.files.render import Hand, make_table
from clas_demo.world.actions import agreed_actions
from clas_demo.world.porteurs import register_rows
from clas_demo.world.tables import Record

SEED = 20192020


def generate(out: Path, planted_list: Path | None = None, seed: int = SEED) -> list[Planted]:
    """Write the register and every campagne under `out`, and the planted faults in `planted_list`; return them."""
    out.mkdir(parents=True, exist_ok=True)
    records = [Record([], row) for row in register_rows()]
    write_csv(out / "porteurs.csv", make_table("porteurs", records, [Hand()] * len(records), [()] * len(records)))
    planted = []
    for campagne, actions in agreed_actions(seed).items():
        planted += write_campaign(seed, campagne, actions, out / campagne)
    if planted_list:
        planted_list.parent.mkdir(parents=True, exist_ok=True)
        planted_list.write_text(planted_csv(planted), encoding="utf-8", newline="")
    return planted


def planted_csv(planted: Sequence[Planted]) -> str:
    """Return the list of planted faults as CSV (`;`), one line an anomaly to expect."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, [field.name for field in fields(Planted)], delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(fault) for fault in planted)
    return text.getvalue()
