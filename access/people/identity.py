"""What identification gives: an Identity; and the seam behind which it is done, by codes today, by OIDC one day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

ROLES = {
    "agent": "agent Caf",
    "comite": "membre du comité",
    "analyste": "analyste",
    "porteur": "porteur de projet",
}
"""{role: how it is said on a screen}. What a role may do is for who receives an Identity to say."""
STATES = {
    "actif": "peut s'identifier",
    "sans_code": "attend sa lettre",
    "expire": "code échu",
    "revoque": "révoqué",
}
"""{state of an account: how it is said}."""
EVERYWHERE = "*"


@dataclass(frozen=True)
class Identity:
    """Who someone is, and for whom and where; never what they may read."""

    compte: int
    """Number of the account, by which the journal names it."""
    identifiant: str
    nom: str
    role: str
    territoire: str
    """Code of a département, or `*`."""
    porteur_id: str | None = None


class IdentityProvider(Protocol):
    """Whatever can say who someone is from what they present: a code today; an OIDC answer would come here."""

    def identify(self, claim: Mapping[str, str], address: str) -> Identity:
        """Return who presents `claim` from `address`; raise Refusal when the claim is not valid."""
        ...
