"""definitions/diffusion.yml as dataclasses: the thresholds of the disclosure rule, and the rounding."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DisclosureThresholds:
    """The numbers of the rule, declared in definitions/diffusion.yml."""

    porteurs_minimum: int = 5
    part_maximale: float = 0.85
    marge: float = 0.20
    enfants_minimum_sensible: int = 11
    porteurs_minimum_quartiles: int = 12


@dataclass(frozen=True)
class DiffusionRules:
    """definitions/diffusion.yml."""

    rule: DisclosureThresholds
    arrondis: dict[str, float]
    arrondis_quartiles: dict[str, float]


def load_diffusion_rules() -> DiffusionRules:
    """Return the thresholds and the rounding; raise DefinitionError when the file is not as its schema says."""
    from pipeline.codebook.documents import DEFINITIONS, read_document
    from socle.words.refusal import DefinitionError

    document = read_document(DEFINITIONS / "diffusion.yml", "diffusion")
    if errors := document.errors():
        raise DefinitionError(errors)
    content = document.content
    return DiffusionRules(DisclosureThresholds(**content["seuils"]), content["arrondis"], content["arrondis_quartiles"])
