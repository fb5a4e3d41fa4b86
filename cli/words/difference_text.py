"""What changes between two builds -> the lines that say it, counts first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from bilan.words.numbers import SayingThresholds
from bilan.words.values import change_text
from cli.words.screen import say
from socle.words.french import count
from socle.words.states import FILE_STATES, campagne_text

if TYPE_CHECKING:
    from pipeline.builds.difference import Difference

Row = dict[str, Any]


def show_difference(difference: Difference, rules: SayingThresholds, shown: int) -> None:
    """Say what changes: each kind with its count, then at most `shown` lines of it."""
    if difference.avant is None:
        say("Première construction\u202f: rien n'était publié avant elle.")
    elif not difference:
        say(f"Rien ne change par rapport à la construction {difference.avant}.")
    else:
        say(f"Ce qui change par rapport à la construction {difference.avant}\u202f:")
    for title, lines in _sections(difference, rules):
        say(f"- {title}" + ("\u202f:" if shown and lines else "."))
        for line in lines[:shown]:
            say(f"  - {line}")
        if shown and len(lines) > shown:
            say(f"  - et {count(len(lines) - shown, 'autre')}.")


def _sections(difference: Difference, rules: SayingThresholds) -> Iterator[tuple[str, list[str]]]:
    kinds: Sequence[tuple[list[Row], str, str, Any]] = (
        (difference.etats, "année change d'état", "années changent d'état", _state),
        (difference.fichiers, "fichier", "fichiers", _file),
        (difference.bilans, "bilan", "bilans", _return),
        (difference.indicateurs, "indicateur du catalogue", "indicateurs du catalogue", _indicator),
        (difference.chiffres, "chiffre", "chiffres", partial(figure_line, rules)),
        (difference.points, "point relevé", "points relevés", _point),
    )
    for rows, singular, many, line in kinds:
        if rows:
            yield count(len(rows), singular, many), [line(row) for row in rows]


def _state(row: Row) -> str:
    return f"{_where(row)}\u202f: {campagne_text(row['etat_avant'])}, puis {campagne_text(row['etat'])}"


def _file(row: Row) -> str:
    said = row["changement"] if row["changement"] != "inchangé" else f"était {FILE_STATES[row['statut_avant']]}"
    read = FILE_STATES.get(row["statut"]) if row["changement"] != "retiré" else None
    name = f"{row['campagne']}/{row['fichier']}".strip("/")
    return f"{name}\u202f: {said}" + (f", {read}" if read else "")


def _return(row: Row) -> str:
    action = f", action {row['action_id']}" if row["action_id"] else ""
    return f"{row['campagne']}\u202f: {row['raison_sociale'] or row['porteur_id']}{action} ({row['changement']})"


def _indicator(row: Row) -> str:
    return f"{row['libelle']} ({row['changement']})"


def figure_line(rules: SayingThresholds, row: Row) -> str:
    """Return a figure before and after: « 2019-2020, 45, Enfants accueillis : 485, puis 471 »."""
    where = "France" if row["niveau"] == "france" else row["code"]
    before, after = (change_text(row, side, rules) for side in ("_avant", ""))
    return f"{row['campagne']}, {where}, {row['libelle']}\u202f: {before}, puis {after}"


def _point(row: Row) -> str:
    sheet = f", feuille {row['feuille']}" if row["feuille"] else ""
    where = f"{row['fichier']}{sheet}" + (f", ligne {row['ligne']}" if row["ligne"] else "")
    return f"{row['campagne']} ({row['changement']}), {where}\u202f: {row['message']}"


def _where(row: Row) -> str:
    return f"{row['campagne']} ({row['departement']})" if row["departement"] else str(row["campagne"])
