"""The sixty rows of INDICATORS §2, as its table writes them; an indicator that was added has no number."""

from __future__ import annotations

import pytest

from pipeline.codebook.load import load_codebook

CODEBOOK = load_codebook()
NUMBERED = [series for series in CODEBOOK.indicators if series.numero]
UNITS = {"n": "n", "%": "pct", "ratio": "ratio", "h": "h", "€": "eur"}
POLARITIES = {"+": "plus", "·": "neutre"}
GRAINS = {"R": "agrement", "S": "structure", "A": "action", "C": "collectif"}
PLACES = {"E": "essentiel", "P": "page", "S": "synthese", "X": "annexe"}
# numero, id, modalities of a family, unit, polarity, grain, diffusion, where, S when the porteur's synthèse shows it
TABLE = """
1 taux_reponse_porteurs - % + S+R L E
2 taux_reponse_actions - % + A+R L E
3 couverture_enfants - % + A+R L E
4 completude - % + S L X
5 part_reponses_sans_alerte - % + S L X
6 nb_actions - n · R L E S
7 nb_enfants - n · R L E S
8 nb_porteurs - n · R L E
9 nb_enfants_accueillis - n · A E E S
10 taux_realisation - % · A+R E S S
11 nb_collectifs - n · A E E S
12 nb_familles - n · A E E S
13 part_porteurs_type 7 % · S L P
14 part_porteurs_reaap - % · S L P
15 part_actions_nouvelles - % · R L P
16 part_enfants_nouveaux - % · A E P
17 part_actions_qpv - % · A L P
18 part_actions_zone urbain,rural % · A L P
19 part_epci_couverts - % · R L E
20 part_qpv_couverts - % · A L E
21 part_enfants_qpv - % · A E S S
22 part_enfants_rep - % · A E P
23 part_actions_liste_attente - % · A L P
23 nb_liste_attente - n · A E P
24 part_enfants_niveau elementaire,college,lycee % · A E E S
25 part_filles - % · A E P
26 part_enfants_age 6_10,11_16,17_plus % · A E X
27 part_enfants_besoin allophones,handicap % · A X X
28 part_actions_origine parents,enseignants,jeune,travailleurs_sociaux,autre % · A L P
29 taux_presence - % + C E S S
30 enfants_par_collectif - ratio · A E E S
31 part_collectifs_8_12 - % + C L E S
32 seances_par_semaine - ratio · C L S S
33 part_collectifs_frequence - % + C L P
34 duree_seance - h · C L P
35 semaines_ouverture - ratio · C L P
36 heures_par_enfant - h · C E S S
37 part_actions_locaux structure,mis_a_disposition,etablissement_scolaire,autre % · A L P
38 nb_intervenants - n · A E E
39 part_benevoles - % · A E E S
40 part_actions_benevoles_seuls - % · A L P
41 part_collectifs_2_intervenants - % + C L E S
42 part_intervenants_formes - % + A E S S
43 part_actions_animation_dept - % + A L P
44 part_actions_axe enfants,parents,ecole,territoire % + A L P
45 part_actions_4_axes - % + A L E S
46 part_actions_socle_enfants 5 % + A L P
47 part_actions_socle_parents 5 % + A L P
48 part_actions_socle_complet enfants,parents % + A L S S
49 part_collectifs_bonus enfants,parents % · C L P
50 part_actions_projet_culturel intervenants_exterieurs,sorties,materiel,projet_annuel % · A L P
51 part_actions_parentalite espace_parole,soiree_debat,ecoute_individualisee % · A L P
52 rencontres_par_action - ratio + A E S S
53 part_familles_participantes - % + A E P
54 etablissements_par_action - ratio · A E P
55 part_actions_concertation - % + A L E
56 part_actions_outil_liaison - % + A L P
57 part_articulation cel_pel,pedt,autre,non % · S L P
58 part_actions_lien reaap,pre,pedt,pel,cite_educative,ctg,mediatheque,aucun % · A L P
59 cout_par_enfant - € · A F S S
59 cout_par_collectif - € · A F P
59 charges_totales - € · A F P
59 benevolat_valorise - € · A F P
60 part_produits 13 % · A F P
60 ps_theorique - € · C F P
60 part_collectifs_plafond - % · C F P
"""
ROWS = [line.split() for line in TABLE.strip().splitlines()]


def test_the_sixty_rows_are_there_in_their_order_and_no_other() -> None:
    found = list(dict.fromkeys((series.numero, series.serie_de) for series in NUMBERED))
    assert found == [(int(row[0]), row[1]) for row in ROWS]
    assert sorted({int(row[0]) for row in ROWS}) == list(range(1, 61))
    assert len(NUMBERED) == 125


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_a_row_is_declared_as_in_the_table(row: list[str]) -> None:
    _, name, modalities, unit, polarity, grains, diffusion, place, *shown = row
    series = [s for s in CODEBOOK.indicators if s.serie_de == name]
    for s in series:
        assert (s.unite, s.polarite, s.diffusion) == (UNITS[unit], POLARITIES[polarity], diffusion)
        assert set(s.grains) == {GRAINS[grain] for grain in grains.split("+")}
        assert (s.ou, s.synthese_porteur) == (PLACES[place], shown == ["S"])
    if modalities == "-":
        assert [(s.id, s.modalite) for s in series] == [(name, None)]
    elif modalities.isdigit():
        assert len(series) == int(modalities)
    else:
        assert [s.id for s in series] == [f"{name}__{code}" for code in modalities.split(",")]


def test_twenty_rows_are_in_the_synthesis_of_a_porteur() -> None:
    assert len({series.numero for series in NUMBERED if series.synthese_porteur}) == 20


def test_a_series_says_its_formula_in_words_and_what_not_to_conclude_from_it() -> None:
    said = {s.id: (s.description, s.prudence or "") for s in CODEBOOK.indicators}
    assert [name for name, texts in said.items() if not all(text.endswith(".") for text in texts)] == []


def test_an_expected_answer_has_its_question() -> None:
    """What is counted from returns quotes the question; what the committee or the checks give has none."""
    without = {s.serie_de for s in CODEBOOK.indicators if s.question is None}
    assert without == {
        "taux_reponse_porteurs", "taux_reponse_actions", "couverture_enfants", "completude",
        "part_reponses_sans_alerte", "nb_actions", "nb_enfants", "nb_porteurs", "part_actions_nouvelles",
        "part_epci_couverts",
    }  # fmt: skip


def test_the_estimated_ps_is_never_said_to_be_due() -> None:
    (ps,) = [s for s in CODEBOOK.indicators if s.id == "ps_theorique"]
    assert ps.libelle == ps.libelle_court == "Ps théorique (estimation)"
    assert ps.bareme
