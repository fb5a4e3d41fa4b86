"""Accounts: made, given a code, changed, revoked, erased; each change is written in the journal with it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from stdnum import luhn

from access.journal import journal
from access.journal.journal import Author
from access.people.codes import hash_code, new_code
from access.people.identity import EVERYWHERE, ROLES, Identity
from access.store import reading, writing
from socle.french import day, today
from socle.paths import DataFolder
from socle.refusal import Refusal

_SIRET, _EMAIL = re.compile(r"\d{14}"), re.compile(r"[\w.+'-]+@[\w-]+(\.[\w-]+)+")
_LA_POSTE = "356000000"
_LONGEST = 254


@dataclass(frozen=True)
class NewAccount:
    """An account to make."""

    identifiant: str
    """SIRET or e-mail address, as typed."""
    nom: str
    role: str
    territoire: str = EVERYWHERE
    porteur_id: str | None = None


@dataclass(frozen=True)
class Account:
    """An account as it is; its code is not part of it: only a hash is kept."""

    id: int
    identifiant: str
    nom: str
    role: str
    territoire: str
    porteur_id: str | None
    code_du: str | None
    """UTC time at which its code was made; None without a code."""
    code_jusqu_au: str | None
    """Last day on which its code opens a session."""
    revoque_le: str | None
    cree_le: str
    derniere_session: int | None = None
    """When its last open session was seen, in seconds since 1970."""

    @property
    def identity(self) -> Identity:
        """Who that is."""
        return Identity(self.id, self.identifiant, self.nom, self.role, self.territoire, self.porteur_id)

    @property
    def state(self) -> str:
        """revoque, sans_code, expire or actif."""
        if self.revoque_le:
            return "revoque"
        if self.code_jusqu_au is None:
            return "sans_code"
        return "expire" if date.fromisoformat(self.code_jusqu_au) < today() else "actif"


_COLUMNS = """c.id, c.identifiant, c.nom, c.role, c.territoire, c.porteur_id, c.code_du, c.code_jusqu_au, c.revoque_le,
    c.cree_le"""


def normal_identifier(typed: str) -> str:
    """Return the identifier as it is kept: fourteen digits, or an address in lower case."""
    text = "".join(typed.split()).lower()
    digits = text.replace(".", "").replace("-", "")
    return digits if _SIRET.fullmatch(digits) else text


def accounts(folder: DataFolder) -> list[Account]:
    """Return every account, by role then name."""
    with reading(folder) as connection:
        rows = connection.execute(
            f"select {_COLUMNS}, max(s.vue_a) as derniere_session from compte as c "
            "left join session as s on s.compte = c.id group by c.id order by c.role, c.nom, c.id"
        )
        return [Account(**row) for row in rows]


def waiting(folder: DataFolder) -> list[Account]:
    """Return the accounts that wait for a letter: those without a code, or whose code is past its day."""
    return [who for who in accounts(folder) if who.state in ("sans_code", "expire")]


def account(folder: DataFolder, identifiant: str) -> Account:
    """Return the account of that identifier, however it is typed; raise Refusal when there is none."""
    with reading(folder) as connection:
        return _found(connection, identifiant)


def add(folder: DataFolder, draft: NewAccount, by: Author) -> Account:
    """Make an account, without a code; raise Refusal when it holds what no account can, or exists already."""
    identifiant = normal_identifier(draft.identifiant)
    _check(draft, identifiant)
    with writing(folder) as connection:
        try:
            made = connection.execute(
                "insert into compte (identifiant, nom, role, territoire, porteur_id, cree_le) "
                "values (?, ?, ?, ?, ?, ?)",
                (identifiant, draft.nom.strip(), draft.role, draft.territoire, draft.porteur_id, _now()),
            ).lastrowid
        except sqlite3.IntegrityError as error:
            raise Refusal("compte_en_double", identifiant=identifiant) from error
        journal.append(connection, by, "compte_cree", f"compte {made}, {draft.role}, territoire {draft.territoire}")
        return _found(connection, identifiant)


def issue_codes(folder: DataFolder, identifiants: Sequence[str], until: date, by: Author) -> dict[str, str]:
    """Give each account a new code, valid until that day included, and return {identifier: code}: the only time.

    The code before it, and the sessions that it opened, end. A revoked account comes back. Raise Refusal when an
    account does not exist, or the day is past: no code is then changed.
    """
    check_day(until)
    codes = {normal_identifier(identifiant): new_code() for identifiant in identifiants}
    hashed = {identifiant: hash_code(code) for identifiant, code in codes.items()}  # slow: outside the transaction
    with writing(folder) as connection:
        for identifiant, code in hashed.items():
            who = _found(connection, identifiant)
            connection.execute(
                "update compte set code = ?, code_jusqu_au = ?, code_du = ?, revoque_le = null where id = ?",
                (code, until.isoformat(), _now(), who.id),
            )
            journal.append(connection, by, "code_emis", f"compte {who.id}, valable jusqu'au {day(until)}")
    return codes


def check_day(until: date) -> None:
    """Raise Refusal when that last day of a code is past."""
    if until < today():
        raise Refusal("code_date_passee", date=day(until))


def change(folder: DataFolder, identifiant: str, by: Author, **fields: str | None) -> Account:
    """Change nom, role, territoire or porteur_id; sessions open under another role or territory end at once."""
    with writing(folder) as connection:
        before = _found(connection, identifiant)
        kept = {name: getattr(before, name) for name in ("nom", "role", "territoire", "porteur_id")}
        after = NewAccount(before.identifiant, **(kept | fields))
        _check(after, before.identifiant)
        connection.execute(
            "update compte set nom = ?, role = ?, territoire = ?, porteur_id = ? where id = ?",
            (after.nom.strip(), after.role, after.territoire, after.porteur_id, before.id),
        )
        summary = f"compte {before.id}, {after.role}, territoire {after.territoire}"
        journal.append(connection, by, "compte_modifie", summary)
        return _found(connection, identifiant)


def revoke(folder: DataFolder, identifiant: str, by: Author) -> Account:
    """Take the account's code away and end its sessions at once; its past entries in the journal stay."""
    with writing(folder) as connection:
        who = _found(connection, identifiant)
        connection.execute(
            "update compte set code = null, code_jusqu_au = null, code_du = null, revoque_le = ? where id = ?",
            (_now(), who.id),
        )
        journal.append(connection, by, "compte_revoque", f"compte {who.id}")
        return _found(connection, identifiant)


def erase(folder: DataFolder, identifiant: str, by: Author) -> int:
    """Forget the person: return the number of the account, which the journal keeps and which names no one any more."""
    with writing(folder) as connection:
        who = _found(connection, identifiant)
        connection.execute("delete from compte where id = ?", (who.id,))
        journal.append(connection, by, "compte_efface", f"compte {who.id}")
        return who.id


def _found(connection: sqlite3.Connection, identifiant: str) -> Account:
    normal = normal_identifier(identifiant)
    row = connection.execute(f"select {_COLUMNS} from compte as c where c.identifiant = ?", (normal,)).fetchone()
    if row is None:
        raise Refusal("compte_inconnu", identifiant=normal)
    return Account(**row)


def _check(draft: NewAccount, identifiant: str) -> None:
    known = _is_siret(identifiant) if identifiant.isdigit() else _EMAIL.fullmatch(identifiant)
    if not known or len(identifiant) > _LONGEST:
        raise Refusal("compte_identifiant", identifiant=draft.identifiant)
    if not draft.nom.strip() or len(draft.nom) > _LONGEST:
        raise Refusal("compte_sans_nom", identifiant=identifiant)
    if draft.role not in ROLES:
        raise Refusal("compte_role", role=draft.role, connus=", ".join(ROLES))
    if (draft.role == "porteur") != bool(draft.porteur_id):
        raise Refusal("compte_porteur", identifiant=identifiant)


def _is_siret(text: str) -> bool:
    """As pipeline/sql/macros.sql has it: what the register holds can be an identifier."""
    if not _SIRET.fullmatch(text) or text.startswith("000000000"):
        return False
    return luhn.is_valid(text) or (text.startswith(_LA_POSTE) and sum(map(int, text)) % 5 == 0)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
