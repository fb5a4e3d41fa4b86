"""The 107 codes, each said as people say it, wherever a sentence names a département."""

from __future__ import annotations

import re

import pytest

from bilan.words.grammar import capital, que
from dashboard.screen.places import named, where
from pipeline.codebook.departements import departements, named_departement

# Written by hand, by how a name takes its article: « de l'Ain, dans l'Ain »…
ARTICLES = {
    ("du ", "dans le "): """
        15 Cantal, 14 Calvados, 18 Cher, 25 Doubs, 29 Finistère, 30 Gard, 32 Gers, 39 Jura, 45 Loiret, 46 Lot,
        56 Morbihan, 59 Nord, 62 Pas-de-Calais, 63 Puy-de-Dôme, 67 Bas-Rhin, 68 Haut-Rhin, 69 Rhône, 81 Tarn, 83 Var,
        90 Territoire de Belfort, 94 Val-de-Marne, 95 Val-d'Oise""",
    ("de l'", "dans l'"): """
        01 Ain, 02 Aisne, 03 Allier, 07 Ardèche, 09 Ariège, 10 Aube, 11 Aude, 12 Aveyron, 27 Eure, 34 Hérault, 36 Indre,
        38 Isère, 60 Oise, 61 Orne, 89 Yonne, 91 Essonne""",
    ("des ", "dans les "): """
        04 Alpes-de-Haute-Provence, 05 Hautes-Alpes, 06 Alpes-Maritimes, 08 Ardennes, 13 Bouches-du-Rhône,
        22 Côtes-d'Armor, 40 Landes, 64 Pyrénées-Atlantiques, 65 Hautes-Pyrénées, 66 Pyrénées-Orientales, 78 Yvelines,
        79 Deux-Sèvres, 88 Vosges, 92 Hauts-de-Seine""",
    ("de la ", "dans la "): """
        23 Creuse, 26 Drôme, 42 Loire, 50 Manche, 51 Marne, 55 Meuse, 58 Nièvre, 72 Sarthe, 80 Somme, 86 Vienne""",
    ("de la ", "en "): """
        16 Charente, 17 Charente-Maritime, 19 Corrèze, 21 Côte-d'Or, 24 Dordogne, 2A Corse-du-Sud, 2B Haute-Corse,
        31 Haute-Garonne, 33 Gironde, 43 Haute-Loire, 44 Loire-Atlantique, 48 Lozère, 52 Haute-Marne, 53 Mayenne,
        57 Moselle, 70 Haute-Saône, 73 Savoie, 74 Haute-Savoie, 76 Seine-Maritime, 85 Vendée, 87 Haute-Vienne,
        93 Seine-Saint-Denis, 971 Guadeloupe, 972 Martinique, 973 Guyane, 987 Polynésie française,
        988 Nouvelle-Calédonie""",
    ("de ", "en "): """
        41 Loir-et-Cher, 47 Lot-et-Garonne, 49 Maine-et-Loire, 54 Meurthe-et-Moselle, 71 Saône-et-Loire,
        77 Seine-et-Marne, 82 Tarn-et-Garonne, 84 Vaucluse""",
    ("d'", "en "): "28 Eure-et-Loir, 35 Ille-et-Vilaine, 37 Indre-et-Loire",
    # « La » is part of the name of La Réunion: it is neither contracted nor lost.
    ("de ", "à "): """
        75 Paris, 974 La Réunion, 975 Saint-Pierre-et-Miquelon, 976 Mayotte, 977 Saint-Barthélemy, 978 Saint-Martin,
        986 Wallis et Futuna""",
}  # fmt: skip
SAID = {
    code: (name, de + name, dans + name)
    for (de, dans), listed in ARTICLES.items()
    for code, name in (one.strip().split(" ", 1) for one in listed.split(","))
}
WRONG = re.compile(r"\b(de le|de les|à le|à les|de l' |la La|le La|dans à|de du|d'H|en le|en la)\b|’|  ")
"""What French contracts or never says."""


def test_each_code_is_listed_once() -> None:
    assert sum(listed.count(",") + 1 for listed in ARTICLES.values()) == len(SAID) == 107
    assert list(departements()) == sorted(SAID)


@pytest.mark.parametrize("code", sorted(SAID))
def test_each_is_said_as_people_say_it(code: str) -> None:
    known = named_departement(code)
    assert (known.nom, known.de, known.dans) == SAID[code]


def test_every_sentence_takes_these_forms(subtests: pytest.Subtests) -> None:
    for code, (name, de, dans) in SAID.items():
        with subtests.test(code):
            assert named(code) == f"{name} ({code})"
            assert where(code) == dans
            # A sentence of the bilan that begins with the place, one that compares, its author.
            assert capital(f"{dans}, en 2019-2020") == dans[0].upper().replace("à", "À") + dans[1:] + ", en 2019-2020"
            assert que(f"celle {de}") == f"que celle {de}"
            assert que(dans) == ("qu'" if dans.startswith(("en ", "à ")) else "que ") + dans
            for sentence in (f"la Caf {de}", f"le bilan {de}", f"les porteurs {dans}", f"agent Caf {where(code)}"):
                assert WRONG.search(sentence) is None, sentence


def test_a_code_that_nobody_knows_is_called_by_it() -> None:
    unknown = named_departement("54 bis")
    assert (unknown.de, unknown.dans) == ("du département 54 bis", "dans le département 54 bis")
