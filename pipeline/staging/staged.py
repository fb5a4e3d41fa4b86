"""A raw file once read, as it is kept on disk from one build to the next, and what stands in for a refused one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from pipeline.reading.campaigns import KEPT_ROWS
from socle.files.sealed import file_hash, known_hash, seal, unseal
from socle.words.refusal import Refusal
from socle.words.states import IGNORED, SET_ASIDE

_DECLARATION = "fichier.json"
_PERSONAL = "*.prive.parquet"


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
    today: Staged | None = None
    """Of rows kept with an adopted year: the same file as today's program reads it."""

    @property
    def label(self) -> str:
        """The file as it is named to people."""
        return label(self.campagne, self.fichier)

    @property
    def place(self) -> str:
        """Where its rows are, as a build declares it: their folder in staging, or its path from the data folder."""
        kept = self.folder.parent.parent.name.endswith(KEPT_ROWS)
        return "/".join(self.folder.parts[-5:]) if kept else self.folder.name


@dataclass(frozen=True)
class KeptRows:
    """The rows of one file, kept since its year was adopted, and what they were read from."""

    sha256: str
    contexte: str
    """All that their reading depended on beside the file and the program, see stage_all.context_of."""
    folder: Path


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
            tables=tuple(_table(table) for table in declared["tables"]),
            refusal=Refusal(declared["code"], **declared["values"]) if declared["code"] else None,
            asides=tuple(Aside(**aside) for aside in declared.get("asides", ())),
            stale_corrections=tuple(declared["stale_corrections"]),
            of_one_porteur=declared["of_one_porteur"],
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _table(declared: Mapping[str, Any]) -> StagedTable:
    """One written by another version of the program may say more: what is not known is left out."""
    known = {field.name for field in fields(StagedTable)}
    return StagedTable(**{name: value for name, value in declared.items() if name in known})


def copy_without_personal(source: Path, target: Path) -> None:
    """Copy a staged file, private (0600), without its personal cells, which are never kept beside what is adopted."""
    target.mkdir(mode=0o700)
    for path in set(source.glob("*.parquet")) - set(source.glob(_PERSONAL)):
        shutil.copyfile(path, target / path.name)
        (target / path.name).chmod(0o600)
    declared = unseal((source / _DECLARATION).read_bytes())
    declared["empreintes"] = {path.name: file_hash(path) for path in _rows(target)}
    (target / _DECLARATION).write_bytes(seal(declared))
    (target / _DECLARATION).chmod(0o600)


def keep_adopted(staged: Sequence[Staged], kept: Mapping[str, KeptRows], contexts: Mapping[str, str]) -> list[Staged]:
    """Return the files, those of `kept` ({label: rows}) that did not change since being those rows again.

    A file that changed, or whose rows are lost, stays as today's program reads it.
    """
    return [_adopted(file, kept.get(file.label), contexts[file.label]) for file in staged]


def _adopted(file: Staged, rows: KeptRows | None, context: str) -> Staged:
    if rows is None or (rows.sha256, rows.contexte) != (file.sha256, context):
        return file
    earlier = read_staged(file.campagne, file.fichier, file.sha256, rows.folder)
    return replace(earlier, today=file) if earlier else file


def _rows(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.parquet"))


def keep_published(staged: Sequence[Staged], published: Mapping[str, Path]) -> list[Staged]:
    """Return the files, those refused that held several porteurs having their last published rows again.

    So does a file that is gone, in a campagne where another one is refused: it was meant to replace it. `published` is
    {label: folder of its rows} of the published build.
    """
    present = {file.label for file in staged}
    kept: list[Staged] = []
    waiting: dict[str, Staged] = {}
    for file in staged:
        many = file.refusal is not None and not file.of_one_porteur
        earlier = _published(file, file.fichier, published) if many else None
        kept.append(earlier or file)
        if many and earlier is None:
            waiting.setdefault(file.campagne, file)
    for name in sorted(set(published) - present):
        campagne, _, fichier = name.partition("/")
        if campagne in waiting and (earlier := _published(waiting[campagne], fichier, published)):
            kept.append(earlier)
    return kept


def _published(refused: Staged, fichier: str, published: Mapping[str, Path]) -> Staged | None:
    folder = published.get(label(refused.campagne, fichier))
    earlier = read_staged(refused.campagne, fichier, refused.sha256, folder) if folder else None
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
