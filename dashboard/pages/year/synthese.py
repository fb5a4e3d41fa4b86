"""Ma synthèse: what a porteur declared, beside the département and France; phone first, no chart is needed."""

from __future__ import annotations

from functools import partial

import streamlit as st

from access.people.identity import EVERYWHERE
from bilan.model.content import Content
from bilan.model.exhibit import Exhibit
from bilan.render import KINDS, document_name, render
from bilan.synthese.compose import compose_synthese
from bilan.synthese.write import Synthese, synthese
from dashboard.exhibits.figure_view import show_files, show_marks, show_words
from dashboard.exhibits.stacked_table import show_stacked
from dashboard.screen.filters import PLACE, YEAR, one_of, show_list
from dashboard.screen.tables import plain, small
from dashboard.visit.data import read
from dashboard.visit.visitor import Visitor
from pipeline.codebook.departements import named_departement
from socle.settings import load_settings
from warehouse.figures.own_returns import own_returns


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Ma synthèse")
    choice = _chosen(visitor)
    if choice is None:
        st.info("Rien n'est encore publié. Revenez quand la Caf aura publié.")
        return
    shown_synthese = read(visitor, synthese, *choice, contact=load_settings().contact)
    _record(visitor, shown_synthese)
    _show(visitor, shown_synthese, f"{choice[1]}-{shown_synthese.shown}")


def _chosen(visitor: Visitor) -> tuple[str, str] | None:
    """The year and the département of the address, and the lists that change them; None when there is no year.

    Years that the committee has not adopted are there too: the page then says what became of the return.
    """
    published = visitor.manifest.campaigns if visitor.manifest else []
    mine = [line for line in published if visitor.scope.territoire in (EVERYWHERE, line["departement"])]
    codes = sorted({line["departement"] for line in mine if line["departement"]})
    if not codes:
        return None
    departement = one_of(PLACE, codes, "Le département {} n'est pas de ceux que vous pouvez lire")
    published_years = sorted({line["campagne"] for line in mine if line["departement"] == departement}, reverse=True)
    own = read(visitor, own_returns, published_years[0], departement)
    years = [year for year in published_years if year in own.years] or published_years
    year = one_of(YEAR, years, "L'année {} n'est pas de celles de votre structure")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        show_list(YEAR, "Année scolaire (bilan)", years, year)
        if len(codes) > 1:
            show_list(PLACE, "Département", codes, departement, {code: named_departement(code).nom for code in codes})
    return year, departement


def _record(visitor: Visitor, shown_synthese: Synthese) -> None:
    """Once for what is opened, whatever is then pressed on it."""
    opened = (visitor.build, shown_synthese.campagne)
    if st.session_state.get("synthese_ouverte") != opened:
        visitor.record("consultation", f"synthèse {shown_synthese.shown or shown_synthese.campagne}")
        st.session_state["synthese_ouverte"] = opened


def _show(visitor: Visitor, shown_synthese: Synthese, where: str) -> None:
    st.header(plain(shown_synthese.title), anchor="synthese")
    if shown_synthese.notice:
        st.info(plain(" ".join(shown_synthese.notice)))
    if shown_synthese.made_by:
        small(" ".join(shown_synthese.made_by))
    if shown_synthese.marks:
        show_marks(shown_synthese.marks)
    if shown_synthese.warning:
        st.warning(plain(shown_synthese.warning))
    if shown_synthese.table:
        _show_document(visitor, shown_synthese)
    if shown_synthese.context:
        st.info(plain(shown_synthese.context))
    _paragraphs("", shown_synthese.introduction)
    _figure(visitor, shown_synthese.table, where, (shown_synthese.no_france, shown_synthese.peers))
    _paragraphs("En phrases", shown_synthese.sentences)
    _figure(visitor, shown_synthese.referentiel, where)
    if shown_synthese.to_check:
        st.subheader("À vérifier", anchor="a-verifier")
        st.markdown("\n".join(f"* {plain(point)}" for point in shown_synthese.to_check))
        st.markdown(plain(shown_synthese.answer))
    _figure(visitor, shown_synthese.per_action, where)
    _paragraphs("Lire cette synthèse", shown_synthese.definitions)
    st.markdown(plain(shown_synthese.end))
    st.html('<p><a href="/donnees-personnelles" target="_self">Données personnelles</a></p>')


def _show_document(visitor: Visitor, shown_synthese: Synthese) -> None:
    """The same on one sheet, recto verso."""
    content = compose_synthese(shown_synthese)
    st.download_button(
        "Ma synthèse en PDF, à imprimer", partial(document, visitor, content), document_name(content, "pdf"),
        KINDS["pdf"].mime, key="synthese_pdf", on_click="ignore",
    )  # fmt: skip


def document(visitor: Visitor, content: Content) -> bytes:
    """Return the PDF; that it was taken is in the journal."""
    visitor.record("telechargement", document_name(content, "pdf"))
    return render(content, "pdf")


def _figure(visitor: Visitor, figure: Exhibit | None, where: str, texts: tuple[str, ...] = ()) -> None:
    if figure is None:
        return
    st.subheader(plain(figure.title), anchor=figure.id)
    _paragraphs("", texts)
    show_stacked(figure)
    show_words(figure)
    show_files(visitor, figure, where)


def _paragraphs(title: str, texts: tuple[str, ...]) -> None:
    said = [plain(text) for text in texts if text]
    if said and title:
        st.subheader(title)
    if said:
        st.markdown("\n\n".join(said))
