"""etat/gels: the bilan as the committee adopted it, kept whole, to be had again whatever is built later.

One folder a campagne, département and content: what it says as JSON, and the PDF of that day.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from bilan.compose import compose
from bilan.content import DIFFUSION, Content
from bilan.content_json import from_json, to_json
from bilan.render import render
from pipeline.messages import Refusal
from socle.atomic import write_together
from socle.paths import DataFolder
from warehouse.campagnes import available
from warehouse.scope import PUBLIC

CONTENT, DOCUMENT, LABEL = "contenu.json", "bilan.pdf", "gel.json"
_PRIVATE = 0o600


@dataclass(frozen=True)
class Frozen:
    """One version that was kept."""

    nom: str
    """Of its folder: « 2019-2020-45-1a2b3c4d »; what it is asked by."""
    campagne: str
    departement: str
    version: str
    """The short hash of the figures of the build."""
    gele_le: str
    """UTC, ISO 8601."""
    par: str
    sha256: str
    """Of what it says."""


def freeze(folder: DataFolder, campagne: str, departement: str, by: str) -> Frozen:
    """Keep the bilan to diffuse of an adopted year; what is kept already is returned as it is.

    Raise Refusal when the year is not adopted there, or when nothing is published.
    """
    content = compose(folder, campagne, departement, DIFFUSION)
    written = to_json(content)
    digest = hashlib.sha256(written).hexdigest()
    place = folder.gels / f"{campagne}-{departement}-{digest[:8]}"
    if (place / LABEL).is_file():
        return _read(place)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    kept = Frozen(place.name, campagne, departement, content.version, now, by, digest)
    folder.gels.mkdir(mode=0o700, parents=True, exist_ok=True)
    place.mkdir(mode=0o700, exist_ok=True)
    write_together({place / CONTENT: written, place / DOCUMENT: render(content, "pdf")}, _PRIVATE)
    label = json.dumps(asdict(kept), ensure_ascii=False, indent=1).encode()
    write_together({place / LABEL: label}, _PRIVATE)
    return kept


def freeze_all(folder: DataFolder, campagne: str, by: str) -> list[Frozen]:
    """Keep the bilan of that year for each of its départements; raise Refusal as `freeze` does."""
    places = [place.code for place in available(folder, PUBLIC) if campagne in place.campagnes]
    return [freeze(folder, campagne, code, by) for code in places]


def frozen(folder: DataFolder, departement: str | None = None) -> list[Frozen]:
    """Return what was kept, the last first, of one département or of all."""
    found = [_read(label.parent) for label in folder.gels.glob(f"*/{LABEL}")]
    return sorted(
        (one for one in found if departement in (None, one.departement)), key=lambda one: one.gele_le, reverse=True
    )


def frozen_content(folder: DataFolder, name: str) -> Content:
    """Return what a kept version says; raise Refusal when there is none of that name, or when it was damaged."""
    known = {one.nom: one for one in frozen(folder)}
    if name not in known:
        raise Refusal("gel_inconnu", gel=name, connus=", ".join(known) or "aucune")
    written = (folder.gels / name / CONTENT).read_bytes()
    if hashlib.sha256(written).hexdigest() != known[name].sha256:
        raise Refusal("gel_abime", gel=name)
    return from_json(written)


def frozen_document(folder: DataFolder, name: str) -> bytes:
    """Return the PDF made that day; raise Refusal as `frozen_content` does."""
    frozen_content(folder, name)
    return (folder.gels / name / DOCUMENT).read_bytes()


def _read(place: Path) -> Frozen:
    return Frozen(**json.loads((place / LABEL).read_text(encoding="utf-8")))
