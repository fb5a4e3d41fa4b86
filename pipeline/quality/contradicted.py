"""An action that the roster gives twice -> the checks that set aside, of its first line, what another contradicts.

The action stays agreed: what is not known is which of two numbers of children, or of two porteurs, is its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from pipeline.codebook.model import Codebook
from pipeline.codebook.sentences import sql_expression
from pipeline.quality.check import Check
from socle.files.sqltext import identifier, literal
from socle.words.states import Effect, Severity

_RULE = "agrement_contredit"
_NAMES = {"campagne_declaree", "departement", "action_id", "siret", "raison_sociale"}
"""What says which line it is: year, département and action are the same, the porteur is compared once identified."""


def contradicted_checks(codebook: Codebook) -> Iterator[Check]:
    """Yield a check for each column that the lines of an action may write differently.

    sql/validation/agrement.sql lists in `contredites` those that they do.
    """
    message = codebook.messages[_RULE]
    for column in codebook.columns("agrement"):
        if column.id in _NAMES:
            continue
        known = {
            "action_id": "action_id",
            "libelle": literal(column.libelle),
            "premiere_ligne": "premiere_ligne",
            "autres_lignes": "autres_lignes",
        }
        yield Check(
            id=f"{_RULE}@{column.id}",
            kind="rows",
            column=column.id,
            params={"condition": f"rang_doublon > 1 or not list_contains(contredites, {literal(column.id)})"},
            severity=cast(Severity, message.gravite),
            effect=cast(Effect, message.effet),
            message_sql=sql_expression(message.phrase, known),
            value_sql=f"{identifier(column.id)}::varchar",
            label=f"{column.libelle}\u202f: une seule réponse par action",
        )
