"""`clas dashboard`: serves the dashboard on this machine, until Ctrl+C."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import typer

from cli.words.screen import progress, say, warn
from socle.files.manifest import current_build
from socle.paths import DataFolder
from socle.settings import load_settings

PORT = 8501


def dashboard(
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", help="Port de cette machine (8501 par défaut).")
    ] = PORT,
) -> int:
    """Sert le tableau de bord sur cette machine, jusqu'à Ctrl+C."""
    from access.people.accounts import accounts
    from dashboard.server.listen import listen

    settings = load_settings()
    folder = DataFolder(settings.data)
    with listen(port) as bound:
        if current_build(folder) is None:
            warn("Rien n'est encore publié\u202f: les pages resteront vides jusqu'à «\u202fclas build\u202f».")
        if not any(account.state == "actif" for account in accounts(folder)):
            warn("Aucun compte ne peut s'identifier\u202f: créez-en un avec «\u202fclas access add\u202f».")
        with progress() as step:
            step("Démarrage du tableau de bord")
            from dashboard.server.server import serve
        say(f"Tableau de bord\u202f: {settings.url or f'http://127.0.0.1:{port}'} (Ctrl+C pour l'arrêter)")
        with suppress(KeyboardInterrupt):
            serve(settings, bound)
    say("Tableau de bord arrêté.")
    return 0
