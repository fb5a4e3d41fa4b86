"""The npm package of the French administrative division -> the territory CSVs of pipeline/definitions/reference.

Run once a year, when a new vintage is out: change VINTAGE, run, read what is printed, run the tests, commit the CSVs.
"""

from __future__ import annotations

import base64
import csv
import hashlib
import json
import subprocess
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any, cast

PACKAGE = "@etalab/decoupage-administratif"
VINTAGE = "6.0.0"  # Insee's official code of 2026
OLDER = "0.7.0"  # 2019: the last version that holds the history of communes
INTEGRITY = {  # sha512 of each tarball, as the registry announces it
    VINTAGE: "XavYsFlbcM/prKr8hNHPKER94IHw/dsxNM4nxjWMYk6PLFACpEedvn/7wK8Baozm0dCYhWWcf+7bcWpA5pmCaQ==",
    OLDER: "ezO+LHyIrJjDBlE7DxXSbvHxSliTGT4o4+w1pMaA6FjCVDFiW74zp5Lhmi1GpY2JcelKq4m8zHjDol08O6unqQ==",
}
REFERENCE = Path(__file__).resolve().parents[1] / "pipeline" / "definitions" / "reference"
HISTORY_SINCE = "2000"
WITHOUT_CAF = {"984", "989"}  # Terres australes, Clipperton: nobody goes to school there
CURRENT = "commune-actuelle"
FORMER = {"commune-deleguee", "commune-associee"}

# Insee's « type de nom en clair » (typeLiaison) -> the words before the name.
DE = {0: "de ", 1: "d'", 2: "du ", 3: "de la ", 4: "des ", 5: "de l'"}
DANS = {0: "en ", 1: "en ", 2: "dans le ", 3: "en ", 4: "dans les ", 5: "dans l'"}
# Names joined by « et » take no article, nor does Vaucluse: so their Cafs write them. Two collectivities need theirs.
LIAISON_CORRECTED = {"41": 0, "47": 0, "82": 0, "84": 0, "987": 3, "988": 3}
DANS_LA = {"23", "26", "42", "50", "51", "55", "58", "72", "80", "86"}  # rivers and La Manche: « en » is rare or wrong
TOWNS_AND_ISLANDS = {"75", "974", "975", "976", "977", "978", "986"}

Record = dict[str, Any]
Row = tuple[str, ...]


def fetch(version: str, folder: Path) -> dict[str, list[Record]]:
    """Return the JSON files of one version of the package by name; raise ValueError if its bytes are not the known."""
    command = ["npm", "pack", f"{PACKAGE}@{version}", "--pack-destination", str(folder), "--silent"]
    name = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1]
    tarball = folder / name
    digest = base64.b64encode(hashlib.sha512(tarball.read_bytes()).digest()).decode()
    if digest != INTEGRITY[version]:
        raise ValueError(f"{PACKAGE} {version}: sha512 {digest} found, {INTEGRITY[version]} expected")
    with tarfile.open(tarball) as archive:
        names = [Path(name) for name in archive.getnames() if "/data/" in name]
        return {name.stem: json.load(cast(IO[bytes], archive.extractfile(str(name)))) for name in names}


def kept(records: Iterable[Record]) -> list[Record]:
    """Return the communes, départements or regions that a Caf, or its like, serves."""
    return [r for r in records if r["code"][:3] not in WITHOUT_CAF]


def current_communes(data: dict[str, list[Record]]) -> dict[str, Record]:
    """Return the communes of the vintage by code."""
    return {r["code"]: r for r in kept(data["communes"]) if r["type"] == CURRENT}


def communes(data: dict[str, list[Record]]) -> list[Row]:
    """Return code, nom, departement, epci (empty for the few communes that belong to none), code_postal."""
    epci_of = {member["code"]: epci["code"] for epci in data["epci"] for member in epci["membres"]}
    postal = postal_codes(data)
    return [
        (code, r["nom"], r["departement"], epci_of.get(code, ""), postal(code))
        for code, r in sorted(current_communes(data).items())
    ]


def postal_codes(data: dict[str, list[Record]]) -> Callable[[str], str]:
    """Return what says « true » of an Insee code that is also somebody's postal code, so that one may ask which."""
    known = {code for r in data["communes"] for code in r.get("codesPostaux", [])}
    return lambda code: "true" if code in known else ""


def successors(data: dict[str, list[Record]]) -> dict[str, str]:
    """Return the present code of every code that is no longer one.

    `anciensCodes` covers all mergers since 1943; where a delegated commune has since moved to another one, its
    `chefLieu` is the fresher of the two.
    """
    successor = {old: r["code"] for r in data["communes"] for old in r.get("anciensCodes", [])}
    successor |= {r["code"]: r["chefLieu"] for r in data["communes"] if r["type"] in FORMER}
    successor |= {r["code"]: r["commune"] for r in data["communes"] if r["type"] == "arrondissement-municipal"}
    return successor


def former_names(data: dict[str, list[Record]], older: dict[str, list[Record]]) -> set[tuple[str, str]]:
    """Return the (code, nom) under which a commune, or a part of one, has been known since 2000."""
    districts = [r for r in data["communes"] if r["type"] == "arrondissement-municipal"]
    known = [r for r in data["communes"] if r["type"] in FORMER] + districts
    known += [r for r in older["communes"] if r["type"] != "arrondissement-municipal"]
    known += [r for r in older["historique-communes"] if r["type"] == "COM" and r.get("dateFin", "") >= HISTORY_SINCE]
    short = {(r["code"], r["nom"].removesuffix(" Arrondissement")) for r in districts}
    return {(r["code"], r["nom"]) for r in kept(known)} | short


def communes_anciennes(
    data: dict[str, list[Record]], older: dict[str, list[Record]]
) -> tuple[list[Row], list[tuple[str, str]]]:
    """Return code_ancien, nom_ancien, code_actuel, code_postal; then the (code, nom) that lead to no present commune.

    A code that is still a commune's stays its own, under its former names; a name that another commune bears now
    is left to that one.
    """
    current = current_communes(data)
    bearers = defaultdict(set)
    for commune in current.values():
        bearers[commune["departement"], spelled(commune["nom"])].add(commune["code"])
    successor, postal = successors(data), postal_codes(data)
    rows: list[Row] = []
    lost: list[tuple[str, str]] = []
    for code, nom in sorted(former_names(data, older)):
        target = follow(code, successor, current)
        if target is None:
            lost.append((code, nom))
        elif code not in current or not bearers[current[target]["departement"], spelled(nom)]:
            rows.append((code, nom, target, postal(code)))
    return rows, lost


def follow(code: str, successor: dict[str, str], current: dict[str, Record]) -> str | None:
    """Return the present commune that `code` has become, through as many mergers as it takes."""
    seen: set[str] = set()
    while code not in current and code in successor and code not in seen:
        seen.add(code)
        code = successor[code]
    return code if code in current else None


def spelled(nom: str) -> str:
    """Return a name without what a change of spelling alone changes (capitals, hyphens)."""
    return nom.casefold().replace("-", " ")


def epci(data: dict[str, list[Record]]) -> list[Row]:
    """Return code, nom, type, departement: the one where most of its inhabitants live."""
    departement = {code: commune["departement"] for code, commune in current_communes(data).items()}
    rows: list[Row] = []
    for record in data["epci"]:
        inhabitants: dict[str, int] = defaultdict(int)
        for member in record["membres"]:
            inhabitants[departement[member["code"]]] += member["populationTotale"] or 0
        principal = min(inhabitants, key=lambda code: (-inhabitants[code], code))
        rows.append((record["code"], record["nom"], record["type"], principal))
    return sorted(rows)


def departements(data: dict[str, list[Record]]) -> list[Row]:
    """Return code, nom, region, forme_de (« du Loiret »), forme_dans (« dans le Loiret »)."""
    return sorted(
        (r["code"], r["nom"], r["region"], DE[liaison(r)] + r["nom"], words_dans(r) + r["nom"])
        for r in kept(data["departements"])
    )


def liaison(departement: Record) -> int:
    """Return which article goes with the département's name, as DE and DANS number them."""
    return LIAISON_CORRECTED.get(departement["code"], int(departement["typeLiaison"]))


def words_dans(departement: Record) -> str:
    """Return what comes between « le Clas » and the département's name."""
    if departement["code"] in DANS_LA:
        return "dans la "
    return "à " if departement["code"] in TOWNS_AND_ISLANDS else DANS[liaison(departement)]


def regions(data: dict[str, list[Record]]) -> list[Row]:
    """Return code, nom."""
    return sorted((r["code"], r["nom"]) for r in kept(data["regions"]))


def write(name: str, header: str, rows: Sequence[Row]) -> None:
    """Write one CSV of the reference folder: UTF-8, comma, LF."""
    with (REFERENCE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split())
        writer.writerows(rows)
    print(f"{name}.csv: {len(rows)} rows, {(REFERENCE / f'{name}.csv').stat().st_size / 1e6:.2f} MB")


def main() -> None:
    """Fetch both versions, write the five CSVs, print what could not be resolved."""
    with tempfile.TemporaryDirectory() as folder:
        data, older = fetch(VINTAGE, Path(folder)), fetch(OLDER, Path(folder))
    former, lost = communes_anciennes(data, older)
    write("communes", "code nom departement epci code_postal", communes(data))
    write("communes_anciennes", "code_ancien nom_ancien code_actuel code_postal", former)
    write("epci", "code nom type departement", epci(data))
    write("departements", "code nom region forme_de forme_dans", departements(data))
    write("regions", "code nom", regions(data))
    print(f"Former communes that lead to no present one: {len(lost)}")
    for code, nom in lost:
        print(f"  {code} {nom}")


if __name__ == "__main__":
    main()
