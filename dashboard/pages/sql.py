"""SQL: ready questions, then one's own, on the published tables; for analysts and the agent."""

from __future__ import annotations

import streamlit as st

from dashboard.query.answer import show_answer
from dashboard.query.engine import run
from dashboard.query.saved_queries import forget, save, saved
from dashboard.query.schema_view import show_schema
from dashboard.screen.done import show_done
from dashboard.screen.refusals import shown
from dashboard.screen.tables import plain, small
from dashboard.visit.visitor import Visitor
from socle.refusal import Refusal
from warehouse.engine.engine import SqlAnswer
from warehouse.sql.errors import pointed
from warehouse.sql.questions import ReadyQuestion, questions

QUERY = "requete"
"""Name in the address: a link gives its query to a colleague, not its answer."""
_TEXT, _ASKED, _PAST, _DONE, _KEPT = "sql_texte", "sql_demandee", "sql_passees", "sql_fait", "sql_reponse"
_LONGEST_LINK, _REMEMBERED = 1500, 20


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("SQL")
    show_done(_DONE)
    if visitor.build is None:
        st.info("Rien n'est encore publié. Les tables se remplissent dès que la Caf publie.")
        return
    if _TEXT not in st.session_state:
        st.session_state[_TEXT] = st.query_params.get(QUERY, "")
    ready, own, schema = st.tabs(["Questions prêtes", "Mes requêtes", "Tables et colonnes"])
    with ready:
        _ready()
    with own:
        _own(visitor)
    with schema:
        show_schema(visitor)
    _editor(visitor)


def _ready() -> None:
    question = st.selectbox(
        "Question", questions(), format_func=lambda choice: choice.titre, index=None,
        placeholder="Choisissez une question",
        key="sql_question",
    )  # fmt: skip
    if question is None:
        return
    small(question.description)
    values = {
        parameter.name: st.text_input(parameter.label, parameter.default, key=f"sql_{question.id}_{parameter.name}")
        for parameter in question.parametres
    }
    st.button("Poser cette question", type="primary", key="sql_poser", on_click=_ask, args=(question, values))


def _ask(question: ReadyQuestion, values: dict[str, str]) -> None:
    st.session_state[_TEXT] = st.session_state[_ASKED] = question.filled(values)


def _own(visitor: Visitor) -> None:
    with shown():
        kept = saved(visitor)
        past = st.session_state.get(_PAST, [])
        if not kept and not past:
            st.info("Rien n'est encore gardé. Écrivez une requête, lancez-la, puis donnez-lui un nom pour la garder.")
        if kept:
            name = st.selectbox("Requête gardée", list(kept), index=None, placeholder="Choisissez", key="sql_gardee")
            again = kept.get(name or "")
            with st.container(horizontal=True):
                st.button("Reprendre", disabled=not name, key="sql_reprendre", on_click=_take, args=(again,))
                if st.button("Ne plus garder", disabled=not name, key="sql_oublier") and name:
                    forget(visitor, name)
                    st.session_state[_DONE] = f"«\u202f{name}\u202f» n'est plus gardée."
                    st.rerun()
        if past:
            query = st.selectbox(
                "Dernières requêtes de cet onglet", list(reversed(past)), index=None, placeholder="Choisissez",
                format_func=lambda text: " ".join(text.split())[:120], key="sql_passee",
            )  # fmt: skip
            st.button("Reprendre celle-ci", disabled=not query, key="sql_refaire", on_click=_take, args=(query,))


def _take(query: str | None) -> None:
    st.session_state[_TEXT] = query or ""


def _editor(visitor: Visitor) -> None:
    st.header("Votre requête", anchor="requete")
    query = st.text_area(
        "Un seul SELECT, sur les tables publiées", key=_TEXT, height=200,
        placeholder="select * from marts.action_large where campagne = '2019-2020'",
    )  # fmt: skip
    with st.container(horizontal=True):
        if st.button("Lancer", type="primary", shortcut="Ctrl+Enter", key="sql_lancer"):
            st.session_state[_ASKED] = query
            st.session_state.pop(_KEPT, None)
    asked = st.session_state.get(_ASKED, "")
    if not asked.strip():
        small("Ctrl+Entrée lance la requête. Elle ne peut rien modifier, et s'arrête d'elle-même si elle dure trop.")
        return
    try:
        answer = _answer(visitor, asked)
    except Refusal as refusal:
        st.error(plain(refusal.on_screen))
        if pointed_at := pointed(asked, refusal):
            st.code(pointed_at, language=None)
        return
    _remember(asked)
    show_answer(visitor, asked, answer)
    _keep(visitor, asked)


def _answer(visitor: Visitor, query: str) -> SqlAnswer:
    """Ask once, whatever is then chosen of the answer; while it is asked, a button gives it up."""
    kept = st.session_state.get(_KEPT)
    if kept and kept[:2] == (query, visitor.build):
        answer: SqlAnswer = kept[2]
        return answer
    message, way_out = st.empty(), st.empty()

    def waiting(seconds: float) -> None:
        message.text(f"La requête tourne depuis {int(seconds)} s…")
        if not drawn:
            drawn.append(way_out.button("Annuler la requête", key="sql_annuler", on_click=_give_up))

    drawn: list[bool] = []
    answer = run(visitor, query, waiting)
    message.empty()
    way_out.empty()
    st.session_state[_KEPT] = (query, visitor.build, answer)
    return answer


def _give_up() -> None:
    st.session_state[_ASKED] = ""


def _remember(query: str) -> None:
    past = [earlier for earlier in st.session_state.get(_PAST, []) if earlier != query]
    st.session_state[_PAST] = [*past, query][-_REMEMBERED:]
    if len(query) <= _LONGEST_LINK:
        st.query_params[QUERY] = query
    elif QUERY in st.query_params:
        del st.query_params[QUERY]


def _keep(visitor: Visitor, query: str) -> None:
    with st.form("sql_garder", border=False), st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.text_input("Garder cette requête sous le nom", max_chars=80, key="sql_nom")
        if st.form_submit_button("Garder"):
            with shown():
                save(visitor, name, query)
                st.session_state[_DONE] = (
                    f"«\u202f{' '.join(name.split())}\u202f» est gardée dans «\u202fMes requêtes\u202f»."
                )
                st.rerun()
    small("L'adresse de cette page contient la requête\u202f: un collègue verra ce que permet son compte.")
