"""`clas demo`: the fictitious data -> a build, a few figures beside what is published, what to try."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from bilan.words.numbers import Quantity, SayingThresholds
from bilan.words.values import quoted_text, share, value_text
from cli.building.build import show_result
from cli.demo.accounts import show_accounts
from cli.words.screen import progress, say, table
from pipeline.adopt import run_adoption
from pipeline.builds.result import RunResult
from pipeline.run import run_build
from socle.paths import DataFolder
from socle.settings import Settings, load_settings
from socle.words.french import listing, number
from socle.words.states import origin_text

if TYPE_CHECKING:
    from warehouse.figures.catalogue import Series
    from warehouse.figures.figures import Figure

CAMPAGNE, DEPARTEMENT = "2019-2020", "45"
PUBLISHED = {"nb_actions": "actions agréées", "nb_enfants": "enfants et jeunes correspondants"}
COMMITTEE = "Comité de démonstration (données fictives)"
NEXT = (
    ("clas dashboard", "le tableau de bord, avec l'un des codes ci-dessus"),
    ("clas status", "ce qui est publié, et ce qui est à vérifier"),
    (f"clas explain nb_enfants/{CAMPAGNE}/{DEPARTEMENT}", "d'où vient un chiffre"),
    ('clas sql "select * from marts.comparaison limit 5"', "interroger les tables"),
    ("clas export --out donnees-ouvertes", "ce que chacun peut voir, en CSV et en Parquet"),
    ("clas dictionary", "ce que veut dire chaque mot"),
)


def demo() -> int:
    """Construit et montre l'exemple fictif du Loiret."""
    from clas_demo.folder import take
    from warehouse.figures.catalogue import catalogue, settings
    from warehouse.figures.figures import read_figures
    from warehouse.open import open_current

    chosen = load_settings()
    folder = DataFolder(chosen.data)
    with progress() as step:
        take(folder, step)
    say("DONNÉES FICTIVES\u202f: ces fichiers imitent ceux que reçoit une Caf. Aucun des porteurs n'existe.")
    say(f"Ils sont dans {folder.raw}, et ce qui en est tiré est à côté.")
    with progress() as step:
        result = _adopted(folder, run_build(folder, chosen, step), chosen, step)
    show_result(result)
    with open_current(folder) as warehouse:
        figures = read_figures(warehouse, [CAMPAGNE], DEPARTEMENT)
        rules, known = SayingThresholds.of(settings(warehouse)), catalogue(warehouse)
    _show_published(figures)
    _show_table([figure for figure in figures if figure.ou == "essentiel"], known, rules)
    show_accounts(folder, result.manifest)
    say("Et maintenant\u202f:")
    for command, what in NEXT:
        say(f"  {command:<52} {what}")
    return 0


def _adopted(folder: DataFolder, result: RunResult, settings: Settings, step: Callable[[str], None]) -> RunResult:
    """Have the fictitious committee adopt every year but the last, so that there is something to diffuse."""
    campagnes = sorted({line["campagne"] for line in result.manifest.campaigns})
    if result.manifest.arrets:
        return result
    # The committee meets in the autumn after the school year.
    days = {campagne: f"{campagne[5:]}-10-12" for campagne in campagnes[:-1]}
    adopted, _ = run_adoption(folder, settings, step, dict(days), COMMITTEE)
    return adopted


def _show_published(figures: list[Figure]) -> None:
    say()
    for figure in figures:
        if figure.indicateur in PUBLISHED:
            what = f"{PUBLISHED[figure.indicateur]} {figure.dans_departement} en {figure.campagne}"
            source = f"{origin_text(figure.origine)}\u202f: {figure.source}"
            say(f"{number(figure.valeur)} {what} ({source}{_beside(figure)}).")


def _beside(figure: Figure) -> str:
    if figure.autre_valeur is None:
        return ""
    return f"\u202f; {number(figure.autre_valeur)} selon les {origin_text(figure.autre_origine)} de l'exemple"


def _show_table(figures: list[Figure], known: Mapping[str, Series], rules: SayingThresholds) -> None:
    if not figures:
        return
    name = figures[0].departement_nom or figures[0].departement
    rows = [
        (f.libelle_court, _own(f, known[f.indicateur], rules), origin_text(f.origine), _france(f, rules))
        for f in figures
    ]
    table((f"Année scolaire {figures[0].campagne}", name, f"Origine ({name})", "France"), rows)
    national = {f"{origin_text(f.origine_france)}, {f.couverture_france}" for f in figures if f.couverture_france}
    say(f"France\u202f: {listing(sorted(national)) or 'aucun chiffre de la même année'}.")
    say("Le total des parts peut différer de 100\u202f% en raison des arrondis.")
    say()


def _own(figure: Figure, series: Series, rules: SayingThresholds) -> str:
    own = Quantity(figure.valeur, figure.unite, figure.numerateur, figure.denominateur, figure.statut)
    return value_text(own, rules, figure.campagne, series.relation)


def _france(figure: Figure, rules: SayingThresholds) -> str:
    if figure.valeur_france is not None:
        france = Quantity(figure.valeur_france, figure.unite, figure.numerateur_france, figure.denominateur_france)
        return share(france, rules)
    if figure.derniere_france_valeur is not None:
        value = quoted_text(figure.derniere_france_valeur, figure.unite, figure.derniere_france_qualificatif)
        return f"{value} en {figure.derniere_france_annee}, à citer sans comparer"
    return "aucun chiffre publié"
