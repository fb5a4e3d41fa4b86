"""A correction -> its entry in the corrections.yml of its campagne, the others being left as they are written."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from pipeline.preparation.declared_file import edited_yaml, replace_file, text_scalar
from pipeline.preparation.territory import check_row
from pipeline.staging.corrections import CORRECTIONS, Correction, load_corrections
from socle.paths import DataFolder
from socle.words.refusal import Refusal

_KEYS = ("fichier", "feuille", "ligne", "variable", "attendu", "valeur", "motif", "par", "date")


def add_correction(folder: DataFolder, correction: Correction, territory: str | None = None) -> None:
    """Write a correction; one of the same cell is replaced.

    Raise Refusal, writing nothing, when it is not usable, or when its row is not of the département of who corrects.
    """
    check_row(folder, territory, correction.campagne, correction.fichier, correction.ligne)
    _write(folder, correction, [correction])


def remove_correction(folder: DataFolder, correction: Correction, territory: str | None = None) -> None:
    """Take a correction away: the file's answer counts again. Raise Refusal as `add_correction`."""
    check_row(folder, territory, correction.campagne, correction.fichier, correction.ligne)
    _write(folder, correction, [])


def _write(folder: DataFolder, correction: Correction, written: list[Correction]) -> None:
    path = folder.raw / correction.campagne / CORRECTIONS
    if not path.parent.is_dir():
        raise Refusal("campagne_inconnue", campagne=correction.campagne, dossier=folder.raw.name)
    before = load_corrections(path.parent)
    others = [declared for declared in before if not _same_cell(declared, correction)]

    def change(content: Any) -> Any:
        entries = content if content is not None else []
        ranks = [rank for rank, declared in enumerate(before) if _same_cell(declared, correction)]
        if written and ranks:
            entries[ranks[0]].update(_entry(correction))
            ranks = ranks[1:]
        elif written:
            entries.append(_entry(correction))
        for rank in reversed(ranks):
            del entries[rank]
        return entries

    def check(tried: Path) -> None:
        now = load_corrections(tried.parent)
        # What is written must read as it was given, and the others as before.
        kept = [declared for declared in now if not _same_cell(declared, correction)]
        mine = [declared for declared in now if _same_cell(declared, correction)]
        if kept != others or len(mine) != len(written):
            raise Refusal("fichier_declare_illisible", fichier=f"{correction.campagne}/{CORRECTIONS}")

    replace_file(folder, path, edited_yaml(path, change), correction.par, check)


def _entry(correction: Correction) -> dict[str, Any]:
    values = {key: getattr(correction, key) for key in _KEYS}
    texts = {key: text_scalar(" ".join(value.split())) for key, value in values.items() if isinstance(value, str)}
    return {key: texts.get(key, values[key]) for key in _KEYS if values[key] is not None}


def _same_cell(correction: Correction, other: Correction) -> bool:
    same = replace(correction, feuille=None, attendu="", valeur="", motif="", par="", date="") == replace(
        other, feuille=None, attendu="", valeur="", motif="", par="", date=""
    )
    return same and (correction.feuille == other.feuille or None in (correction.feuille, other.feuille))
