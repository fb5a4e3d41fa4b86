"""The list of what changes: counts first, French numbers with their unit, the rest counted."""

from __future__ import annotations

import pytest

from cli.difference_text import figure_line, lines
from pipeline.difference import CampaignChange, CorrectionChange, Difference, FigureChange, FileChange, ReturnChange
from tests.support.builds import plain

YEAR = "2019-2020"


def figure(before: float | None, after: float | None, unit: str = "pct", **values: object) -> FigureChange:
    known: dict[str, object] = {
        "campagne": YEAR, "indicateur": "part", "libelle": "Une part", "unite": unit, "niveau": "departement",
        "code": "45", "avant": before, "apres": after, "numerateur_avant": None, "numerateur_apres": None,
        "denominateur_avant": None, "denominateur_apres": None,
        "statut_avant": "non_renseigne" if before is None else "diffusable",
        "statut_apres": "non_renseigne" if after is None else "diffusable",
    }  # fmt: skip
    return FigureChange(**(known | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (figure(0.42, 0.5), "42 % → 50 %"),
        (figure(0.421, 0.423), "42,1 % → 42,3 %"),
        (figure(1234, 1240, "n"), "1 234 → 1 240"),
        (figure(10.5, None, "h"), "10,5 h → non renseigné"),
        (figure(None, 1500, "eur", statut_avant=None), "absent → 1 500 €"),
        (figure(0.3, 0.4, statut_apres=None, apres=None), "30 % → absent"),
        (figure(0.75, 0.75, numerateur_avant=6, denominateur_avant=8, numerateur_apres=3, denominateur_apres=4),
         "6 sur 8 → 3 sur 4"),
        (figure(0.5, 0.5, numerateur_avant=100, denominateur_avant=200, numerateur_apres=150, denominateur_apres=300),
         "50,0 % (100,0 sur 200,0) → 50,0 % (150,0 sur 300,0)"),
        (figure(2.0, 2.04, "ratio"), "2,00 → 2,04"),
    ],
)  # fmt: skip
def test_a_figure_shows_both_values_in_its_unit_and_apart(change: FigureChange, text: str) -> None:
    assert plain(figure_line(change)) == f"{YEAR}, 45, Une part : {text}"


def test_france_is_named() -> None:
    assert plain(figure_line(figure(0.1, 0.2, niveau="france", code="FR"))).startswith(f"{YEAR}, France, Une part")


def test_counts_come_first_and_what_is_left_out_is_counted() -> None:
    difference = Difference(
        "000001",
        "000002",
        fichiers=(FileChange(f"{YEAR}/a.csv", "refuse", "a.csv est vide."),),
        bilans=tuple(ReturnChange(YEAR, "45", "p1", "Alpha", f"a{n}", "nouveau") for n in range(37)),
        campagnes=(CampaignChange(YEAR, "arretee", "provisoire", 6),),
        corrections=(CorrectionChange(YEAR, "a.csv", "3", "nb_enfants", "1", "2", "erreur", "nouveau"),),
    )
    assert [plain(line) for line in lines(difference, 3)] == [
        "Par rapport à la construction 000001 :",
        "Années scolaires : 1 changement.",
        f"- {YEAR} : arrêtée → provisoire, 6 chiffres arrêtés modifiés",
        "Fichiers : 1 changement.",
        f"- {YEAR}/a.csv (refusé) : a.csv est vide.",
        "Bilans : 37 changements.",
        *(f"- {YEAR} : Alpha, action a{n}, nouveau bilan" for n in range(3)),
        "- et 34 autres",
        "Corrections : 1 changement.",
        f"- {YEAR} : a.csv, ligne 3, nb_enfants, « 1 » → « 2 » (appliquée)",
    ]


def test_a_first_build_is_counted_and_no_change_is_said() -> None:
    first = Difference(None, "000001", bilans=(ReturnChange(YEAR, "45", "p1", None, None, "nouveau"),))
    assert [plain(line) for line in lines(first)] == [
        "Première construction : 0 année scolaire, 1 bilan, 0 chiffre, 0 point relevé."
    ]
    assert [plain(line) for line in lines(Difference("000001", "000002"))] == [
        "Rien ne change par rapport à la construction 000001."
    ]
    damaged = next(lines(Difference(None, "000002", illisible="000001")))
    assert "000001 est abîmée" in plain(damaged)
