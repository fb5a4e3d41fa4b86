"""etat/gels: the bilan as the committee adopted it, kept whole, to be had again whatever is built later.

One folder a campagne, département and content: what it says as JSON, and the PDF of that day.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bilan.compose import compose
from bilan.model.content import DIFFUSION, Content
from bilan.model.content_json import NewerFormError, from_json, to_json
from bilan.render import render
from socle.files.atomic import write_together
from socle.paths import DataFolder
from socle.words.french import day
from socle.words.refusal import Refusal
from warehouse.listings.campagnes import available
from warehouse.scope import PUBLIC

CONTENT, DOCUMENT, LABEL = "contenu.json", "bilan.pdf", "gel.json"
_PRIVATE = 0o600
_NAME = re.compile(r"(\d{4}-\d{4})-(\w+)-[0-9a-f]{8}")


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
    """Of what it says; "" of one whose label can no longer be read."""
    sha256_pdf: str


def freeze(folder: DataFolder, campagne: str, departement: str, by: str) -> Frozen:
    """Keep the bilan to diffuse of an adopted year, or return as it is one that says the same, kept already and whole.

    Raise Refusal when the year is not adopted there, or when nothing is published.
    """
    content = compose(folder, campagne, departement, DIFFUSION)
    before = _kept_already(folder, content)
    if before and _is_whole(folder.gels / before.nom, before):
        return before
    written = to_json(content)
    content_hash = _hash(written)
    kept_in = folder.gels / (before.nom if before else f"{campagne}-{departement}-{content_hash[:8]}")
    document = render(content, "pdf")
    now = datetime.now(UTC).isoformat(timespec="seconds")
    kept = Frozen(kept_in.name, campagne, departement, content.version, now, by, content_hash, _hash(document))
    folder.gels.mkdir(mode=0o700, parents=True, exist_ok=True)
    kept_in.mkdir(mode=0o700, exist_ok=True)
    write_together({kept_in / CONTENT: written, kept_in / DOCUMENT: document}, _PRIVATE)
    label = json.dumps(asdict(kept), ensure_ascii=False, indent=1).encode()
    write_together({kept_in / LABEL: label}, _PRIVATE)
    return kept


def freeze_all(folder: DataFolder, pairs: Iterable[tuple[str, str]], by: str) -> list[Frozen]:
    """Keep the bilan of each campagne and département; raise Refusal as `freeze` does."""
    return [freeze(folder, campagne, departement, by) for campagne, departement in pairs]


def adopted_places(folder: DataFolder, campagne: str) -> list[tuple[str, str]]:
    """Return that campagne with each of the départements where it is adopted; raise Refusal if nothing is published."""
    return [(campagne, known.code) for known in available(folder, PUBLIC) if campagne in known.campagnes]


def frozen(folder: DataFolder, departement: str | None = None) -> list[Frozen]:
    """Return what was kept, the last first, of one département or of all; what was damaged since is among it."""
    gels = [kept for label in folder.gels.glob(f"*/{LABEL}") if (kept := _read(label.parent))]
    return sorted(
        (gel for gel in gels if departement in (None, gel.departement)), key=lambda gel: gel.gele_le, reverse=True
    )


def frozen_content(folder: DataFolder, name: str) -> Content:
    """Return what a kept version says.

    Raise Refusal when there is none of that name, when it was damaged, or when a later version of the program wrote it.
    """
    written = (_sound(folder, name) / CONTENT).read_bytes()
    try:
        return from_json(written)
    except NewerFormError as error:
        raise Refusal("gel_trop_recent", gel=name) from error
    except (ValueError, KeyError, TypeError) as error:
        raise Refusal("gel_abime", gel=name) from error


def frozen_document(folder: DataFolder, name: str, suffix: str = "pdf") -> bytes:
    """Return the PDF made that day, or another kind of document drawn again; raise Refusal as `frozen_content` does."""
    if suffix == "pdf":
        return (_sound(folder, name) / DOCUMENT).read_bytes()
    return render(frozen_content(folder, name), suffix)


def _kept_already(folder: DataFolder, content: Content) -> Frozen | None:
    """Return the kept version that says the same, whatever form it is written in and whatever became of its PDF."""
    for kept in frozen(folder, content.departement):
        path = folder.gels / kept.nom / CONTENT
        if kept.campagne != content.campagne or not _is_as_kept(path, kept.sha256):
            continue
        with suppress(ValueError, KeyError, TypeError):  # what cannot be read says nothing that could be the same
            if _without_build(from_json(path.read_bytes())) == _without_build(content):
                return kept
    return None


def _without_build(content: Content) -> Content:
    """Return what it says, but for the build that it comes from: building the same figures again changes nothing."""
    build = f"Version {content.version}, {day(content.built.date())}"
    return replace(content, version="", built=datetime.min, foot=content.foot.replace(build, ""))


def _sound(folder: DataFolder, name: str) -> Path:
    known = {gel.nom: gel for gel in frozen(folder)}
    if name not in known:
        raise Refusal("gel_inconnu", gel=name, connus=", ".join(known) or "aucune")
    if not _is_whole(folder.gels / name, known[name]):
        raise Refusal("gel_abime", gel=name)
    return folder.gels / name


def _is_whole(kept_in: Path, kept: Frozen) -> bool:
    hashes = {kept_in / CONTENT: kept.sha256, kept_in / DOCUMENT: kept.sha256_pdf}
    return all(_is_as_kept(path, expected) for path, expected in hashes.items())


def _is_as_kept(path: Path, expected: str) -> bool:
    return path.is_file() and _hash(path.read_bytes()) == expected


def _hash(written: bytes) -> str:
    return hashlib.sha256(written).hexdigest()


def _read(kept_in: Path) -> Frozen | None:
    """Return the version kept in that folder, None when there is none.

    A version whose label is damaged is still listed, by the name of its folder, so that its loss is seen.
    """
    named, label = _NAME.fullmatch(kept_in.name), kept_in / LABEL
    if not named or not label.is_file():
        return None
    try:
        kept = Frozen(**json.loads(label.read_bytes()))
        datetime.fromisoformat(kept.gele_le)
    except (ValueError, TypeError):
        return Frozen(kept_in.name, named[1], named[2], version="", gele_le="", par="", sha256="", sha256_pdf="")
    return kept
