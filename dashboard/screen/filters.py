"""The address of a page -> the school year and the département it is about; the two lists that change them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dashboard.screen.tables import plain
from dashboard.visit.data import read
from dashboard.visit.visitor import Visitor
from warehouse.listings.campagnes import Available, available

YEAR, PLACE, CHARTS = "annee", "departement", "graphiques"
"""Names in the address: `?annee=2019-2020&departement=45`, and `&graphiques=0` for the tables alone."""


@dataclass(frozen=True)
class Choice:
    """What a page is about."""

    campagne: str
    departement: Available
    charts: bool
    """False when the tables alone are wanted."""


def chosen(visitor: Visitor) -> Choice | None:
    """Return what the address asks for; else what was last chosen in this tab, else the last year.

    The address then says it, so that it can be kept or sent. What it asks for and is not there is said. None when the
    visitor has no year to read: what to do about it is drawn.
    """
    if visitor.build is None:
        _say_nothing_is_there(visitor, "Rien n'est encore publié.")
        return None
    places = read(visitor, available)
    if not places:
        _say_nothing_is_there(visitor, "Aucune année n'est publiée pour votre territoire.")
        return None
    codes = {departement.code: departement for departement in places}
    departement = codes[one_of(PLACE, list(codes), "Le département {} n'est pas de ceux que vous pouvez lire")]
    year = one_of(YEAR, departement.campagnes, f"L'année {{}} n'est pas publiée {departement.dans}")
    return Choice(year, departement, one_of(CHARTS, ["1", "0"], "") == "1")


def show_filters(visitor: Visitor, choice: Choice, with_charts: bool = True) -> None:
    """Draw the lists; what is chosen goes to the address, and the page is drawn again."""
    places = {departement.code: departement.nom for departement in read(visitor, available)}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        show_list(YEAR, "Année scolaire (bilan)", choice.departement.campagnes, choice.campagne)
        if len(places) > 1:
            show_list(PLACE, "Département", list(places), choice.departement.code, places)
        if with_charts:
            st.toggle(
                "Graphiques",
                value=choice.charts,
                key=_widget(CHARTS),
                on_change=lambda: _keep(CHARTS, str(int(st.session_state[_widget(CHARTS)]))),
            )


def _say_nothing_is_there(visitor: Visitor, fact: str) -> None:
    todo = (
        "Déposez les fichiers reçus, puis publiez."
        if visitor.identity.role == "agent"
        else "Les pages se remplissent dès que la Caf publie les bilans reçus."
    )
    st.info(f"{fact} {todo}")


def one_of(name: str, known: Sequence[str], unknown: str) -> str:
    """Return the value in the address if it is known, else the one kept, else the first; the address then says it."""
    asked = st.query_params.get(name)
    kept = st.session_state.get(_kept(name))
    value = next(
        (choice for choice in known if choice == asked), next((choice for choice in known if choice == kept), known[0])
    )
    if asked is not None and asked != value and unknown:
        st.info(f"{plain(unknown.format(asked))}\u202f: voici {plain(value)}.")
    if not (name == CHARTS and value == known[0]):
        st.query_params[name] = value
    st.session_state[_kept(name)] = value
    return value


def show_list(name: str, label: str, options: Sequence[str], value: str, labels: dict[str, str] | None = None) -> None:
    """Draw a list of what `one_of` may return; `labels` says each where it is a code."""
    st.session_state[_widget(name)] = value
    st.selectbox(
        label,
        options,
        format_func=lambda code: f"{labels[code]} ({code})" if labels else code,
        key=_widget(name),
        width=260,
        on_change=lambda: _keep(name, st.session_state[_widget(name)]),
    )


def _keep(name: str, value: str) -> None:
    st.query_params[name] = value
    st.session_state[_kept(name)] = value


def _widget(name: str) -> str:
    return f"filtre_{name}"


def _kept(name: str) -> str:
    return f"garde_{name}"
