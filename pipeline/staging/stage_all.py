"""Each raw file -> its typed rows on disk, made once and named by the hash of all that made them."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from types import MappingProxyType

from pipeline.codebook.model import Codebook
from pipeline.reading.campaigns import SEVERAL, Campaign, folder_departement, program_hash
from pipeline.reading.received import check_name, is_export, is_unread, one_form, received_hash, shown_name
from pipeline.reading.recognise import NOTHING_KNOWN
from pipeline.reading.text_tables import NO_SEPARATOR
from pipeline.staging.corrections import Correction, load_corrections, refuse_stale, unknown_files
from pipeline.staging.pool import Readers
from pipeline.staging.process import INTERRUPTED, PREFIX, Reader
from pipeline.staging.stage_file import MADE, Source
from pipeline.staging.staged import (
    Aside,
    KeptRows,
    Staged,
    copy_of,
    keep_adopted,
    keep_published,
    read_staged,
    set_copies_aside,
)
from socle.files.atomic import sync_tree
from socle.paths import DataFolder
from socle.words.refusal import Refusal


def stage_all(
    folder: DataFolder,
    codebook: Codebook,
    campaigns: Sequence[Campaign],
    inputs: Mapping[str, str],
    progress: Callable[[str], None],
    reread: Collection[str] = (),
    published: Mapping[str, str] = MappingProxyType({}),
    adopted: Mapping[str, KeptRows] = MappingProxyType({}),
) -> list[Staged]:
    """Return every raw file staged, the register first; what did not change since an earlier build is not read again.

    `inputs` gives each file's hash (campaigns.input_hashes); the files of the campagnes of `reread` are read whatever
    was kept of them; `published` is {label: staging folder} of the published build; `adopted` {label: rows} of the
    adopted years, which stand in for the files that did not change since. Raise Refusal when the register is missing or
    refused: without it no return can be attributed. Any other refused file is returned with its refusal and, when it
    held several porteurs, with its last published rows if there are any. Raise Refusal, too, when a correction does not
    apply: all those of all campagnes are named.
    """
    if not folder.register.is_file():
        raise Refusal("porteurs_absent", fichier=folder.register.name)
    stager = Stager(folder.staging, codebook)
    corrections = {campaign.name: load_corrections(campaign.folder) for campaign in campaigns}
    sources = list(all_sources(folder, campaigns, corrections))
    hashes = {source.path: _hash(source, folder, inputs) for source in sources}
    firsts = _firsts(sources, hashes)
    read = [source for source in sources if firsts[source.path] is source]
    made = stager.stage_all([(source, hashes[source.path], source.campagne in reread) for source in read])
    staged = []
    for source in read:
        progress(f"Lecture de {source.label}")
        staged.append(_unless_prose(source, next(made)))
    staged = keep_adopted(staged, adopted, {source.label: context_of(source, inputs) for source in read})
    if staged[0].refusal:
        raise staged[0].refusal
    refuse_stale(
        [
            fault
            for name, declared in corrections.items()
            for fault in unknown_files(declared, [file.fichier for file in read if file.campagne == name])
        ]
        + [fault for file in staged for fault in file.stale_corrections]
    )
    of_build = {name: _rows_of(folder, place) for name, place in published.items()}
    staged = keep_published(set_copies_aside(staged), of_build)
    stager.drop_stale(staged)
    return [*staged, *_copies(sources, firsts, staged), *_unread(folder, campaigns, inputs)]


def _hash(source: Source, folder: DataFolder, inputs: Mapping[str, str]) -> str:
    # A file that arrived since the folder was listed has no hash: it is refused as changing.
    known = inputs.get(one_form(source.path.relative_to(folder.raw).as_posix()), "(nouveau)")
    return received_hash(source.path) if SEVERAL in known else known


def _firsts(sources: Sequence[Source], hashes: Mapping[Path, str]) -> dict[Path, Source]:
    """For each file, the one of its campagne that has its bytes and is read: corrected, or of the plainest name."""
    by_bytes: dict[tuple[str, ...], list[Source]] = {}
    for source in sources:
        # A name that is refused is told, and stands for no other file.
        own: tuple[str, ...] = (str(source.path),)
        if _is_well_named(source.path):
            own = (source.campagne or str(source.path), source.path.suffix.lower(), hashes[source.path])
        by_bytes.setdefault(own, []).append(source)
    return {
        source.path: min(alike, key=lambda one: (not one.corrections, len(one.fichier), one.fichier))
        for alike in by_bytes.values()
        for source in alike
    }


def _is_well_named(path: Path) -> bool:
    try:
        check_name(path.name)
    except Refusal:
        return False
    return True


def _copies(sources: Sequence[Source], firsts: Mapping[Path, Source], staged: Sequence[Staged]) -> Iterator[Staged]:
    read = {file.label: file for file in staged}
    for source in sources:
        first = firsts[source.path]
        if first is not source and (kept := read.get(first.label)):
            yield copy_of(replace(kept, fichier=source.fichier), kept)


def _unread(folder: DataFolder, campaigns: Sequence[Campaign], inputs: Mapping[str, str]) -> Iterator[Staged]:
    """What was received and is no table: named, so that nothing is passed over in silence."""
    found = [("", path, path.name) for path in sorted(folder.raw.iterdir()) if is_unread(path)]
    found += [(c.name, path, path.relative_to(c.folder).as_posix()) for c in campaigns for path in c.unread]
    for campagne, path, name in found:
        fichier = shown_name(name)
        sha256 = inputs.get(one_form(path.relative_to(folder.raw).as_posix()), "")
        yield _set_aside(Staged(campagne, fichier, sha256, folder.staging), "fichier_non_lu")


def _unless_prose(source: Source, staged: Staged) -> Staged:
    """A text of which nothing looks like a table is a note that someone left, and no export that is refused."""
    refusal = staged.refusal
    if refusal is None or source.path.suffix.lower() != ".txt":
        return staged
    said = (refusal.values.get("raison"), refusal.values.get("proche"))
    is_prose = refusal.code == "fichier_vide" or NO_SEPARATOR in said or NOTHING_KNOWN in said
    return _set_aside(replace(staged, refusal=None), "texte_non_lu") if is_prose else staged


def _set_aside(staged: Staged, code: str) -> Staged:
    return replace(staged, asides=(Aside(code, None, {"fichier": staged.fichier}),))


def _rows_of(folder: DataFolder, place: str) -> Path:
    """The folder of rows that a build declares, see Staged.place."""
    return (folder.home or folder.root) / place if "/" in place else folder.staging / place


def context_of(source: Source, inputs: Mapping[str, str]) -> str:
    """Return a hash of what the reading of a file depends on, beside itself, the program and what counts for all years:
    its corrections, its départements, the formats of its campagne.
    """
    corrected = [[c.feuille, c.ligne, c.variable, c.attendu, c.valeur] for c in source.corrections]
    formats = inputs.get(f"{source.campagne}/formats.yml", "")
    said = json.dumps([source.departements, corrected, formats])
    return hashlib.sha256(said.encode()).hexdigest()


def all_sources(
    folder: DataFolder, campaigns: Sequence[Campaign], corrections: Mapping[str, Sequence[Correction]]
) -> Iterator[Source]:
    """Yield the register, the files that lie in no campagne's folder, then those of each campagne."""
    yield Source("", (), folder.register, folder.register.name)
    seen: set[str] = set()
    for path in sorted(folder.raw.iterdir()):
        # A folder there is a campagne.
        if is_export(path) and (path.is_file() or path.is_symlink()) and path != folder.register:
            yield Source("", (), path, shown_name(path.name), astray=True)
    for campaign in campaigns:
        for path in campaign.files:
            fichier = shown_name(path.relative_to(campaign.folder).as_posix())
            own = tuple(c for c in corrections[campaign.name] if c.fichier == fichier)
            label = f"{campaign.name}/{fichier}"
            own_departement, named = campaign.departement_of(fichier), folder_departement(fichier)
            # The name of a commune is looked for where the rows of the file can be.
            departements = (own_departement,) if own_departement else campaign.departements
            undeclared = named if named and not own_departement else None
            yield Source(campaign.name, departements, path, fichier, own, undeclared=undeclared, second=label in seen)
            seen.add(label)


class Stager:
    """Stages files in child processes, side by side; those that did not change are kept."""

    def __init__(self, staging: Path, codebook: Codebook) -> None:
        self._staging = staging.absolute()
        self._codebook = codebook
        self._program = program_hash()

    def stage(self, source: Source, sha256: str, again: bool = False) -> Staged:
        """Return the staged form of one file, see `stage_all`."""
        return next(self.stage_all([(source, sha256, again)]))

    def stage_all(self, files: Sequence[tuple[Source, str, bool]]) -> Iterator[Staged]:
        """Yield the staged form of each (source, hash, again), in order: from disk unless `again` or it has changed."""
        self._staging.mkdir(parents=True, exist_ok=True)
        missing = [file for file in files if file[2] or not self._is_kept(*file[:2])]
        with Readers([source.path for source, *_ in missing], self._codebook, self._staging) as readers:
            making = {id(file): readers.submit(self._make, *file[:2]) for file in missing}
            for file in files:
                if id(file) in making:
                    making[id(file)].result()
                kept = self._kept(*file[:2])
                if kept is None:
                    raise FileNotFoundError(self._staging / self._key(*file[:2]))
                yield kept

    def drop_stale(self, kept: Sequence[Staged]) -> None:
        """Delete what no file of the present raw folder needs any more."""
        names = {(staged.today or staged).folder.name for staged in kept}
        for path in self._staging.iterdir():
            if path.is_dir() and path.name not in names:
                shutil.rmtree(path)

    def _kept(self, source: Source, sha256: str) -> Staged | None:
        return read_staged(source.campagne, source.fichier, sha256, self._staging / self._key(source, sha256))

    def _is_kept(self, source: Source, sha256: str) -> bool:
        kept = self._kept(source, sha256)
        # What stopped the child may be the machine's doing, not the file's.
        return kept is not None and (kept.refusal is None or kept.refusal.code != INTERRUPTED)

    def _key(self, source: Source, sha256: str) -> str:
        parts = [source.label, sha256, self._program, self._codebook.hash, *source.departements]
        parts += [json.dumps(asdict(correction)) for correction in source.corrections]
        return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]

    def _make(self, reader: Reader, source: Source, sha256: str) -> None:
        target = self._staging / self._key(source, sha256)
        shutil.rmtree(target, ignore_errors=True)
        with tempfile.TemporaryDirectory(dir=self._staging, prefix=PREFIX) as workspace:
            reader.stage(source, sha256, Path(workspace))
            made = Path(workspace) / MADE
            sync_tree(made)
            made.replace(target)
