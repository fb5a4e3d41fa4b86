"""Comptes: the agent makes accounts, gives new codes, changes, revokes, and prints letters."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import streamlit as st

from access.letters.letter_text import sender
from access.letters.letters import Render, issue_letters, to_html
from access.people.accounts import Account, NewAccount, accounts, change, check_day, issue_codes, revoke
from access.people.identity import EVERYWHERE, ROLES, STATES
from bilan.print.letters_pdf import to_pdf
from dashboard.screen.new_accounts import add_account, add_register
from dashboard.screen.places import departements, named
from dashboard.screen.refusals import shown
from dashboard.screen.tables import plain, small, table
from dashboard.visit.data import read
from dashboard.visit.visitor import Visitor
from socle.french import count, day, today
from socle.refusal import Refusal
from socle.settings import load_settings
from warehouse.listings.porteurs import Porteur, porteurs

_VALID = timedelta(days=365)
_SHOWN = 50
_FILES = (("PDF", "application/pdf", to_pdf), ("HTML", "text/html", to_html))


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Comptes")
    st.write(
        "Un compte dit qui peut s'identifier, ce qu'il voit et pour quel département. Le code est donné par une lettre "
        "ou montré une seule fois ici\u202f; il n'est gardé nulle part."
    )
    mine = [account for account in accounts(visitor.folder) if _may_manage(visitor, account.territoire)]
    existing, new, post = st.tabs(["Comptes existants", "Nouveau compte", "Lettres"])
    with existing:
        _list(mine)
        _manage(visitor, mine)
    with new:
        _add(visitor)
    with post:
        _letters(visitor, mine)


def _list(listed: list[Account]) -> None:
    sought = st.text_input("Chercher", key="comptes_recherche", placeholder="nom, identifiant, porteur").casefold()
    kept = [
        account
        for account in listed
        if sought in f"{account.nom} {account.identifiant} {account.porteur_id}".casefold()
    ]
    small(f"{count(len(kept), 'compte')}" + (f", les {_SHOWN} premiers sont montrés" if len(kept) > _SHOWN else ""))
    if kept:
        table(
            [
                {
                    "Nom": account.nom,
                    "Identifiant": account.identifiant,
                    "Rôle": ROLES[account.role],
                    "Territoire": named(account.territoire),
                    "État": STATES[account.state],
                    "Valable jusqu'au": _until(account),
                }
                for account in kept[:_SHOWN]
            ],
            "Comptes",
        )


def _manage(visitor: Visitor, managed: list[Account]) -> None:
    st.subheader("Agir sur un compte")
    chosen = st.selectbox("Compte", managed, format_func=_named, index=None, key="compte", placeholder="Choisissez")
    if chosen is None:
        return
    renew, take_away = st.columns(2)
    if renew.button("Donner un nouveau code", key="renouveler"):
        _renew(visitor, chosen)
    if take_away.button("Révoquer", key="revoquer"):
        _revoke(visitor, chosen)
    with st.form("modifier"):
        name = st.text_input("Nom", value=chosen.nom)
        now = list(ROLES).index(chosen.role)
        role = st.selectbox("Rôle", list(ROLES), index=now, format_func=ROLES.__getitem__, key="modifier_role")
        territory = _choose_territory(visitor, chosen.territoire, "modifier_territoire")
        if st.form_submit_button("Enregistrer"):
            _save(visitor, chosen, name, role, territory)


def _save(visitor: Visitor, chosen: Account, name: str, role: str, territory: str) -> None:
    with shown():
        _not_oneself(visitor, chosen)
        change(visitor.folder, chosen.identifiant, visitor.author, nom=name, role=role, territoire=territory)
        st.success("Compte enregistré. Ses sessions ouvertes sont fermées si ce qu'il voit a changé.")


@st.dialog("Donner un nouveau code\u202f?")
def _renew(visitor: Visitor, chosen: Account) -> None:
    st.text(f"{_named(chosen)}\u202f: l'ancien code et les sessions ouvertes cessent aussitôt.")
    until = st.date_input("Valable jusqu'au", today() + _VALID, format="DD/MM/YYYY", key="renouveler_date")
    if st.button("Donner le code", type="primary", key="renouveler_oui"):
        with shown():
            codes = issue_codes(visitor.folder, [chosen.identifiant], until, visitor.author)
            _show_code(chosen.identifiant, codes[chosen.identifiant])


@st.dialog("Révoquer ce compte\u202f?")
def _revoke(visitor: Visitor, chosen: Account) -> None:
    st.text(f"{_named(chosen)} ne pourra plus s'identifier, et ses sessions ouvertes sont fermées aussitôt.")
    if st.button("Révoquer le compte", type="primary", key="revoquer_oui"):
        with shown():
            _not_oneself(visitor, chosen)
            revoke(visitor.folder, chosen.identifiant, visitor.author)
            st.rerun()


def _add(visitor: Visitor) -> None:
    known = _porteurs(visitor)
    with st.form("nouveau"):
        role = st.selectbox("Rôle", list(ROLES), index=list(ROLES).index("porteur"), format_func=ROLES.__getitem__)
        porteur = st.selectbox(
            "Porteur de projet", known, index=None, format_func=lambda choice: choice.raison_sociale,
            key="nouveau_porteur",
            placeholder="Choisissez, pour un compte de porteur",
        )  # fmt: skip
        identifiant = st.text_input("SIRET ou adresse électronique", key="nouveau_identifiant")
        name = st.text_input("Nom (celui du porteur, s'il reste vide)", key="nouveau_nom")
        territory = _choose_territory(visitor, visitor.identity.territoire, "nouveau_territoire")
        until = st.date_input("Code valable jusqu'au", today() + _VALID, format="DD/MM/YYYY", key="nouveau_date")
        if st.form_submit_button("Créer le compte"):
            draft = NewAccount(identifiant, name, role, territory, porteur.porteur_id if porteur else None)
            with shown():
                check_day(until)
                made = add_account(visitor.folder, visitor.author, draft, visitor.identity.territoire)
                codes = issue_codes(visitor.folder, [made.identifiant], until, visitor.author)
                _show_code(made.identifiant, codes[made.identifiant])
    st.write(
        "Ou un compte pour chaque porteur publié qui n'en a pas, sous son SIRET\u202f; ils attendront leur lettre."
    )
    if st.button("Créer un compte par porteur", key="registre"):
        with shown():
            made_now = add_register(visitor.folder, visitor.author, visitor.identity.territoire)
            st.success(f"{count(len(made_now), 'compte créé', 'comptes créés')}.")


def _letters(visitor: Visitor, managed: list[Account]) -> None:
    st.write(
        "Chaque fichier porte de nouveaux codes\u202f: ceux d'avant cessent de valoir. Une page par compte, à "
        "imprimer\u202f; supprimez le fichier ensuite."
    )
    waiting = [account for account in managed if account.state in ("sans_code", "expire")]
    chosen = st.multiselect(
        "Comptes", managed, default=waiting, format_func=_named, key="lettres", placeholder="Choisissez"
    )
    until = st.date_input("Codes valables jusqu'au", today() + _VALID, format="DD/MM/YYYY", key="lettres_date")
    names = [account.identifiant for account in chosen]
    with st.container(horizontal=True):
        for kind, mime, render in _FILES:
            st.download_button(
                f"Télécharger {count(len(names), 'lettre')} ({kind})",
                data=partial(_made, visitor, names, until, render),
                file_name=f"lettres-clas{'-donnees-fictives' if _is_fictitious(visitor) else ''}.{kind.lower()}",
                mime=mime,
                disabled=not names or until < today(),
                on_click="ignore",
                key=f"lettres_{kind.lower()}",
            )


def _made(visitor: Visitor, names: list[str], until: date, render: Render) -> bytes:
    of = sender(load_settings(), _is_fictitious(visitor))
    return render(issue_letters(visitor.folder, names, until, visitor.author, of))


def _is_fictitious(visitor: Visitor) -> bool:
    return bool(visitor.manifest and visitor.manifest.fictif)


def _show_code(identifiant: str, code: str) -> None:
    st.success(f"Code de {plain(identifiant)}, montré cette seule fois\u202f:")
    st.code(code, language=None)


def _choose_territory(visitor: Visitor, now: str, key: str) -> str:
    within = visitor.identity.territoire
    offered = [EVERYWHERE, *departements()] if within == EVERYWHERE else [within]
    return st.selectbox("Territoire", offered, index=offered.index(now), format_func=named, key=key)


def _porteurs(visitor: Visitor) -> list[Porteur]:
    try:
        return read(visitor, porteurs)
    except Refusal:
        return []  # nothing published yet: the other roles can have their accounts already


def _may_manage(visitor: Visitor, territoire: str) -> bool:
    return visitor.identity.territoire in (EVERYWHERE, territoire)


def _not_oneself(visitor: Visitor, chosen: Account) -> None:
    if chosen.id == visitor.identity.compte:
        raise Refusal("compte_soi_meme")


def _named(account: Account) -> str:
    return f"{account.nom} ({account.identifiant})"


def _until(account: Account) -> str:
    return day(date.fromisoformat(account.code_jusqu_au)) if account.code_jusqu_au else ""
