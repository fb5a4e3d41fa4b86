"""An entry of indicators.yml -> its series: one, or one a modality, their SQL complete."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.codebook.model import Fallback, Indicator

_COLUMNS = re.compile(r"\{colonnes ([a-z_]+)(?: sauf ([a-z0-9_]+))?\}")
_KEPT = ("famille", "libelle", "libelle_court", "description", "unite", "polarite", "diffusion", "synthese_porteur",
         "ou", "question", "comparable_depuis", "prudence")  # fmt: skip


def indicator_series(
    entry: Mapping[str, Any], modalities: Mapping[str, Mapping[str, str]], settings: Mapping[str, float | str | None]
) -> Iterator[Indicator]:
    """Yield the series of one entry: itself, or one a modality of `par_modalite` or of `modalites`.

    In its SQL, {m} is the modality, {colonnes v} the columns of a variable that has one a modality, {colonnes v sauf m}
    all of them but one, and the name of a setting of funding.yml its value (that of the campagne, where it has its
    years), null while it is empty.
    """
    calculation = entry["calcul"]
    fallback = calculation.get("a_defaut")
    whole = Indicator(
        **{name: entry[name] for name in _KEPT},
        id=entry["id"],
        serie_de=entry["id"],
        modalite=None,
        numero=entry.get("numero"),
        phrase=entry.get("phrase"),
        grains=_tuple(entry["grain"]),
        source=calculation["source"],
        distinct=calculation.get("distinct"),
        numerateur=calculation["numerateur"],
        denominateur=calculation.get("denominateur"),
        condition=calculation.get("condition"),
        variables=tuple(entry["variables"]),
        il_faut=entry.get("il_faut", "toutes"),
        bareme=calculation.get("bareme", False),
        a_defaut=Fallback(**fallback) if fallback else None,
        base_comme=calculation.get("base_comme"),
        base_publique=calculation.get("base_publique", False),
        incomplet=calculation.get("incomplet"),
    )
    if "par_modalite" not in entry and "modalites" not in entry:
        yield _completed(whole, "", modalities, settings)
    for code, libelle in series_codes(entry, modalities).items():
        series = replace(
            whole,
            id=f"{whole.id}__{code}",
            modalite=code,
            libelle=f"{whole.libelle}\u202f: {libelle}",
            libelle_court=entry["libelles_courts"].get(code, whole.libelle_court),
            variables=tuple(name.replace("{m}", code) for name in whole.variables),
        )
        yield _completed(series, code, modalities, settings)


def series_codes(entry: Mapping[str, Any], modalities: Mapping[str, Mapping[str, str]]) -> Mapping[str, str]:
    """Return {code: label} of the series of a family, those that `sauf` names left out; nothing when it is none."""
    if "modalites" in entry:
        declared: Mapping[str, str] = entry["modalites"]
        return declared
    offered = modalities.get(entry.get("par_modalite", ""), {})
    return {code: label for code, label in offered.items() if code not in entry.get("sauf", ())}


def _completed(
    series: Indicator,
    code: str,
    modalities: Mapping[str, Mapping[str, str]],
    settings: Mapping[str, float | str | None],
) -> Indicator:
    texts = (series.numerateur, series.denominateur, series.condition)
    above, below, condition = (text and _sql(text, code, modalities, settings) for text in texts)
    empty = [name for name, value in settings.items() if value is None]
    yearly = [name for name, value in settings.items() if isinstance(value, str) and _names(texts, name)]
    known = [f"({_setting(settings[name])}) is not null" for name in yearly]
    return replace(
        series,
        numerateur=above or "",
        denominateur=below,
        condition=" and ".join([f"({condition})"] * bool(condition) + known) if known else condition,
        reglage_vide=any(_names(texts, name) for name in empty),
        seuils=tuple(yearly),
    )


def _sql(
    text: str, code: str, modalities: Mapping[str, Mapping[str, str]], settings: Mapping[str, float | str | None]
) -> str:
    def columns(match: re.Match[str]) -> str:
        codes = modalities.get(match[1], {})
        names = [f"{match[1]}__{name}" for name in codes if name != match[2]]
        return ", ".join(names) or f"{{{match[1]}}}"  # an unknown variable stays in braces, which is refused

    text = _COLUMNS.sub(columns, text.replace("{m}", code) if code else text)
    for name, value in settings.items():
        text = text.replace(f"{{{name}}}", _setting(value))
    return text


def _setting(value: float | str | None) -> str:
    return "null" if value is None else value if isinstance(value, str) else f"{value:g}"


def _names(texts: Iterable[str | None], name: str) -> bool:
    return any(f"{{{name}}}" in (text or "") for text in texts)


def _tuple(value: str | Sequence[str]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
