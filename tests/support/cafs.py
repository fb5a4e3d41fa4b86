"""Three small Cafs in one data folder: the same numbers of actions and of returns, a porteur of two of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from socle.paths import DataFolder
from tests.support.exports import agrement, reponse, shipped_format, siret, table, write_csv, write_export
from tests.support.families import sheets
from tests.support.tables import write_xlsx

FIRST, SECOND, LAST = "2014-2015", "2015-2016", "2021-2022"
YEARS = (FIRST, SECOND, LAST)
Rows = list[dict[str, str]]

OF_TWO = {"porteur_id": "deux", "siret": siret(1), "raison_sociale": "Fédération du soutien scolaire"}
"""The porteur of the Loiret and of Corse-du-Sud: action 001 in both."""
ACROSS, ACROSS_COMMUNE = "002", "89387"
"""An action that the Loiret agrees, and where it is held: Sens, in the Yonne."""
NOBODY = "Xyloz"
"""The name of no commune, nor near that of any: what is proposed is looked for in all the départements of the year."""

WAITING = "À relire"
"""A status that is not read: the return is received, and its figures wait for the Caf."""

TYPO, TYPO_ACTION = "54", "002"
"""A code that no year declares, in a line of the roster of Corse-du-Sud for the second year."""
GIVEN_TWICE = "R-006"
"""The number that two files of the Loiret give to two returns, in the second year."""
AGREED_TWICE = "007"
"""The action that two files of the Loiret agree to two porteurs, in the second year."""

TYPES = ("Centre social", "Association locale ou de quartier", "Autre")


@dataclass(frozen=True)
class Caf:
    """One of the three, and what makes it unlike the others."""

    code: str
    communes: tuple[str, ...]
    first_siret: int
    porteurs_alone: int
    """Beside the one of two Cafs."""
    roster: bool
    cloture: str | None
    """Month and day, in the year that the campagne ends; None: what the campagne says for all."""

    @property
    def porteurs(self) -> list[dict[str, str]]:
        """Its porteurs in order of their actions, 001 first."""
        own = [
            {
                "porteur_id": f"p{self.code}-{rank}",
                "siret": siret(self.first_siret + rank),
                "raison_sociale": f"Association {rank} du {self.code}",
            }
            for rank in range(self.porteurs_alone)
        ]
        return [OF_TWO, *own] if self.roster else own


CAFS = (
    Caf("45", ("45234", "45208", "45155", "45068"), 100, 7, True, "09-15"),
    Caf("2A", ("2A004", "2A247", "2A249"), 200, 6, True, "10-31"),
    Caf("974", ("97411", "97415", "97416"), 300, 9, False, None),
)
CODES = tuple(caf.code for caf in CAFS)


def caf_of(code: str) -> Caf:
    """The Caf of that département."""
    return next(caf for caf in CAFS if caf.code == code)


def number(rank: int) -> str:
    """The number of the action of that rank, in each Caf."""
    return f"{rank + 1:03d}"


def nested(root: Path, codes: Collection[str] = CODES) -> DataFolder:
    """The folder where each Caf has its own folder of the year; of these Cafs alone."""
    return _written(root, codes, "{code}/")


def flat(root: Path) -> DataFolder:
    """The same files side by side in the folder of the year."""
    return _written(root, CODES, "")


def _written(root: Path, codes: Collection[str], place: str) -> DataFolder:
    folder = DataFolder(root)
    everyone = [OF_TWO, *(one for caf in CAFS for one in caf.porteurs if one is not OF_TWO)]
    write_export(folder.register, "porteurs", everyone)
    cafs = [caf for caf in CAFS if caf.code in codes]
    for year in YEARS:
        _declare(folder, year, cafs)
        for caf in cafs:
            _texts(folder.raw / year / caf.code, caf)
            _files(folder.raw / year / place.format(code=caf.code), year, caf)
    return folder


def _declare(folder: DataFolder, year: str, cafs: Sequence[Caf]) -> None:
    path = folder.raw / year / "campagne.yml"
    path.parent.mkdir(parents=True)
    ends = year[5:]
    declared = ", ".join(f'"{caf.code}"' for caf in cafs)
    lines = [f"campagne: {year}", "fictif: true", f"departements: [{declared}]"]
    lines += [f"dates: {{ouverture: {ends}-06-15, cloture: {ends}-12-31}}", "contexte: Ce que l'année dit à tous."]
    own = [caf for caf in cafs if caf.cloture]
    lines += ["par_departement:"] if own else []
    for caf in own:
        lines += [
            f'  "{caf.code}":',
            f"    dates: {{ouverture: {ends}-06-01, cloture: {ends}-{caf.cloture}}}",
            f"    contexte: Ce que l'année dit au {caf.code}.",
        ]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    (path.parent / "textes.yml").write_text(
        "mot_du_comite: Le mot de tous.\nperspectives: Les perspectives de tous.\n", encoding="utf-8"
    )


def _texts(folder: Path, caf: Caf) -> None:
    folder.mkdir(exist_ok=True)
    own = f"mot_du_comite: Le mot du {caf.code}.\ncommentaires:\n  enfants: Les enfants du {caf.code}.\n"
    (folder / "textes.yml").write_text(own, encoding="utf-8")


def _files(folder: Path, year: str, caf: Caf) -> None:
    if caf.roster:
        write_export(folder / f"agrements-{caf.code}.csv", "agrements", roster(year, caf))
    returned = returns(year, caf)
    if year == LAST:
        (book,) = sheets("elan-2021", returned, collectifs(caf)).values()
        write_xlsx(folder / f"export-{caf.code}.xlsx", book)
    else:
        structure = year == FIRST and caf.code == "45"
        fmt = shipped_format("questionnaire-2014" if structure else "questionnaire-2016")
        encoding = "cp1252" if structure else "utf-8-sig"
        write_csv(folder / f"retours-{caf.code}.csv", table(fmt, returned), encoding)
    if year == SECOND and caf.code == "45":
        _twice(folder, caf)


def _twice(folder: Path, caf: Caf) -> None:
    """Files sent later, that give a number of an action and one of a return to something else."""
    agreed = next(line for line in roster(SECOND, caf) if line["action_id"] == AGREED_TWICE)
    other = {name: caf.porteurs[1][name] for name in ("siret", "raison_sociale")}
    write_export(folder / f"agrements-suite-{caf.code}.csv", "agrements", [agreed | other])
    told = _return(SECOND, caf, 7, caf.porteurs[7]) | {"reponse_id": GIVEN_TWICE}
    write_export(folder / f"retours-suite-{caf.code}.csv", "questionnaire-2016", [told])


def roster(year: str, caf: Caf) -> Rows:
    """What its committee agreed."""
    agreed = []
    for rank, porteur in enumerate(caf.porteurs):
        action = number(rank)
        across = caf.code == "45" and action == ACROSS
        agreed.append(
            agrement(
                action,
                porteur,
                campagne_declaree=year,
                departement=TYPO if (year, caf.code, action) == (SECOND, "2A", TYPO_ACTION) else caf.code,
                commune=ACROSS_COMMUNE if across else caf.communes[rank % len(caf.communes)],
                nb_enfants_agrees=str(10 + rank + len(caf.code)),
                nb_collectifs_agrees="1",
                statut_agrement="Non démarrée" if rank == 6 else "Agréée",
                action_precedente="" if rank % 2 else action,
            )
        )
    return agreed


def returns(year: str, caf: Caf) -> Rows:
    """What its porteurs answered: the last one did not, and what the files of a year hold beside clean returns."""
    answered = [_return(year, caf, rank, porteur) for rank, porteur in enumerate(caf.porteurs[:-1]) if rank != 6]
    return [*answered, *_awkward(year, caf)]


def _return(year: str, caf: Caf, rank: int, porteur: dict[str, str]) -> dict[str, str]:
    action, children = number(rank), 8 + rank + 2 * CODES.index(caf.code)
    commune = caf.communes[rank % len(caf.communes)]
    if caf.code == "45" and action == ACROSS:
        commune = ACROSS_COMMUNE
    told = reponse(
        action,
        porteur,
        reponse_id=f"R-{action}",
        campagne_declaree=year,
        date_validation=f"20/09/{year[5:]} 10:00",
        # One says no place, another names a place of nobody.
        commune={2: "", 3: NOBODY}.get(rank, commune),
        type_structure=TYPES[(rank + CODES.index(caf.code)) % len(TYPES)],
        nb_enfants=str(children),
        nb_familles=str(children - 2),
        nb_enfants_qpv=str(rank if caf.code != "974" else 2 * rank),
        effectif_niveau__elementaire=str(children - 4),
        effectif_niveau__college="3",
        effectif_niveau__lycee="1",
        territoire_urbain_rural="Rural" if rank % 2 else "Urbain",
        porte_reaap="Non" if rank % 3 else "Oui",
        qpv="Non" if rank % 2 else "Oui",
        intitule=f"Action {action} du {caf.code}",
        charges__60="1000",
        charges__64=str(3000 + 100 * rank),
        produits__caf_ps="1500",
        tiers_id=f"T{rank}",
    )
    return told


def _awkward(year: str, caf: Caf) -> Iterator[dict[str, str]]:
    """A reply sent twice, an action that its roster does not hold, a status that is not read, a number that is none."""
    if year != SECOND:
        return
    if caf.code == "45":
        first = _return(year, caf, 0, caf.porteurs[0])
        yield first | {"reponse_id": "R-050", "date_validation": f"01/09/{year[5:]} 10:00", "nb_enfants": "3"}
        # The number of an action that La Réunion, which has no roster, does hold.
        yield _return(year, caf, 8, caf.porteurs[1])
    elif caf.code == "2A":
        told = _return(year, caf, 6, caf.porteurs[6])
        yield told | {"statut_reponse": WAITING, "reponse_id": "R-060"}
    else:
        yield _return(year, caf, 8, caf.porteurs[8]) | {"nb_familles": "une dizaine"}


def collectifs(caf: Caf) -> Rows:
    """One collectif a return of the last year, of the same numbers in each Caf; two of the first return."""
    rows = []
    for told in returns(LAST, caf):
        for rank in range(2 if told["reponse_id"] == "R-001" else 1):
            rows.append(
                {
                    "reponse_id": told["reponse_id"],
                    "action_id": told["action_id"],
                    "collectif_id": str(rank + 1),
                    "niveau": "École élémentaire",
                    "inscrits": str(6 + len(caf.code) + rank),
                    "presents_moyens": "6",
                    "intervenants_par_seance": "2",
                    "seances_par_semaine": "2",
                    "duree_seance": "1,5",
                    "semaines": "30",
                    "depenses": str(6000 + 500 * CODES.index(caf.code)),
                }
            )
    return rows
