"""Réglages: what is in force and where each is declared, to be read; nothing is changed here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import streamlit as st

from dashboard.loading.territory import campaigns_of
from dashboard.screen.tables import plain, small, table
from dashboard.visit.visitor import Visitor
from pipeline.codebook.documents import DEFINITIONS, load_schema, read_document
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from socle.settings import Settings, load_settings
from socle.words.french import NOT_GIVEN, number

_ABOUT = {
    "data": "Dossier de données",
    "builds_kept": "Constructions gardées",
    "depots_jours": "Jours où sont gardés les fichiers déposés et l'historique des chargements",
    "licence": "Licence des données ouvertes",
    "caf": "Nom de la Caf",
    "service": "Service",
    "courriel": "Courriel",
    "telephone": "Téléphone",
    "url": "Adresse du tableau de bord",
}
_CLASSES = {"L": "libre", "E": "effectifs", "F": "finances", "X": "sensible"}


def page(visitor: Visitor) -> None:
    """Draw the page."""
    st.title("Réglages")
    st.write(
        "Ce qui est en vigueur, et le fichier où chaque réglage est écrit. Cette page ne change rien\u202f: demandez à "
        "la personne qui tient l'outil."
    )
    codebook = load_codebook((visitor.folder.root,))
    names = ["Installation", "Secret des chiffres", "Seuils et prestation", "Indicateurs", "Formats"]
    installation, secret, funding, indicators, formats = st.tabs(names)
    with installation:
        _installation(load_settings())
    with secret:
        _declared("diffusion", "seuils", "arrondis", "arrondis_quartiles")
    with funding:
        _declared("funding", "reglages")
        _thresholds(codebook)
        _years(codebook)
    with indicators:
        _indicators(codebook)
    with formats:
        _formats(codebook, {campaign.name for campaign in campaigns_of(visitor, visitor.folder)})


def _installation(settings: Settings) -> None:
    _where("clas.toml, ou une variable CLAS_… de l'environnement, qui l'emporte")
    table(
        [
            {
                "Réglage": _ABOUT.get(setting.name, setting.name),
                "Nom": setting.name,
                "Valeur": _text(getattr(settings, setting.name)) or NOT_GIVEN,
            }
            for setting in fields(settings)
        ],
        "Réglages de l'installation",
    )


def _declared(name: str, *parts: str) -> None:
    """A file of definitions, each value with what its schema says of it."""
    _where(f"pipeline/definitions/{name}.yml")
    content: Mapping[str, Any] = read_document(DEFINITIONS / f"{name}.yml", name).content
    schema = load_schema(name)["properties"]
    table(
        [
            {
                "Groupe": part,
                "Nom": key,
                "Valeur": _text(value),
                "Ce que c'est": _described(schema[part], key),
            }
            for part in parts
            for key, value in content[part].items()
        ],
        f"Réglages de {name}.yml",
    )


def _described(schema: Mapping[str, Any], key: str) -> str | None:
    description: str | None = schema.get("properties", {}).get(key, {}).get("description") or schema.get("description")
    return description


def _thresholds(codebook: Codebook) -> None:
    st.subheader("Seuils du référentiel, par années scolaires")
    st.write("Une année qui n'y est pas n'a pas de seuil connu\u202f: ses collectifs sont décrits, jamais jugés.")
    table(
        [
            {
                "Années": f"de {years.depuis} à {years.jusqu_a}" if years.jusqu_a else f"depuis {years.depuis}",
                **{name: _text(value) or NOT_GIVEN for name, value in years.valeurs.items()},
                "Source": years.source,
            }
            for years in codebook.funding.referentiel
        ],
        "Seuils du référentiel",
    )


def _years(codebook: Codebook) -> None:
    st.subheader("Prestation de service, année par année")
    table(
        [
            {
                "Année": year.annee,
                "Taux": _text(year.taux),
                "Prix plafond": _text(year.prix_plafond),
                "Ps maximum": _text(year.ps_maximum),
                "Source": year.source,
            }
            for year in codebook.funding.annees.values()
        ],
        "Prestation de service",
    )


def _indicators(codebook: Codebook) -> None:
    _where("pipeline/definitions/indicators.yml, complété par definitions/indicators.yml du dossier de données")
    sought = st.text_input("Chercher", key="reglages_indicateur").casefold()
    matching = [
        indicator for indicator in codebook.indicators if sought in f"{indicator.libelle} {indicator.id}".casefold()
    ]
    small(f"{len(matching)} séries")
    table(
        [
            {
                "Indicateur": indicator.libelle,
                "Nom": indicator.id,
                "Famille": codebook.familles.get(indicator.famille, indicator.famille),
                "Diffusion": _CLASSES.get(indicator.diffusion, indicator.diffusion),
            }
            for indicator in matching[:100]
        ],
        "Indicateurs",
    )


def _formats(codebook: Codebook, years: set[str]) -> None:
    _where("pipeline/definitions/formats/, puis formats.yml du dossier de données et de chaque année")
    described = [(campagne, known) for campagne, known in codebook.campaign_formats.items() if campagne in years]
    own = [(fmt, campagne) for campagne, known in described for fmt in known]
    every = [*((fmt, "") for fmt in codebook.formats), *own]
    table(
        [
            {
                "Export": fmt.libelle,
                "Nom": fmt.id + (f" ({fmt.partie})" if fmt.partie else ""),
                "Années": " à ".join(year or "…" for year in fmt.campagnes),
                "Colonnes": str(len(fmt.colonnes)),
                "Déclaré pour": campagne or "toutes les années",
            }
            for fmt, campagne in every
        ],
        "Formats",
    )


def _where(text: str) -> None:
    st.markdown(f"Écrit dans {plain(text)}.")


def _text(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return str(value or NOT_GIVEN)
    return number(value, 0 if value == int(value) else 2)
