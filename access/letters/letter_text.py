"""The words of a letter that gives someone an access, whichever renderer draws them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from access.people.accounts import Account
from access.people.identity import ROLES
from socle.french import day
from socle.settings import Settings

TITLE = "Bilan annuel du Clas\u202f: votre accès"


@dataclass(frozen=True)
class Sender:
    """What letters say of who sends them."""

    caf: str
    """« Caf du Loiret »; may be empty."""
    contact: str
    url: str
    """Where the dashboard is; empty when the Caf tells it otherwise."""
    fictif: bool
    """The figures that these accounts open are made up: the letter says so."""


@dataclass(frozen=True)
class Letter:
    """One letter, every text ready to print."""

    fictif: str
    """« DONNÉES FICTIVES… »; "" of a real one."""
    sender: str
    date: str
    to: str
    greeting: str
    purpose: str
    keys: tuple[tuple[str, str], ...]
    """(what, value) of what it takes to identify: the address, the identifier, the code."""
    steps: tuple[str, ...]
    keep: str
    small: tuple[str, ...]
    """Whom to ask, and what is kept of the reader."""


def sender(settings: Settings, fictif: bool) -> Sender:
    """Return what the settings say of who sends the letters."""
    return Sender(settings.caf, settings.contact, settings.url, fictif)


def write_letter(account: Account, code: str, until: date, today: date, of: Sender) -> Letter:
    """Return the letter that gives an account its code."""
    return Letter(
        fictif="DONNÉES FICTIVES, lettre de démonstration" if of.fictif else "",
        sender=of.caf or "Caisse d'allocations familiales",
        date=f"Le {day(today)}",
        to=account.nom,
        greeting="Madame, Monsieur,",
        purpose=_purpose(account.role),
        keys=tuple(_keys(account.identifiant, code, until, of.url)),
        steps=(
            "Ouvrez cette adresse dans un navigateur, sur un ordinateur ou un téléphone."
            if of.url
            else "Ouvrez l'adresse que votre Caf vous a indiquée.",
            "Recopiez l'identifiant et le code. Majuscules, espaces et tirets sont sans importance\u202f; le code "
            "n'emploie ni la lettre I, ni L, ni O, ni U.",
            "Quittez par «\u202fSe déconnecter\u202f», surtout sur un appareil que d'autres utilisent.",
        ),
        keep="Il n'y a pas de mot de passe à inventer. Ce code vous est personnel\u202f: gardez cette lettre, ne la "
        "transmettez pas. Si elle se perd ou qu'une autre personne doit s'identifier, demandez un nouveau "
        "code\u202f; l'ancien cesse alors de valoir. Personne ne vous demandera jamais ce code par téléphone ni par "
        "courriel.",
        small=(
            f"Votre contact\u202f: {of.contact}.",
            "Vos données\u202f: identifiant, nom, rôle, et un journal de vos visites gardé douze mois. Pour les lire, "
            "les faire corriger ou effacer, adressez-vous à ce contact, ou à la Cnil (cnil.fr).",
        ),
    )


def _purpose(role: str) -> str:
    if role == "porteur":
        return (
            "Vous conduisez un contrat local d'accompagnement à la scolarité. Le tableau de bord du bilan vous montre "
            "votre synthèse\u202f: vos chiffres, à côté de ceux du département et de la France. Cette lettre vous en "
            "donne l'accès."
        )
    return f"Cette lettre vous donne accès au tableau de bord du bilan annuel du Clas, comme {ROLES[role]}."


def _keys(identifiant: str, code: str, until: date, url: str) -> Iterator[tuple[str, str]]:
    if url:
        yield "Adresse", url
    yield "Votre identifiant", identifiant
    yield f"Votre code, valable jusqu'au {day(until)}", code
