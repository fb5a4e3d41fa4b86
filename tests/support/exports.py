"""Small data folders for tests: rows by variable, written under the headers of a shipped format."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook, Format
from socle.paths import DataFolder

Row = Mapping[str, str]


def siret(number: int) -> str:
    """A SIRET of the unattributed range 999, valid by Luhn's rule."""
    body = f"999{number:09d}0"
    doubled = (int(d) * (2 if i % 2 == 0 else 1) for i, d in enumerate(reversed(body)))
    return body + str(-sum(d - 9 if d > 9 else d for d in doubled) % 10)


PORTEURS = (
    {"porteur_id": "p1", "siret": siret(1), "raison_sociale": "Association Alpha", "alias": "Alpha|Assoc. Alpha"},
    {"porteur_id": "p2", "siret": siret(2), "raison_sociale": "Centre social Bêta"},
)


@cache
def codebook() -> Codebook:
    """The shipped definitions, loaded once."""
    return load_codebook()


def shipped_format(format_id: str) -> Format:
    """The shipped format of that id."""
    return next(fmt for fmt in codebook().formats if fmt.id == format_id)


def headers(fmt: Format) -> list[str]:
    """The headers of a format in order."""
    return [column.entete for column in fmt.colonnes]


def table(fmt: Format, rows: Sequence[Row]) -> list[list[str]]:
    """Header row then one list of texts per row; a variable that a row does not name is left blank."""
    return [headers(fmt), *([row.get(column.variable or "", "") for column in fmt.colonnes] for row in rows)]


def write_csv(path: Path, lines: Sequence[Sequence[str]], encoding: str = "utf-8-sig", delimiter: str = ";") -> Path:
    """Write a table of texts as a CSV."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(lines)
    return path


def write_export(path: Path, format_id: str, rows: Sequence[Row]) -> Path:
    """Write rows as an export of a shipped format."""
    return write_csv(path, table(shipped_format(format_id), rows))


def agrement(action_id: str, porteur: Row = PORTEURS[0], **values: str) -> dict[str, str]:
    """A line of the roster."""
    return {
        "campagne_declaree": "2019-2020",
        "action_id": action_id,
        "siret": porteur["siret"],
        "raison_sociale": porteur["raison_sociale"],
        "intitule": f"Action {action_id}",
        "departement": "45",
        "commune": "45234",
        "nb_enfants_agrees": "10",
        "statut_agrement": "Agréée",
    } | values


def reponse(action_id: str, porteur: Row = PORTEURS[0], **values: str) -> dict[str, str]:
    """A return without any fault, unless `values` brings one."""
    return {
        "reponse_id": f"r-{action_id}",
        "campagne_declaree": "2019-2020",
        "statut_reponse": "Validée",
        "date_validation": "03/09/2020 10:00",
        "action_id": action_id,
        "siret": porteur["siret"],
        "raison_sociale": porteur["raison_sociale"],
        "type_structure": "Association locale ou de quartier",
        "commune": "45234",
        "nb_collectifs": "1",
        "nb_enfants": "10",
        "effectif_niveau__elementaire": "6",
        "effectif_niveau__college": "3",
        "effectif_niveau__lycee": "1",
        "nb_salaries": "1",
        "nb_benevoles": "3",
        "nb_vacataires": "0",
        "nb_services_civiques": "0",
    } | values


def make_folder(
    root: Path,
    campaigns: Mapping[str, tuple[Sequence[Row], Sequence[Row]]] | None = None,
    porteurs: Sequence[Row] = PORTEURS,
    fictif: bool = True,
) -> DataFolder:
    """A data folder: {campagne: (agréments, réponses)}; by default one campagne of two actions that both answered."""
    folder = DataFolder(root)
    default = {
        "2019-2020": (
            [agrement("a1"), agrement("a2", PORTEURS[1])],
            [reponse("a1"), reponse("a2", PORTEURS[1])],
        )
    }
    write_export(folder.register, "porteurs", porteurs)
    for name, (agreed, returned) in (default if campaigns is None else campaigns).items():
        declare(folder, name, fictif)
        write_export(folder.raw / name / "agrements.csv", "agrements", agreed)
        write_export(folder.raw / name / "reponses.csv", "questionnaire-2016", returned)
    return folder


def declare(folder: DataFolder, campagne: str, fictif: bool = True) -> None:
    """Write the campagne.yml of a campagne of the Loiret."""
    path = folder.raw / campagne / "campagne.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    text = f'campagne: {campagne}\nfictif: {str(fictif).lower()}\ndepartements: ["45"]\n'
    path.write_text(text, encoding="utf-8")
