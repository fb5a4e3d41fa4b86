"""What changes between two builds -> the lines that say it, counts first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from cli.words.figures_text import value_text
from cli.words.screen import say
from socle.french import count

if TYPE_CHECKING:
    from pipeline.builds.difference import Difference

Row = dict[str, Any]
_STATES = {"provisoire": "provisoire", "arretee": "arrêtée", None: "absente"}
_READ = {"charge": "lu", "refuse": "refusé", "perime": "refusé, ses dernières lignes publiées sont gardées"}


def show_difference(difference: Difference, shown: int) -> None:
    """Say what changes: each kind with its count, then at most `shown` lines of it."""
    if difference.avant is None:
        say("Première construction\u202f: rien n'était publié avant elle.")
    elif not difference:
        say(f"Rien ne change par rapport à la construction {difference.avant}.")
    else:
        say(f"Ce qui change par rapport à la construction {difference.avant}\u202f:")
    for title, lines in _sections(difference):
        say(f"- {title}" + ("\u202f:" if shown and lines else "."))
        for line in lines[:shown]:
            say(f"  - {line}")
        if shown and len(lines) > shown:
            say(f"  - et {count(len(lines) - shown, 'autre')}.")


def _sections(difference: Difference) -> Iterator[tuple[str, list[str]]]:
    kinds: Sequence[tuple[list[Row], str, str, Any]] = (
        (difference.etats, "année change d'état", "années changent d'état", _state),
        (difference.fichiers, "fichier", "fichiers", _file),
        (difference.bilans, "bilan", "bilans", _return),
        (difference.indicateurs, "indicateur du catalogue", "indicateurs du catalogue", _indicator),
        (difference.chiffres, "chiffre", "chiffres", _figure),
        (difference.points, "point relevé", "points relevés", _point),
    )
    for rows, one, many, line in kinds:
        if rows:
            yield count(len(rows), one, many), [line(row) for row in rows]


def _state(row: Row) -> str:
    return f"{_where(row)}\u202f: {_STATES.get(row['etat_avant'])}, puis {_STATES.get(row['etat'])}"


def _file(row: Row) -> str:
    said = row["changement"] if row["changement"] != "inchangé" else f"était {_READ.get(row['statut_avant'])}"
    read = _READ.get(row["statut"] or "") if row["changement"] != "retiré" else None
    name = f"{row['campagne']}/{row['fichier']}".strip("/")
    return f"{name}\u202f: {said}" + (f", {read}" if read else "")


def _return(row: Row) -> str:
    action = f", action {row['action_id']}" if row["action_id"] else ""
    return f"{row['campagne']}\u202f: {row['raison_sociale'] or row['porteur_id']}{action} ({row['changement']})"


def _indicator(row: Row) -> str:
    return f"{row['libelle']} ({row['changement']})"


def _figure(row: Row) -> str:
    where = "France" if row["niveau"] == "france" else row["code"]
    before = _value(row, "_avant") if row["statut_avant"] else "absent"
    after = _value(row, "") if row["statut"] else "absent"
    return f"{row['campagne']}, {where}, {row['libelle']}\u202f: {before}, puis {after}"


def _value(row: Row, side: str) -> str:
    parts = [row[f"{name}{side}"] for name in ("valeur", "numerateur", "denominateur", "statut")]
    return value_text(parts[0], row["unite"], parts[1], parts[2], parts[3])


def _point(row: Row) -> str:
    sheet = f", feuille {row['feuille']}" if row["feuille"] else ""
    place = f"{row['fichier']}{sheet}" + (f", ligne {row['ligne']}" if row["ligne"] else "")
    return f"{row['campagne']} ({row['changement']}), {place}\u202f: {row['message']}"


def _where(row: Row) -> str:
    return f"{row['campagne']} ({row['departement']})" if row["departement"] else str(row["campagne"])
