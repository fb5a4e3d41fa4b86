"""Step 1: the year, declared here when it is new, and the files."""

from __future__ import annotations

import streamlit as st

from dashboard.loading.steps import RECOGNISE, Loading, go, show_moves
from dashboard.loading.territory import campaigns_of, files_of, has_all
from dashboard.screen.places import departements, named
from dashboard.screen.refusals import shown
from dashboard.screen.tables import small
from dashboard.visit.visitor import Visitor
from pipeline.preparation import preparation
from pipeline.preparation.write_campagne import declare_campagne
from pipeline.reading.campaigns import Campaign
from pipeline.reading.received import EXPORT_SUFFIXES, shown_name
from socle.paths import DataFolder
from socle.words.french import today

_ADDED = "Aucun, il s'ajoute aux autres"
_SEVERAL = "de plusieurs départements"
_MONTH = 7  # a return of the school year is asked for from June on: in August, the year is the one that ended


def choose(load: Loading) -> None:
    """Draw the step."""
    visitor = load.visitor
    folder = visitor.folder.prepared() if load.preparation else visitor.folder
    years = campaigns_of(visitor, folder)
    if not years:
        st.info("Aucune année scolaire n'est déclarée. Commencez par en déclarer une, ci-dessous.")
    else:
        _upload(visitor, folder, years)
        with st.expander("Retirer un fichier déjà chargé", key="chargement_retirer"):
            _take_out(visitor, folder, years)
    with st.expander("Déclarer une nouvelle année scolaire", expanded=not years, key="chargement_declarer"):
        _declare(visitor, folder, years)
    show_moves(load, 1, "Continuer" if load.changes else "")


def _upload(visitor: Visitor, folder: DataFolder, years: list[Campaign]) -> None:
    year = st.selectbox(
        "Année scolaire du fichier", years, format_func=lambda campaign: campaign.name, key="chargement_annee"
    )
    departement = _departement(visitor, year)
    present, common = files_of(visitor, folder, year)
    if common:
        kept = ", ".join(common)
        small(f"Communs à plusieurs départements, et gardés par un agent de tous les départements\u202f: {kept}.")
    replaced = st.selectbox(
        "Fichier qu'il remplace", [_ADDED, *present], key=f"chargement_remplace_{year.name}",
        help="L'ancien fichier est mis de côté et peut être remis à sa place.",
    )  # fmt: skip
    file = st.file_uploader(
        "Fichier reçu\u202f: bilans, actions agréées ou synthèse nationale (.csv, .txt, .xlsx ou .ods, 20 Mo au plus)",
        type=[suffix.removeprefix(".") for suffix in EXPORT_SUFFIXES],
        key=f"chargement_fichier_{st.session_state.get('chargement_numero', 0)}",
    )  # fmt: skip
    small(
        "Bouton «\u202fUpload\u202f»\u202f: choisir le fichier. Il est lu et essayé d'abord\u202f; rien ne change "
        "avant que vous l'acceptiez."
    )
    if file:
        st.text(f"Fichier choisi\u202f: {shown_name(file.name)}")  # the uploader cuts long names
    unsaid = file is None or departement == ""
    if st.button("Lire ce fichier", type="primary", disabled=unsaid, key="chargement_lire") and file:
        with shown():
            put = preparation.put_file(
                visitor.folder, year.name, file.name, file.getvalue(), visitor.identity.nom,
                "" if replaced == _ADDED else replaced, departement, visitor.territory,
            )  # fmt: skip
            visitor.record("chargement", f"{year.name}/{put}")
            # Another uploader next time: this one keeps its file.
            st.session_state["chargement_numero"] = st.session_state.get("chargement_numero", 0) + 1
            go(RECOGNISE)


def _departement(visitor: Visitor, year: Campaign) -> str | None:
    """The département of the file, which who acts on several is asked; None for one of several, or of the only one.

    Empty as long as it is not said.
    """
    if len(year.departements) == 1:
        return None
    if visitor.territory is not None:
        small(f"Ce fichier sera rangé avec ceux du département {named(visitor.territory)}.")
        return visitor.territory
    # Where the year's folder is one's, no file of several can lie there.
    offered = [*([] if year.fichiers_de else [_SEVERAL]), *year.departements]
    chosen = st.selectbox(
        "Département du fichier", offered, key=f"chargement_departement_{year.name}",
        format_func=lambda code: code if code == _SEVERAL else named(code), index=None, placeholder="Choisissez",
        help="Un fichier de plusieurs départements est lu ligne par ligne\u202f; leurs agents n'en voient que le nom.",
    )  # fmt: skip
    return None if chosen == _SEVERAL else chosen or ""


def _take_out(visitor: Visitor, folder: DataFolder, years: list[Campaign]) -> None:
    present = [(year.name, name) for year in years for name in files_of(visitor, folder, year)[0]]
    chosen = st.selectbox(
        "Fichier à retirer", present, index=None, placeholder="Choisissez", format_func=" / ".join,
        key="chargement_retire",
    )  # fmt: skip
    small("Il est mis de côté et peut être remis\u202f; vous verrez ce qui change avant de publier.")
    if st.button("Préparer ce retrait", disabled=chosen is None, key="chargement_retirer_oui") and chosen:
        with shown():
            preparation.remove_file(visitor.folder, *chosen, visitor.identity.nom, visitor.territory)
            visitor.record("chargement", f"retrait de {'/'.join(chosen)} préparé")
            go(RECOGNISE)


def _declare(visitor: Visitor, folder: DataFolder, years: list[Campaign]) -> None:
    with st.form("declarer", border=False):
        name = st.text_input("Année scolaire", value=_next_year(years), key="declarer_annee")
        offered = [visitor.territory] if visitor.territory else list(departements())
        # The year before may cover more than this agent's territory.
        before = [code for code in years[0].departements if code in offered] if years else []
        chosen = st.multiselect(
            "Départements", offered, default=before or offered[:1], format_func=named,
            key="declarer_departements", placeholder="Choisissez",
        )  # fmt: skip
        opened = st.date_input("Ouverture de la saisie (facultatif)", None, format="DD/MM/YYYY", key="declarer_debut")
        closed = st.date_input("Fermeture de la saisie (facultatif)", None, format="DD/MM/YYYY", key="declarer_fin")
        fictitious = not years and st.checkbox("Ces données sont fictives (démonstration)", key="declarer_fictif")
        if st.form_submit_button("Déclarer l'année"):
            dates = (opened, closed) if opened and closed else None
            with shown():
                if not chosen:
                    st.error("Choisissez au moins un département.")
                    return
                prepared = preparation.begin(visitor.folder, visitor.identity.nom, visitor.territory)
                declare_campagne(
                    prepared, name.strip(), chosen, visitor.identity.nom, dates, bool(fictitious), visitor.territory
                )
                visitor.record("reglage", f"année {name.strip()} déclarée")
                st.rerun()
    if not has_all(visitor):
        small("Une année qu'une autre Caf a déjà déclarée reçoit votre département, avec vos dates.")
    if years:
        kind = "fictives" if years[0].fictif else "réelles"
        small(f"Les données de cette année seront {kind}, comme celles des autres années de ce dossier.")


def _next_year(years: list[Campaign]) -> str:
    now = today()
    first = int(years[0].name[:4]) + 1 if years else now.year - (now.month < _MONTH + 2)
    return f"{first}-{first + 1}"
