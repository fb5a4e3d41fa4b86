"""An export that nobody has seen: eight returns under wordings that no format has."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from socle.paths import DataFolder
from tests.support.exports import PORTEURS, agrement, declare, write_export

CAMPAGNE, LATER = "2026-2027", "2027-2028"
RETURNS = 8
COLUMNS = {
    "Réf. bilan": [f"b-{n}" for n in range(RETURNS)],
    "Exercice scolaire": [CAMPAGNE] * RETURNS,
    "Avancement": ["Clôturé"] * (RETURNS - 1) + ["À reprendre"],
    "Clôturé le": [f"{n + 1:02d}/09/2027" for n in range(RETURNS)],
    "Identifiant de l'action": [f"a{n}" for n in range(RETURNS)],
    "N° SIRET du porteur": [PORTEURS[n % 2]["siret"] for n in range(RETURNS)],
    "Nom du porteur": [PORTEURS[n % 2]["raison_sociale"] for n in range(RETURNS)],
    "Nature du porteur": [("Association de quartier", "Centre social")[n % 2] for n in range(RETURNS)],
    "Nom du référent": [f"Camille Exemple{n}" for n in range(RETURNS)],
    "Mél du référent": [f"camille{n}@exemple.test" for n in range(RETURNS)],
    "Titre de l'action": [f"Devoirs et lecture {n}" for n in range(RETURNS)],
    "Commune d'implantation": ["Orléans", "Gien"] * (RETURNS // 2),
    "Est-ce en QPV ?": ["Oui", "Non"] * (RETURNS // 2),
    "Groupes ouverts": ["2"] * RETURNS,
    "Enfants et jeunes venus": [str(20 + n) for n in range(RETURNS)],
    "dont école élémentaire": [str(10 + n) for n in range(RETURNS)],
    "dont collège": ["7"] * RETURNS,
    "dont lycée": ["3"] * RETURNS,
    "Filles": ["9"] * RETURNS,
    "Garçons": [str(11 + n) for n in range(RETURNS)],
    "Foyers touchés": ["12"] * RETURNS,
    "Intervenants bénévoles": ["4"] * RETURNS,
    "Intervenants salariés": ["1"] * RETURNS,
    "Prestation de service Caf": ["4 000,00 €"] * RETURNS,
    "Ce qui a été difficile": [f"La salle {n} est prêtée, et froide en hiver." for n in range(RETURNS)],
    "Couleur du dossier": ["bleu", "rouge"] * (RETURNS // 2),
}
"""Header -> its cells."""
ANSWERS = {
    "Avancement": """statut_reponse
      valeurs: {"Clôturé": validee, "À reprendre": en_cours}""",
    "Nom du porteur": "raison_sociale",
    "Nom du référent": "contact_nom",
    "Mél du référent": "contact_courriel",
    "Commune d'implantation": "commune",
    "Est-ce en QPV ?": "qpv",
    "Groupes ouverts": "nb_collectifs",
    "Enfants et jeunes venus": "nb_enfants",
    "dont école élémentaire": "effectif_niveau__elementaire",
    "dont collège": "effectif_niveau__college",
    "dont lycée": "effectif_niveau__lycee",
    "Foyers touchés": "nb_familles",
    "Ce qui a été difficile": "difficultes",
    "Clôturé le": "date_validation",
    "Réf. bilan": "reponse_id",
    "Exercice scolaire": "campagne_declaree",
}
"""What a person would answer, should the draft not be sure."""
GROUPS = {"Réf. bilan": "Bilan", "Identifiant de l'action": "Action", "N° SIRET du porteur": "Porteur",
          "Titre de l'action": "L'action", "Groupes ouverts": "Public", "Intervenants bénévoles": "Moyens",
          "Ce qui a été difficile": "Regard"}  # fmt: skip
"""First header of each group, in the same export with headers over two rows."""


def one_line(campagne: str = CAMPAGNE) -> list[list[str]]:
    """The export as a table of texts."""
    of_year = {
        "Exercice scolaire": [campagne] * RETURNS,
        "Clôturé le": [f"{n + 1:02d}/09/{campagne[-4:]}" for n in range(RETURNS)],
    }
    return [list(COLUMNS), *(list(row) for row in zip(*(COLUMNS | of_year).values(), strict=True))]


def two_lines(campagne: str = CAMPAGNE) -> list[list[str]]:
    """The same, below a title, its headers over two rows."""
    header, *rows = one_line(campagne)
    return [["Export des bilans"], [GROUPS.get(text, "") for text in header], header, *rows]


def campaigns(root: Path) -> DataFolder:
    """A data folder of two declared campagnes with their rosters, and no return yet."""
    folder = DataFolder(root)
    write_export(folder.register, "porteurs", PORTEURS)
    for campagne in (CAMPAGNE, LATER):
        declare(folder, campagne)
        agreed = [agrement(f"a{n}", PORTEURS[n % 2]) | {"campagne_declaree": campagne} for n in range(RETURNS)]
        write_export(folder.raw / campagne / "agrements.csv", "agrements", agreed)
    return folder


def answer(formats: Path, waiting: Sequence[str]) -> None:
    """Type in formats.yml what a person would, header by header; a header without an answer is ignored."""
    text = formats.read_text(encoding="utf-8")
    for header in waiting:
        variable = ANSWERS.get(header.split(" › ")[-1])
        line = f"variable: {variable}" if variable else 'ignoree: "sans usage au bilan"'
        pattern = rf'(- entete: "{re.escape(header)}"\n +)variable: null[^\n]*'
        text, times = re.subn(pattern, lambda match, line=line: match[1] + line, text)  # type: ignore[misc]
        assert times == 1, header
    formats.write_text(text, encoding="utf-8")
