"""One year of two départements, the Loiret and the Var, of five porteurs each: what one adopts, the other need not."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb

from pipeline.adopt import figures_csv
from pipeline.builds.adoption import FIGURES, Arret, adopt
from pipeline.builds.kept_rows import keep_rows
from socle.files.manifest import WAREHOUSE, current_build, read_manifest
from socle.paths import DataFolder
from socle.words.states import ADOPTED
from tests.support.exports import Row, agrement, declare, make_folder, reponse, siret, write_export

YEAR, LOIRET, VAR = "2019-2020", "45", "83"
COMMUNES = {LOIRET: "45234", VAR: "83137"}
PORTEURS = 5


def two_departements(root: Path) -> DataFolder:
    """The year, not built yet: one roster of both, the returns of each in its own folder."""
    folder = make_folder(root, {}, [porteur(code, rank) for code in COMMUNES for rank in range(PORTEURS)])
    declare(folder, YEAR)
    declare_departements(folder, LOIRET, VAR)
    write_roster(folder)
    for code in COMMUNES:
        returned = [returns(code, rank) for rank in range(PORTEURS)]
        write_export(folder.raw / YEAR / code / "reponses.csv", "questionnaire-2016", returned)
    return folder


def declare_departements(folder: DataFolder, *codes: str) -> None:
    """Write which ones the year has."""
    listed = ", ".join(f'"{code}"' for code in codes)
    declaration = f"campagne: {YEAR}\nfictif: true\ndepartements: [{listed}]\n"
    (folder.raw / YEAR / "campagne.yml").write_text(declaration, encoding="utf-8")


def write_roster(folder: DataFolder, fewer: int = 0) -> None:
    """Write the roster, without as many actions of the Var."""
    agreed = [agreed_action(code, rank) for code in COMMUNES for rank in range(PORTEURS)]
    write_export(folder.raw / YEAR / "agrements.csv", "agrements", agreed[: len(agreed) - fewer])


def porteur(code: str, rank: int) -> Row:
    """One porteur of a département."""
    number = int(code) * 10 + rank
    return {"porteur_id": f"p{code}-{rank}", "siret": siret(number), "raison_sociale": f"Porteur {code} {rank}"}


def agreed_action(code: str, rank: int) -> dict[str, str]:
    """Its action; numbers are of each département alone."""
    return agrement(f"{code}-a{rank}", porteur(code, rank), departement=code, commune=COMMUNES[code])


def returns(code: str, rank: int) -> dict[str, str]:
    """What it answers."""
    return reponse(f"{code}-a{rank}", porteur(code, rank), commune=COMMUNES[code])


def adopt_as_before(folder: DataFolder, day: str = "2020-11-12") -> None:
    """Adopt the published year as a program that adopted years whole did; the next build says so."""
    build = current_build(folder)
    manifest = read_manifest(build) if build else None
    assert build is not None and manifest is not None
    with duckdb.connect(str(build / WAREHOUSE), read_only=True) as connection:
        figures = connection.execute(
            f"select {', '.join(FIGURES)} from marts.indicateur_valeur_agregee "
            "where origine in ('calcule', 'fictif') and nb_porteurs is not null order by all"
        ).fetchall()
    # Such a build could count France too.
    figures.append(("nb_actions", "france", "FR", None, 1, 1, None, "diffusable"))
    arret = Arret(YEAR, ADOPTED, manifest.build, day, "Zoé", len(figures), regles="2026-11-29")
    keep_rows(folder, [arret], manifest)
    adopt(folder, [(arret, figures_csv(figures))])
    path = folder.arrets / f"{YEAR}.json"
    written = json.loads(path.read_bytes())
    del written["departement"]
    path.write_text(json.dumps(written), encoding="utf-8")
