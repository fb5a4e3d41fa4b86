"""How long the pages take: the server's time for each page and role, a browser's first page, fifty sessions at once.

From the message that asks for a page, sent to the real server over its websocket, to the one that says it is drawn,
beside that of an empty page of the same server, asked in turn.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import statistics
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from access.journal.journal import COMMAND
from access.people.accounts import NewAccount, add, issue_codes
from access.people.identity import EVERYWHERE
from bench.visits import EMPTY, Server, identify, is_wrong, serve, tab
from cli.demo.accounts import make_accounts
from dashboard.visit.navigation import pages_of
from pipeline.adopt import run_adoption
from pipeline.run import run_build
from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT, Settings
from socle.words.french import today

THINKS = (1.0, 5.0)
"""Seconds between two clicks of a session."""
ROLES = {"agent@clas.example": "agent", "comite@clas.example": "comite", "analyste@clas.example": "analyste"}


@dataclass(frozen=True)
class Effort:
    """How much is asked of the server."""

    visits: int
    """Of each page."""
    sessions: int
    seconds: float
    """That the sessions click."""
    browsers: int


USUAL, QUICK = Effort(20, 50, 60.0, 5), Effort(1, 5, 5.0, 1)


def copy_demo(root: Path, years: Collection[str] = ()) -> DataFolder:
    """Return a folder in which the demo's files are, of those campagnes alone when there are any."""
    folder = DataFolder(root)
    raw = PROJECT_ROOT / "data" / "raw"
    others = [path.name for path in raw.iterdir() if years and path.is_dir() and path.name not in years]
    shutil.copytree(raw, folder.raw, ignore=lambda *_: others, dirs_exist_ok=True)
    return folder


def make_demo(root: Path, years: Collection[str] = ()) -> tuple[DataFolder, dict[str, str]]:
    """Build and adopt the demo in a folder of its own; return it and the code of each account."""
    folder = copy_demo(root, years)
    built = run_build(folder, Settings(folder.root), lambda _: None)
    adopted = sorted({line["campagne"] for line in built.manifest.campaigns})[:-1]
    dates = {year: f"{year[5:]}-10-12" for year in adopted}
    run_adoption(folder, Settings(folder.root), lambda _: None, dates, "Comité")
    return folder, {who: code for _, who, code in make_accounts(folder)}


def make_internal_accounts(folder: DataFolder) -> dict[str, str]:
    """Open an account of France for each role that reads what is not adopted yet; return {identifier: code}."""
    for who, role in ROLES.items():
        add(folder, NewAccount(who, role, role, EVERYWHERE), COMMAND)
    return issue_codes(folder, list(ROLES), today(), COMMAND)


def visit(
    folder: DataFolder, codes: Mapping[str, str], years: Sequence[str], log: Path, effort: Effort, crowd: bool
) -> dict[str, Any]:
    """Return {pages}, and {browser, crowd} when there is to be one; the first of `years` is the one that is visited."""
    with serve(folder, log) as server:
        sessions = {ROLES.get(who, "porteur"): identify(server, who, code) for who, code in codes.items()}
        found: dict[str, Any] = {"pages": asyncio.run(_pages(server, sessions, years[0], effort.visits))}
        if crowd:
            found["browser"] = _browser(server, sessions["porteur"], effort.browsers)
            found["crowd"] = asyncio.run(_crowd(server, sessions, years, effort))
    return found


async def _pages(server: Server, sessions: Mapping[str, str], year: str, visits: int) -> list[dict[str, Any]]:
    """Each page, then the empty one, in turn: whatever else the machine does is in both."""
    found = []
    for role, session in sessions.items():
        async with tab(server, session) as opened:
            for entry in pages_of(role):
                query = f"annee={year}"
                cold, drawn = await opened.draw(entry.path, query)
                wrong, took, empty, used, idle = int(is_wrong(drawn)), [], [], 0.0, 0.0
                for _ in range(visits):
                    before = server.processor()
                    seconds, drawn = await opened.draw(entry.path, query)
                    drew = server.processor()
                    used += drew - before
                    took.append(seconds)
                    wrong += is_wrong(drawn)
                    empty.append((await opened.draw(EMPTY))[0])
                    idle += server.processor() - drew
                line = {"role": role, "page": entry.module, "cold_ms": cold * 1000, "errors": wrong}
                line |= (
                    {"cpu_ms": used / visits * 1000, "empty_cpu_ms": idle / visits * 1000}
                    | _spread(took)
                    | _spread(empty, "empty_")
                )
                found.append(line)
                print(f"{role}/{entry.module}: {line['median_ms']:.0f} ms", file=sys.stderr, flush=True)
    return found


def _spread(seconds: list[float], prefix: str = "") -> dict[str, float]:
    ordered = sorted(seconds)
    last = ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))]
    return {f"{prefix}median_ms": statistics.median(ordered) * 1000, f"{prefix}p95_ms": last * 1000}


def _browser(server: Server, session: str, visits: int) -> dict[str, float]:
    """Seconds until a browser whose cache is empty shows the porteur's first page."""
    from playwright.sync_api import sync_playwright

    took = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for _ in range(visits):
            context = browser.new_context(locale="fr-FR", viewport={"width": 390, "height": 844})
            context.add_cookies([{"name": "clas-session", "value": session, "url": server.url}])
            page, start = context.new_page(), time.perf_counter()
            page.goto(server.url)
            page.get_by_role("heading", level=1).wait_for()
            took.append(time.perf_counter() - start)
            context.close()
        browser.close()
    return {"median_s": statistics.median(took), "worst_s": max(took)}


async def _crowd(server: Server, sessions: Mapping[str, str], years: Sequence[str], effort: Effort) -> dict[str, Any]:
    """That many tabs, each drawing a page, reading it a little, and drawing another."""
    took: list[float] = []
    errors: list[str] = []
    chance = random.Random(45)  # the same clicks at each run
    roles = [list(sessions)[rank % len(sessions)] for rank in range(effort.sessions)]
    memory = [server.memory()]

    async def click(role: str, until: float) -> None:
        try:
            async with tab(server, sessions[role]) as opened:
                await asyncio.sleep(chance.uniform(0, THINKS[1]))
                while time.monotonic() < until:
                    entry = chance.choice(pages_of(role))
                    spent, drawn = await opened.draw(entry.path, f"annee={chance.choice(years)}")
                    took.append(spent)
                    if is_wrong(drawn):
                        errors.append(f"{role}/{entry.module}")
                    await asyncio.sleep(chance.uniform(*THINKS))
        except (OSError, TimeoutError) as error:
            errors.append(f"{role}: {error!r}")

    for _ in range(2):  # the second half tells whether memory still grows
        until = time.monotonic() + effort.seconds / 2
        await asyncio.gather(*(click(role, until) for role in roles))
        memory.append(server.memory())
    growth = (memory[2] / memory[1] - 1) * 100
    return _spread(took) | {
        "sessions": effort.sessions, "clicks": len(took), "errors": errors,
        "memory_mb": memory, "memory_growth_pct": growth,
    }  # fmt: skip
