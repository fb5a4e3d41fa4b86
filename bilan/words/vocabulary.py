"""The names that patterns may say beside those of indicators, and the patterns that the program itself says."""

from __future__ import annotations

EVERYWHERE = (
    "annee", "annee_avant", "departement", "dans", "de", "date", "version", "contexte", "provisoire", "arretee_le",
    "fictif", "par_structure", "nb_reponses", "actions_agreees", "non_demarrees", "reponse_faible",
    "collectif_minimum", "collectif_maximum", "ecart_points", "ecart_relatif", "porteurs_minimum", "base_minimale",
    "absence_france",
)  # fmt: skip
"""Terms of the year and the département (bilan.words.terms)."""
ASPECTS = (
    "avant", "france", "citee", "citee_annee", "couverture", "manque", "constant", "constant_avant", "porteurs",
    "avant_repondants", "est_total", "est_total_declare", "repondants", "citee_source", "rupture", "perturbe", "q1",
    "q3", "nom", "libelle", "nom_court", "libelle_court", "source", "a_defaut", "publie", "absence",
    "couverture_calculee",
)  # fmt: skip
"""What is told of an indicator: « part_benevoles.france »."""
OF_A_FAMILY = "arrondi"
"""The one aspect of a family of shares."""
OF_ONE_PAGE = (
    "champ", "x", "epci_sans_action", "epci_sans_action_noms", "qpv_sans_action", "qpv_sans_action_noms", "ps_taux",
    "ps_plafond", "ps_maximum", "attendus", "hors_delai", "corrigees", "masquees", "couverture", "depuis", "libelles",
    "comparables", "proches", "ligne", "valeur", "ensemble", "nom", "reponse", "raison_sociale", "transmis_le",
    "premiere_annee", "contact", "annee_demandee", "annee_montree", "demandee_recue", "demandee_le", "semblables",
    "semblables_nom", "decrites", "total", "recus", "ecartees", "valeurs", "verifier", "question", "blancs", "changes",
    "premiere", "vous", "point", "cloture",
)  # fmt: skip
"""What one page or one figure alone knows, and `x`, the subject of a pattern."""
OWN = ("vous", "vous_avant")
"""Before an indicator, the porteur's own figure: « vous.part_benevoles »."""
FORMS = ("", "nu", "part", "sur", "sujet", "num", "base", "compte")
"""How a number is written: bilan.words.sentences."""
ASKED = (
    "E1", "E2", "E3", "E4", "E5", "E6", "E7", "E8", "P0_etabli", "P0_titre", "P1", "P2", "P4_fin", "P5_reponse",
    "P6_ecartee", "P7", "P_attente", "P_fin", "P_refuse", "P_sans_france", "P_sans_reponse", "avant", "base", "champ",
    "chapitre_methode",
    "chapitre_vide", "ecart_france", "etabli_par", "etat", "evolution", "france", "lecture", "lecture_constant",
    "lecture_dispersion", "lecture_synthese", "lecture_territoires", "lire_ce_bilan", "marques", "message",
    "message_annees", "message_cites", "message_constant", "message_dispersion", "message_ecarts", "message_lignes",
    "message_points", "message_questions", "message_referentiel", "message_reponses", "message_ruptures",
    "note_arrondis", "note_citee", "note_couverture", "note_depuis", "note_ecarts", "note_faible", "note_lignes",
    "note_masquees", "note_rupture", "note_secret", "note_totaux", "part_epci_couverts", "part_qpv_couverts", "pied",
    "sans_france", "titre",
)  # fmt: skip
"""Patterns that the program says by their names; the others are named by a file, or bear the name of an indicator."""
