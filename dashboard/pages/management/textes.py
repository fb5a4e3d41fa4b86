"""Textes: what the agent writes for the bilan of a year, as plain text; kept in textes.yml, read by every build."""

from __future__ import annotations

import streamlit as st

from access.people.identity import EVERYWHERE
from dashboard.loading.territory import campaigns_of
from dashboard.loading.waiting import offer_publication
from dashboard.screen.done import show_done
from dashboard.screen.places import named
from dashboard.screen.refusals import shown
from dashboard.screen.tables import small
from dashboard.visit.visitor import Visitor
from pipeline.core.texts import load_chapters
from pipeline.preparation.write_texts import Texts, load_texts, save_texts
from pipeline.reading.campaigns import Campaign

_WHOLE = {
    "contexte": ("Contexte de l'année", "Ce qu'il faut savoir de l'année avant de la comparer."),
    "mot_du_comite": ("Mot du comité", "En première page du bilan."),
    "citations": (
        "Paroles de porteurs",
        "Seulement ce qu'un porteur a accepté de voir publié. Une ligne vide sépare deux paroles.",
    ),
    "perspectives": ("Perspectives", "Dernier chapitre du bilan."),
}
_PARTS = {
    "priorites": "Priorités de l'année",
    "reunions": "Réunions du comité",
    "formations": "Animation et formations proposées",
}
_LONGEST = 4000
_DONE = "textes_fait"


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Textes")
    show_done(_DONE)
    years = campaigns_of(visitor, visitor.folder)
    if not years:
        st.info("Aucune année scolaire n'est déclarée. Commencez par «\u202fCharger un fichier\u202f».")
        return
    campaign = st.selectbox("Année scolaire", years, format_func=lambda year: year.name, key="textes_annee")
    departement = _departement(visitor, campaign)
    offer_publication(visitor)
    written = load_texts(campaign, departement)
    common = load_texts(campaign) if departement else Texts()
    write, see = st.tabs(["Écrire", "Relire"])
    with write:
        if departement and common != Texts():
            st.write(
                "Un texte de tous les départements paraît là où vous n'écrivez pas le vôtre\u202f; l'onglet "
                "«\u202fRelire\u202f» montre ce qui paraîtra."
            )
        _form(visitor, campaign, departement, written)
    with see:
        _preview(campaign, _together(common, written))


def _departement(visitor: Visitor, campaign: Campaign) -> str | None:
    """The département for which one writes, which who acts on several is asked; None for the whole year."""
    if len(campaign.departements) == 1:
        return None
    if visitor.territory is not None:
        small(f"Textes du bilan du département {named(visitor.territory)}.")
        return visitor.territory
    return st.selectbox(
        "Département", [None, *campaign.departements], key=f"textes_departement_{campaign.name}",
        format_func=lambda code: named(code or EVERYWHERE),
        help="Le texte d'un département remplace, dans son bilan, celui de tous.",
    )  # fmt: skip


def _together(common: Texts, own: Texts) -> Texts:
    """What the bilan of a département shows: its own texts, else those of all."""
    return Texts(
        {**common.entiers, **own.entiers},
        {**common.dispositif, **own.dispositif},
        {**common.commentaires, **own.commentaires},
    )


def _form(visitor: Visitor, campaign: Campaign, departement: str | None, written: Texts) -> None:
    st.write("Du texte simple\u202f: une ligne vide sépare deux paragraphes. Un texte vide n'est pas montré.")
    name = f"{campaign.name}_{departement}" if departement else campaign.name
    with st.form(f"textes_{name}", border=False):
        whole = {
            key: st.text_area(
                title, written.entiers.get(key, ""), help=what, max_chars=_LONGEST, key=f"texte_{name}_{key}"
            )
            for key, (title, what) in _WHOLE.items()
        }
        st.subheader("Le dispositif")
        parts = {
            key: st.text_area(title, written.dispositif.get(key, ""), max_chars=_LONGEST, key=f"texte_{name}_{key}")
            for key, title in _PARTS.items()
        }
        st.subheader("Commentaires, chapitre par chapitre")
        comments = {
            key: st.text_area(
                title, written.commentaires.get(key, ""), max_chars=_LONGEST, key=f"chapitre_{name}_{key}"
            )
            for key, title in load_chapters().items()
        }
        if st.form_submit_button("Enregistrer", type="primary"):
            with shown():
                texts = Texts(whole, parts, comments)
                save_texts(visitor.folder, campaign, texts, visitor.identity.nom, departement, visitor.territory)
                visitor.record("texte", f"{campaign.name}/{departement}" if departement else campaign.name)
                st.session_state[_DONE] = "Textes enregistrés. Ils paraîtront à la prochaine publication."
                st.rerun()


def _preview(campaign: Campaign, written: Texts) -> None:
    titles = {key: title for key, (title, _) in _WHOLE.items()}
    chapters = load_chapters()
    shown = [(titles[key], written.entiers.get(key)) for key in ("mot_du_comite", "contexte")]
    shown += [(title, written.dispositif.get(key)) for key, title in _PARTS.items()]
    shown += [(title, written.commentaires.get(key)) for key, title in chapters.items()]
    shown += [(titles[key], written.entiers.get(key)) for key in ("citations", "perspectives")]
    if not any(text for _, text in shown):
        st.info(f"Aucun texte n'est encore écrit pour {campaign.name}. Écrivez-le dans l'onglet «\u202fÉcrire\u202f».")
    for title, text in shown:
        if text:
            st.subheader(title)
            st.text(text)
