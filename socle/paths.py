"""A data folder -> the name of everything in it, so that no path is spelled twice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class DataFolder:
    """The data of one Caf: raw (as received), curated (can be rebuilt), etat (must survive)."""

    root: Path
    """What is read: raw and the definitions of the Caf."""
    home: Path | None = None
    """Where curated and etat are, when that is elsewhere: what is read is then a preparation (`prepared`)."""

    def prepared(self) -> DataFolder:
        """Return the same Caf's data, as they will be once what is being prepared is accepted."""
        return DataFolder(self.preparation, self.home or self.root)

    @property
    def raw(self) -> Path:
        """Exports as received, one folder a campagne."""
        return self.root / "raw"

    @property
    def register(self) -> Path:
        """The only source of porteur_id across formats and years."""
        return self.raw / "porteurs.csv"

    @property
    def maps(self) -> Path:
        """Maps that the Caf supplies, one GeoJSON a département (45.geojson); there may be none."""
        return self.root / "cartes"

    @property
    def word_template(self) -> Path:
        """The Word template of the bilan that the Caf restyled; there may be none."""
        return self.root / "modeles" / "bilan.docx"

    @property
    def curated(self) -> Path:
        """Builds and staging: all of it can be deleted."""
        return (self.home or self.root) / "curated"

    @property
    def builds(self) -> Path:
        """One folder a published build."""
        return self.curated / "builds"

    @property
    def candidates(self) -> Path:
        """Builds not yet published; whatever lies there when a build starts was interrupted."""
        return self.curated / "candidats"

    @property
    def trials(self) -> Path:
        """The last build made for trial, whole but not published."""
        return self.curated / "essais"

    @property
    def staging(self) -> Path:
        """Typed rows of each raw file, named by the hash of all that made them."""
        return self.curated / "staging"

    @property
    def current(self) -> Path:
        """The pointer file: the name of the published build."""
        return self.curated / "CURRENT"

    @property
    def lock(self) -> Path:
        """Held by the one process that builds."""
        return self.curated / "construction.lock"

    @property
    def etat(self) -> Path:
        """What cannot be rebuilt: kept private (0700)."""
        return (self.home or self.root) / "etat"

    @property
    def queries(self) -> Path:
        """The SQL queries that each person keeps, one file an account."""
        return self.etat / "requetes"

    @property
    def gels(self) -> Path:
        """Bilans kept as the committee adopted them."""
        return self.etat / "gels"

    @property
    def access(self) -> Path:
        """Accounts, sessions and journal (SQLite)."""
        return self.etat / "access.sqlite"

    @property
    def arrets(self) -> Path:
        """What the committee adopted, see pipeline/builds/adoption.py; an input of every build."""
        return self.etat / "arrets"

    @property
    def last_backup(self) -> Path:
        """When everything that must survive was last saved, and where."""
        return self.etat / "sauvegarde.json"

    @property
    def definitions(self) -> Path:
        """The indicators of this Caf alone."""
        return self.root / "definitions"

    @property
    def formats(self) -> Path:
        """The formats of exports of this Caf alone."""
        return self.root / "formats.yml"

    @property
    def restoring(self) -> Path:
        """A backup being put back; what lies there otherwise was interrupted."""
        return self.root / ".restauration"

    @property
    def diffusions(self) -> Path:
        """The sums behind every figure ever shown to porteurs or the public, one folder a campagne."""
        return self.etat / "diffusions"

    @property
    def deposits(self) -> Path:
        """Every file that was received or replaced through the screens, unchanged, named by its SHA-256."""
        return self.etat / "depots"

    @property
    def loads(self) -> Path:
        """What each accepted preparation changed in raw, one file each: the history of loads."""
        return self.etat / "chargements"

    @property
    def preparation(self) -> Path:
        """A copy of raw and of the definitions, where what is not accepted yet is written."""
        return self.etat / "preparation"
