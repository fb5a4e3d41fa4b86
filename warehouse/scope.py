"""Who asks for figures: a role, a territory and, for a porteur, which one. Whatever returns figures takes it.

A Scope is immutable and can be hashed: it belongs in the key of whatever keeps an answer for later.
"""

from __future__ import annotations

from dataclasses import dataclass

from socle.files.manifest import DIFFUSION, WAREHOUSE
from socle.words.refusal import Refusal

EVERYWHERE = "*"
INTERNAL = ("comite", "agent", "analyste")
"""Roles that read the warehouse, in which nothing is hidden; the others read what may be diffused."""
ROLES = (*INTERNAL, "porteur", "public")


@dataclass(frozen=True)
class Scope:
    """What someone may read."""

    role: str
    """comite, agent, analyste, porteur or public."""
    territoire: str
    """Code of a département, or `*` for all."""
    porteur_id: str | None = None
    """The porteur whose own figures may be read too."""

    def __post_init__(self) -> None:
        if self.role not in ROLES:
            raise ValueError(f"no such role: {self.role}")

    @property
    def database(self) -> str:
        """The file of a build that holds what this scope may read of territories."""
        return WAREHOUSE if self.role in INTERNAL else DIFFUSION

    def check(self, departement: str) -> None:
        """Raise Refusal when the département is not in this scope's territory."""
        if self.territoire not in (EVERYWHERE, departement):
            from pipeline.codebook.departements import named_departement  # for a refusal alone

            named = (named_departement(code).with_code for code in (departement, self.territoire))
            raise Refusal("hors_territoire", departement=next(named), territoire=next(named))


LOCAL = Scope("agent", EVERYWHERE)
"""Whoever runs a command where the data is."""
PUBLIC = Scope("public", EVERYWHERE)
