"""Identification by the code of a letter: an identifier, a code -> an Identity, or a sentence that tells nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from access.entry import throttle
from access.journal import journal
from access.journal.journal import Author
from access.people.accounts import normal_identifier
from access.people.codes import matches, read_code
from access.people.identity import Identity
from access.store import reading
from socle.paths import DataFolder
from socle.words.french import day, today
from socle.words.refusal import Refusal


@dataclass(frozen=True)
class LocalCodes:
    """The provider of a Caf that has no other: accounts and codes in access.sqlite."""

    folder: DataFolder

    def identify(self, claim: Mapping[str, str], address: str) -> Identity:
        """Return whose `identifiant` and `code` these are; raise Refusal otherwise.

        An account that does not exist, or was revoked, takes the same time and gets the same sentence as a wrong code.
        """
        identifiant = normal_identifier(claim.get("identifiant", ""))
        code = read_code(claim.get("code", ""))
        if code is None:
            throttle.admit_typing(self.folder, address)
            raise Refusal("code_mal_recopie")
        throttle.admit(self.folder, identifiant, address)
        identity, hashed, until = self._account(identifiant)
        if not matches(hashed, code) or identity is None:
            self._note("identification_refusee", identity)
            raise Refusal("identification_refusee")
        throttle.forgive(self.folder, identifiant, address)
        if until is None or until < today():
            self._note("identification_refusee", identity, "code échu")
            raise Refusal("code_echu", date=day(until) if until else None)
        self._note("identification", identity)
        return identity

    def _account(self, identifiant: str) -> tuple[Identity | None, str | None, date | None]:
        with reading(self.folder) as connection:
            row = connection.execute(
                "select id, identifiant, nom, role, territoire, porteur_id, code, code_jusqu_au from compte "
                "where identifiant = ?",
                (identifiant,),
            ).fetchone()
        if row is None:
            return None, None, None
        until = date.fromisoformat(row["code_jusqu_au"]) if row["code_jusqu_au"] else None
        return Identity(*row[:6]), row["code"], until

    def _note(self, action: str, identity: Identity | None, objet: str = "") -> None:
        journal.record(self.folder, Author("tableau", identity.compte if identity else None), action, objet)
