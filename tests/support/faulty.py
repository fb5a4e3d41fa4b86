"""An export as an agent receives it: a header that nobody knows, an answer that cannot be read, an unknown porteur."""

from __future__ import annotations

import csv
import io

from tests.support.exports import Row, reponse, shipped_format, table

UNKNOWN_HEADER, ASKED = "Venus cette année-là", "Combien d'enfants et de jeunes ont été accueillis pendant l'année ?"
STRANGER: Row = {"siret": "", "raison_sociale": "Amicale du Quai"}
NAME = "questionnaire-tardif.csv"


def faulty_export() -> bytes:
    """Two returns: the first holds « environ 12 » children, the second is of a porteur that nobody knows."""
    rows = [reponse("a1", nb_enfants="environ 12"), reponse("a2", STRANGER, nb_enfants="9")]
    header, *lines = table(shipped_format("questionnaire-2016"), rows)
    header = [UNKNOWN_HEADER if text == ASKED else text for text in header]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows([header, *lines])
    return out.getvalue().encode("utf-8-sig")
