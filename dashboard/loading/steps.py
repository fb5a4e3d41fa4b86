"""Where one is in a load: what is on disk says how far one may go, the session which step is looked at."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import streamlit as st

from dashboard.loading.territory import year_of
from dashboard.visit.visitor import Visitor
from pipeline.deposits.load_history import Change
from pipeline.preparation import preparation
from pipeline.preparation.preparation import Preparation
from pipeline.reading.campaigns import input_hashes
from pipeline.reading.received import one_form
from pipeline.staging.corrections import load_corrections
from pipeline.trial import current_trial
from socle.files.manifest import Manifest, pointed_build, read_manifest

CHOOSE, RECOGNISE, TRY, COMPARE, PUBLISH = range(1, 6)
TITLES = {
    CHOOSE: "Choisir l'année et le fichier",
    RECOGNISE: "Ce qui a été reconnu",
    TRY: "Essai et points à vérifier",
    COMPARE: "Ce qui va changer",
    PUBLISH: "Publier",
}
_KEY = "chargement_etape"
_DECLARED = (".yml",)


@dataclass(frozen=True)
class Loading:
    """A load under way."""

    visitor: Visitor
    preparation: Preparation | None
    changes: tuple[Change, ...]
    trial: Path | None
    """The last trial of this load; None when there is none."""
    fresh: bool
    """Whether the trial is of just what is prepared: nothing changed since."""

    @property
    def files(self) -> tuple[tuple[str, str], ...]:
        """(campagne, name) of the files received that are added or changed."""
        return tuple(_file(change) for change in self.changes if change.apres and _is_received(change))

    @property
    def removed(self) -> tuple[tuple[str, str], ...]:
        """(campagne, name) of the files received that go."""
        return tuple(_file(change) for change in self.changes if not change.apres and _is_received(change))

    @property
    def labels(self) -> list[str]:
        """The files whose points are shown: those received now, and those corrected in the same years."""
        raw = self.visitor.folder.prepared().raw
        corrected = [
            f"{name}/{correction.fichier}" for name in self.campagnes for correction in load_corrections(raw / name)
        ]
        return list(dict.fromkeys([*(f"{campagne}/{name}" for campagne, name in self.files), *corrected]))

    @property
    def own_labels(self) -> list[str]:
        """Those of them that are the visitor's, whole: what is read of one of several départements is not told."""
        prepared = self.visitor.folder.prepared()
        own = {name: year_of(self.visitor, prepared, name) for name in self.campagnes}
        split = [(label, *label.split("/", 1)) for label in self.labels]
        return [
            label for label, name, file in split if (year := own.get(name)) and year.file(self.visitor.territory, file)
        ]

    @property
    def campagnes(self) -> list[str]:
        """The years of which something changes, latest first."""
        return sorted({campagne for change in self.changes if (campagne := _campagne(change))}, reverse=True)

    @property
    def manifest(self) -> Manifest | None:
        """What the trial declares of itself."""
        return read_manifest(self.trial) if self.trial else None

    @property
    def furthest(self) -> int:
        """The last step that can be looked at."""
        if not self.changes:
            return CHOOSE
        return PUBLISH if self.fresh else TRY


def loading(visitor: Visitor) -> Loading:
    """Return the load under way."""
    prepared = preparation.find(visitor.folder)
    changed = preparation.changes(visitor.folder) if prepared else ()
    trial = current_trial(visitor.folder) if prepared and changed else None
    manifest = read_manifest(trial) if trial else None
    if prepared is None or manifest is None or manifest.created_at < prepared.commencee_le:
        return Loading(visitor, prepared, changed, None, fresh=False)
    same = manifest.inputs == input_hashes(visitor.folder.prepared()) and manifest.base == pointed_build(visitor.folder)
    return Loading(visitor, prepared, changed, trial, same)


def step(load: Loading) -> int:
    """Return the step to draw."""
    asked = st.session_state.get(_KEY, RECOGNISE if load.changes else CHOOSE)
    return min(int(asked), load.furthest)


def go(number: int) -> None:
    """Look at another step."""
    st.session_state[_KEY] = number
    st.rerun()


def show_steps(current: int) -> None:
    """Draw the steps, the present one named first."""
    st.subheader(f"Étape {current} sur {len(TITLES)}\u202f: {TITLES[current]}")
    said = [
        f"**{number}\\. {title}**" if number == current else f"{number}\\. {title}{' ✓' if number < current else ''}"
        for number, title in TITLES.items()
    ]
    st.markdown(" → ".join(said))


def show_moves(load: Loading, current: int, following: str = "") -> None:
    """Draw the buttons that go to the step before and, when `following` names it, to the next one."""
    with st.container(horizontal=True):
        if current > CHOOSE and st.button("Revenir", key=f"revenir_{current}"):
            go(current - 1)
        if following and current < load.furthest and st.button(following, type="primary", key=f"continuer_{current}"):
            go(current + 1)


def _is_received(change: Change) -> bool:
    return bool(_campagne(change)) and PurePosixPath(change.chemin).suffix.lower() not in _DECLARED


def _campagne(change: Change) -> str:
    parts = PurePosixPath(change.chemin).parts
    return parts[1] if len(parts) > 2 and parts[0] == "raw" else ""


def _file(change: Change) -> tuple[str, str]:
    parts = PurePosixPath(change.chemin).parts
    return parts[1], one_form("/".join(parts[2:]))
