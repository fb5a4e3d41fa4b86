"""Who answered, what was found in the files, which questions stay blank. Not for porteurs."""

from __future__ import annotations

from collections.abc import Mapping

from bilan.exhibits.cells import BLANK_ANSWER, number_cell, text_cell
from bilan.exhibits.making import exhibit
from bilan.model.exhibit import Exhibit, ExhibitCell, ExhibitColumn, ExhibitRow
from bilan.words.declared import DeclaredFigure
from bilan.words.numbers import Quantity
from bilan.words.phrases import load_phrases
from bilan.words.reading import Reading
from bilan.words.sentences import Term
from bilan.words.terms import speaker
from bilan.words.values import value_text
from socle.words.french import number
from warehouse.listings.returns import Return, hidden, points, questions, reception, returns
from warehouse.open import Warehouse

_RETURNS = {
    "recu": "reçu",
    "refuse": "refusé\u202f: son fichier n'a pas pu être lu",
    "attendu": "non reçu",
    "non_attendu": "non attendu\u202f: aucune action démarrée",
}


def received(warehouse: Warehouse, reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit | None:
    """Return one row a porteur of the year."""
    received_returns = returns(warehouse, reading.year, reading.departement.code)
    if not received_returns:
        return None
    columns = [
        ExhibitColumn("type", "Type de structure", "texte"),
        ExhibitColumn("retour", "Bilan", "texte"),
        ExhibitColumn("attendus", "Bilans attendus"),
        ExhibitColumn("recus", "Bilans reçus"),
        ExhibitColumn("dernier", "Dernier bilan", "texte"),
    ]
    said = _say(
        reading,
        "message_reponses",
        {"recus": sum(answer.retour == "recu" for answer in received_returns), "total": len(received_returns)},
    )
    counted = load_phrases().nouns["porteur"].counted(len(received_returns))
    return _internal(
        reading, declared, number, columns, [_row(answer) for answer in received_returns], "Porteur", counted, said
    )


def found_points(warehouse: Warehouse, reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit | None:
    """Return what was found in the files, one row a question."""
    points_found = points(warehouse, reading.year, reading.departement.code)
    if not points_found:
        return None
    columns = [
        ExhibitColumn("lignes", "Lignes écartées"),
        ExhibitColumn("valeurs", "Valeurs écartées"),
        ExhibitColumn("verifier", "À vérifier"),
    ]
    rows = [
        ExhibitRow(point.question, point.question, tuple(_count(value) for value in _of(point.__dict__)))
        for point in points_found
    ]
    set_aside, values, to_check = (
        sum(counts) for counts in zip(*(_of(point.__dict__) for point in points_found), strict=True)
    )
    known: dict[str, Term | None] = {"ecartees": set_aside, "valeurs": values, "verifier": to_check}
    counted = load_phrases().nouns["point"].counted(set_aside + values + to_check)
    said = _say(reading, "message_points", known)
    return _internal(reading, declared, number, columns, rows, "Question", counted, said)


def unanswered(warehouse: Warehouse, reading: Reading, declared: DeclaredFigure, number: str) -> Exhibit | None:
    """Return the share of returns that leave each key question blank."""
    asked = questions(warehouse, reading.year, reading.departement.code)
    if not asked:
        return None
    columns = [
        ExhibitColumn("posees", "Bilans à qui elle est posée", "base"),
        ExhibitColumn("remplies", "Réponses", "texte"),
        ExhibitColumn("blancs", "Non-réponse"),
    ]
    rows = [
        ExhibitRow(
            question.libelle,
            question.libelle,
            (
                _count(question.nb_posees),
                _count(question.nb_remplies),
                ExhibitCell(
                    _blank_share(reading, question.nb_posees - question.nb_remplies, question.nb_posees),
                    1 - question.nb_remplies / question.nb_posees,
                    "zero" if question.nb_remplies == question.nb_posees else "valeur",
                ),
            ),
        )
        for question in asked
    ]
    least = max(asked, key=lambda question: question.nb_posees - question.nb_remplies)
    known: dict[str, Term | None] = {
        "question": least.libelle,
        "blancs": least.nb_posees - least.nb_remplies,
        "total": least.nb_posees,
    }
    said = _say(reading, "message_questions", known)
    return _internal(reading, declared, number, columns, rows, "Question clé", "", said)


def reception_terms(warehouse: Warehouse, reading: Reading) -> dict[str, Term | None]:
    """Return what the sentence of the method counts; a thing that this reader may not count is left out."""
    year_and_place = (warehouse, reading.year, reading.departement.code)
    came, kept_back = reception(*year_and_place), hidden(*year_and_place)
    return {
        "attendus": reading.campagne.nb_actions_attendues or None,
        "hors_delai": came.nb_reponses_hors_delai if came else None,
        "corrigees": came.nb_corrections if came else None,
        "masquees": kept_back.du_departement + kept_back.des_lignes if kept_back else None,
    }


def _say(reading: Reading, pattern: str, known: Mapping[str, Term | None]) -> str:
    return " ".join(speaker(reading, more=known).say(load_phrases().patterns[pattern]))


def _row(answer: Return) -> ExhibitRow:
    return ExhibitRow(
        answer.porteur_id,
        answer.raison_sociale,
        (
            text_cell(answer.type_structure) if answer.type_structure else BLANK_ANSWER,
            text_cell(_RETURNS[answer.retour]),
            _count(answer.nb_attendues),
            _count(answer.nb_bilans),
            text_cell(f"{answer.dernier:%d/%m/%Y}" if answer.dernier else None),
        ),
    )


def _of(counts: dict[str, object]) -> list[int]:
    return [int(str(counts[name])) for name in ("lignes_ecartees", "valeurs_ecartees", "a_verifier")]


def _count(value: int) -> ExhibitCell:
    return number_cell(value, number(value))


def _blank_share(reading: Reading, blank: int, asked: int) -> str:
    return value_text(
        Quantity(blank / asked, "pct", blank, asked), reading.rules, reading.year, "core.reponse", table=True
    )


def _internal(
    reading: Reading,
    declared: DeclaredFigure,
    number: str,
    columns: list[ExhibitColumn],
    rows: list[ExhibitRow],
    row_label: str,
    n: str,
    message: str,
) -> Exhibit:
    return exhibit(
        reading,
        declared,
        number,
        [],
        columns,
        rows,
        row_label=row_label,
        champ=f"bilans reçus ou attendus, {reading.departement.dans}, {reading.year}",
        source=f"fichiers reçus par la Caf {reading.departement.de}, {reading.year}",
        n=n,
        message=message,
    )
