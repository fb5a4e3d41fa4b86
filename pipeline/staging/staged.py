"""A raw file once read, as it is kept on disk from one build to the next, and what stands in for a refused one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from socle.files.sealed import file_hash, known_hash, seal, unseal
from socle.words.refusal import Refusal
from socle.words.states import IGNORED, SET_ASIDE

_DECLARATION = "fichier.json"


@dataclass(frozen=True)
class StagedTable:
    """One recognised sheet or CSV, staged."""

    name: str
    """Prefix of its three Parquet files: lignes, prive, anomalies."""
    feuille: str
    format: str
    nature: str
    grain: str | None
    encodage: str
    records: int
    questions: dict[str, str]
    """{variable: header as the file writes it}."""
    ignored: tuple[str, ...]
    partie: str | None
    cle: str | None
    """Of a part: the variable that joins it to its returns."""
    of_one_porteur: bool
    """True for a fiche: its file is the return of one porteur."""
    lines: dict[str, int]
    """In a fiche, {variable: spreadsheet row of its answer}."""
    content: str = ""
    """What it answers, whatever the container: two tables of one content are one table received twice."""


@dataclass(frozen=True)
class Aside:
    """Something of a file, or a file, that is not read; the agent alone is told."""

    code: str
    """Of a sentence of messages.yml, under refus."""
    feuille: str | None
    values: Mapping[str, object]

    @property
    def sentence(self) -> str:
        """What is said of it."""
        return str(Refusal(self.code, **self.values))

    @property
    def state(self) -> str:
        """Its state among FILE_STATES: a sheet of no known export, as a notice, is not worth a word on a page."""
        return IGNORED if self.code in ("feuille_non_lue", "feuille_masquee_inconnue") else SET_ASIDE


@dataclass(frozen=True)
class Staged:
    """A raw file once read: its staged tables, or the refusal of the whole file."""

    campagne: str
    fichier: str
    sha256: str
    folder: Path
    tables: tuple[StagedTable, ...] = ()
    refusal: Refusal | None = None
    asides: tuple[Aside, ...] = ()
    """What of it is not read, the rest being read."""
    of_one_porteur: bool = False
    """True when a refused file looks like the return of one porteur, and not like that of many."""
    stale_corrections: tuple[str, ...] = ()
    """What is wrong with the corrections that no longer apply to it."""

    @property
    def label(self) -> str:
        """The file as it is named to people."""
        return label(self.campagne, self.fichier)


def label(campagne: str, fichier: str) -> str:
    """Return how a raw file is named to people, and from one build to the next."""
    return f"{campagne}/{fichier}".strip("/")


def write_staged(
    folder: Path,
    tables: Iterable[StagedTable],
    refusal: Refusal | None,
    asides: Sequence[Aside],
    of_one_porteur: bool,
    stale_corrections: Sequence[str],
) -> None:
    """Write what a file says of itself beside its rows."""
    declared = {
        "tables": [asdict(table) for table in tables],
        "code": refusal.code if refusal else None,
        "values": refusal.values if refusal else {},
        "asides": [asdict(aside) for aside in asides],
        "of_one_porteur": of_one_porteur,
        "stale_corrections": stale_corrections,
        "empreintes": {path.name: file_hash(path) for path in _rows(folder)},
    }
    (folder / _DECLARATION).write_bytes(seal(declared))


def read_staged(campagne: str, fichier: str, sha256: str, folder: Path) -> Staged | None:
    """Return a file as it was kept; None when it is not there whole, or was written by an older program."""
    try:
        declared = unseal((folder / _DECLARATION).read_bytes())
        if declared["empreintes"] != {path.name: known_hash(path) for path in _rows(folder)}:
            return None
        return Staged(
            campagne=campagne,
            fichier=fichier,
            sha256=sha256,
            folder=folder,
            tables=tuple(StagedTable(**table) for table in declared["tables"]),
            refusal=Refusal(declared["code"], **declared["values"]) if declared["code"] else None,
            asides=tuple(Aside(**aside) for aside in declared.get("asides", ())),
            stale_corrections=tuple(declared["stale_corrections"]),
            of_one_porteur=declared["of_one_porteur"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _rows(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))


def keep_published(staged: Sequence[Staged], published: Mapping[str, str], folder: Path) -> list[Staged]:
    """Return the files, those refused that held several porteurs having their last published rows again.

    So does a file that is gone, in a campagne where another one is refused: it was meant to replace it. `published` is
    {label: folder in staging} of the published build, `folder` that of staging.
    """
    present = {file.label for file in staged}
    kept: list[Staged] = []
    waiting: dict[str, Staged] = {}
    for file in staged:
        many = file.refusal is not None and not file.of_one_porteur
        earlier = _published(file, file.fichier, published, folder) if many else None
        kept.append(earlier or file)
        if many and earlier is None:
            waiting.setdefault(file.campagne, file)
    for name in sorted(set(published) - present):
        campagne, _, fichier = name.partition("/")
        if campagne in waiting and (earlier := _published(waiting[campagne], fichier, published, folder)):
            kept.append(earlier)
    return kept


def _published(refused: Staged, fichier: str, published: Mapping[str, str], folder: Path) -> Staged | None:
    name = published.get(label(refused.campagne, fichier))
    earlier = read_staged(refused.campagne, fichier, refused.sha256, folder / name) if name else None
    if earlier is None or any(table.of_one_porteur for table in earlier.tables):
        return None
    return replace(earlier, refusal=refused.refusal, asides=())


def set_copies_aside(staged: Sequence[Staged]) -> list[Staged]:
    """Return the files, those that say just what another one of their campagne says being set aside.

    A table saved in another container is one of them. The one that is kept is the first of `staged`.
    """
    seen: dict[tuple[object, ...], Staged] = {}
    kept = []
    for file in staged:
        said = _content(file)
        first = seen.setdefault((file.campagne, said), file) if said else file
        kept.append(file if first is file else copy_of(file, first))
    return kept


def copy_of(file: Staged, first: Staged) -> Staged:
    """Return the file as one of which nothing is read, since `first` says it all."""
    aside = Aside("fichier_en_double", None, {"fichier": file.fichier, "autre": first.fichier})
    return replace(file, tables=(), refusal=None, asides=(aside,), stale_corrections=())


def _content(file: Staged) -> tuple[tuple[str | None, ...], ...]:
    """What a file that is read says; empty for any other."""
    if file.refusal or not all(table.content for table in file.tables):
        return ()
    return tuple(sorted((t.format, t.partie or "", t.content) for t in file.tables))
