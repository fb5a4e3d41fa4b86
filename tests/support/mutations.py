"""A small export, mutated from a seed as people and programs do; what is expected of it is not known here."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from typing import Any

from tests.support.exports import agrement, reponse, shipped_format, siret

PORTEURS = 6
FORMAT = "questionnaire-2016"
_YES = ("Oui", "oui", "O", "Y", "yes", "vrai", "TRUE", "x", "1", "☒", "✓", "Coché")
_NO = ("Non", "non", "N", "no", "faux", "FALSE", "0", "☐", "Décoché")
_NOISE = ("peut-être", "#REF!", "#N/A", "&eacute;", "Ã©", "12 ou 13", "1.234", "-3", "n°4", "=A1")


@dataclass(frozen=True)
class Written:
    """A text file about to be written."""

    lines: list[list[str]]
    delimiter: str = ";"
    encoding: str = "utf-8-sig"
    done: tuple[str, ...] = field(default=())
    """What was done to it, to be told when a test fails."""

    def cell(self, line: int, column: int, text: str, what: str) -> Written:
        """Return the file with another text in one cell."""
        lines = [list(row) for row in self.lines]
        before, lines[line][column] = lines[line][column], text
        return replace(self, lines=lines, done=(*self.done, f"{what} {before!r} -> {text!r}"))

    def write(self, path: Path) -> None:
        """Write it."""
        text = io.StringIO()
        csv.writer(text, delimiter=self.delimiter, lineterminator="\r\n").writerows(self.lines)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            path.write_bytes(text.getvalue().encode(self.encoding))
        except UnicodeEncodeError:  # no program writes what its encoding has not
            path.write_bytes(text.getvalue().encode("utf-8-sig"))


def porteur(variant: int, rank: int) -> dict[str, str]:
    """One porteur of one variant."""
    number = variant * PORTEURS + rank + 1
    return {"porteur_id": f"p{number}", "siret": siret(number), "raison_sociale": f"Foyer rural numéro {number}"}


def action(variant: int, rank: int) -> str:
    """The number of its action."""
    return f"45-{variant:04d}-{rank}"


def roster(variant: int) -> list[dict[str, str]]:
    """The actions of a variant, as agreed."""
    return [agrement(action(variant, rank), porteur(variant, rank)) for rank in range(PORTEURS)]


def returns(variant: int) -> list[dict[str, str]]:
    """The returns of a variant, without any fault."""
    return [
        reponse(action(variant, rank), porteur(variant, rank), **_answers(rank), reponse_id=f"R{variant}-{rank}")
        for rank in range(PORTEURS)
    ]


def _answers(rank: int) -> dict[str, str]:
    return {
        "nb_familles": str(8 - rank % 2), "nb_enfants_rep": str(rank), "nb_handicap": str(rank % 2),
        "nb_intervenants_formes": str(1 + rank % 2), "qpv": "Oui" if rank % 2 else "Non",
        "outil_liaison": "Oui" if rank % 3 else "Non", "charges__60": "1250,50", "charges__64": str(11234 + rank),
        "produits__caf_ps": "2563", "produits__commune_epci": "9000", "partenaires": "PEDT;CTG",
    }  # fmt: skip


def small_format() -> dict[str, Any]:
    """A format of few columns, those of FORMAT that the returns fill: reading a hundred takes several times longer."""
    whole, filled = shipped_format(FORMAT), {**returns(0)[0]}
    columns = [
        {"entete": column.entete, "variable": column.variable}
        | ({"valeurs": dict(column.valeurs)} if column.valeurs else {})
        | ({"separateur_choix": column.separateur_choix} if column.separateur_choix else {})
        for column in whole.colonnes
        if column.variable in filled
    ]
    return {
        "id": "essai", "libelle": "Export réduit", "modele": False, "nature": "reponse", "grain": "action",
        "campagnes": ["2019-2020", "2019-2020"], "fichier": {"separateur": ";", "encodage": "utf-8-sig"},
        "colonnes": columns,
    }  # fmt: skip


def mutated(variant: int, random: Random) -> Written:
    """Return the export of a variant after one to four mutations; untouched for the first."""
    names = {column["variable"]: column["entete"] for column in small_format()["colonnes"]}
    written = Written([list(names.values()), *([row[name] for name in names] for row in returns(variant))])
    for change in random.choices(_CHANGES, k=random.randint(1, 4)) if variant else ():
        written = change(written, random)
    return written


def _numbers(written: Written, random: Random) -> Written:
    line, column, plain = _pick(written, random, lambda cell: cell.isdigit() and len(cell) < 9)
    forms: Sequence[str] = (
        f"{plain},0", f"{plain}.0", f" {plain} ", f"\u00a0{plain}", f"{plain}.000", f"{plain},000", f"{plain} enfants",
        f"environ {plain}", f"0{plain}", f"{plain}-", f"+{plain}", f"'{plain}", f"{plain}e0",
        f"{plain}/1", "douze", _thousands(plain, "\u202f"), _thousands(plain, "."),
        _thousands(plain, "'"), f"{_thousands(plain, '.')},00",
    )  # fmt: skip
    return written.cell(line, column, random.choice(forms), "number")


def _thousands(digits: str, mark: str) -> str:
    return f"{int(digits):,}".replace(",", mark)


def _yes_no(written: Written, random: Random) -> Written:
    line, column, text = _pick(written, random, lambda cell: cell in ("Oui", "Non"))
    return written.cell(line, column, random.choice(_YES if text == "Oui" else _NO), "yes or no")


def _noise(written: Written, random: Random) -> Written:
    line, column, _ = _pick(written, random, lambda cell: cell != "")
    return written.cell(line, column, random.choice(_NOISE), "noise")


def _date(written: Written, random: Random) -> Written:
    forms = ("03-09-2020 10:00", "2020-09-03T10:00:00Z", "2020-09-03 10:00:00.123", "03.09.2020", "3 septembre 2020",
             "44077,4166", "09/13/2020", "03/09/20", "")  # fmt: skip
    return _in_column(written, random, "Date de validation", forms)


def _status(written: Written, random: Random) -> Written:
    forms = ("Terminée", "validee", "VALIDÉE", "Envoyée", "Brouillon", "", "Statut inconnu", "ok")
    return _in_column(written, random, "Statut de la réponse", forms)


def _year(written: Written, random: Random) -> Written:
    forms = ("2019–2020", "2019/2020", "2019-20", "2018-2019", "Année scolaire 2019-2020", "", "2019", "l'an dernier")
    return _in_column(written, random, "Année scolaire du bilan", forms)


def _accents(written: Written, random: Random) -> Written:
    line, column, text = _pick(written, random, lambda cell: not cell.isascii())
    forms = (unicodedata.normalize("NFD", text), text.encode().decode("cp1252", "replace"), text.upper(),
             "".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)))  # fmt: skip
    return written.cell(line, column, random.choice(forms), "accents")


def _header(written: Written, random: Random) -> Written:
    column = random.randrange(len(written.lines[0]))
    text = written.lines[0][column]
    forms = (f" {text}", text.replace(" ", "\u00a0"), text.replace(" ", "  "), text.replace("'", "’"), f"{text}\u200b",
             text.upper(), text.replace("e", "e\u00ad", 1), text[:-2])  # fmt: skip
    return written.cell(0, column, random.choice(forms), "header")


def _order(written: Written, random: Random) -> Written:
    rows = written.lines[1:]
    random.shuffle(rows)
    columns = random.sample(range(len(written.lines[0])), len(written.lines[0]))
    lines = [[row[column] if column < len(row) else "" for column in columns] for row in (written.lines[0], *rows)]
    return replace(written, lines=lines, done=(*written.done, "order"))


def _rows(written: Written, random: Random) -> Written:
    header, rows = written.lines[0], written.lines[1:]
    more: Mapping[str, list[list[str]]] = {
        "header again": [header, *rows[:3], header, *rows[3:]],
        "row twice": [header, *rows, random.choice(rows)],
        "blank rows": [header, *rows[:2], [""] * len(header), [], *rows[2:]],
        "total": [header, *rows, ["Total", *["12"] * (len(header) - 1)]],
        "row lost": [header, *rows[:-1]],
        "title above": [["Export du 3 septembre"], header, *rows],
    }
    what = random.choice(list(more))
    return replace(written, lines=[list(row) for row in more[what]], done=(*written.done, what))


def _file(written: Written, random: Random) -> Written:
    delimiter, encoding = random.choice(";,\t"), random.choice(("utf-8-sig", "utf-8", "cp1252", "utf-16"))
    return replace(written, delimiter=delimiter, encoding=encoding, done=(*written.done, f"{delimiter!r} {encoding}"))


def _in_column(written: Written, random: Random, header: str, forms: Sequence[str]) -> Written:
    columns = [number for number, text in enumerate(written.lines[0]) if text == header]
    if not columns:
        return written
    lines = [number for number, row in enumerate(written.lines) if number and len(row) > columns[0]]
    return written.cell(random.choice(lines), columns[0], random.choice(forms), "cell")


def _pick(written: Written, random: Random, wanted: Callable[[str], bool]) -> tuple[int, int, str]:
    places = [
        (number, column, cell)
        for number, row in enumerate(written.lines)
        for column, cell in enumerate(row)
        if number and wanted(cell)
    ]
    return random.choice(places)


_CHANGES = (
    *[_numbers] * 4, *[_yes_no] * 2, *[_noise] * 2, _date, _status, _year, _accents, _header, _order, _rows, _file,
)  # fmt: skip
