"""The list of `clas` commands, in the order in which `clas --help` shows them."""

from __future__ import annotations

import typer
from typer.main import get_command

from cli.building import adoption, build, decide, recognise, rules, status
from cli.demo import demo
from cli.documents import bilan, synthese
from cli.figures import dictionary, explain, export, sql
from cli.keeping import backup, dashboard
from cli.people import access
from cli.words.french_help import Command, Group

_HELP = (
    "Bilan annuel du Clas : des exports reçus aux chiffres vérifiés.\n\n"
    "Commencez par « clas demo ». Les données sont dans le dossier que nomme la variable CLAS_DATA (par défaut, "
    "~/clas-donnees ; data dans un clone du projet)."
)

app = typer.Typer(cls=Group, help=_HELP, add_completion=False, rich_markup_mode=None)
for _name, _function in (
    ("demo", demo.demo),
    ("build", build.build),
    ("publier", build.publier),
    ("check", build.check),
    ("recognise", recognise.recognise),
    ("status", status.status),
    ("rollback", status.rollback),
    ("points", decide.points),
    ("valider", decide.valider),
    ("arreter", adoption.arreter),
    ("rouvrir", adoption.rouvrir),
    ("regles", rules.regles),
    ("bilan", bilan.bilan),
    ("synthese", synthese.synthese),
    ("sql", sql.sql),
    ("explain", explain.explain),
    ("dictionary", dictionary.dictionary),
    ("export", export.export),
    ("backup", backup.backup),
    ("restore", backup.restore),
    ("dashboard", dashboard.dashboard),
):
    app.command(_name, cls=Command)(_function)
app.add_typer(decide.decider, name="decider")
app.add_typer(access.access, name="access")
command = get_command(app)
