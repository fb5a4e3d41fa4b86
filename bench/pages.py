"""`python -m bench.pages [--quick] [--out FILE]`: how long the pages of the demo take; JSON in FILE, a table on screen.

Time of the server: from the message that asks for a page, sent to the real server over its websocket, to the one that
says it is drawn; a figure of each role and page, beside that of an empty page of the same server, asked in turn.
Then a browser's first page, and fifty sessions at once. Goals: DESIGN's; code 1 when one is missed (not with --quick).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.visits import EMPTY, Server, identify, is_wrong, serve, tab
from cli.demo_accounts import make_accounts
from dashboard.navigation import pages_of
from socle.paths import DataFolder

YEARS = ("2019-2020", "2018-2019")
SESSIONS, MINUTE, THINKS = 50, 60.0, (1.0, 5.0)
GOALS = {"page_p95_ms": 60.0, "browser_s": 1.5, "crowd_p95_ms": 1000.0, "memory_growth_pct": 10.0}
ROLES = {"agent@clas.example": "agent", "comite@clas.example": "comite", "analyste@clas.example": "analyste"}


def main() -> int:
    """Measure, show, write; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m bench.pages", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few visits, ten sessions for ten seconds; no goal held")
    parser.add_argument("--out", type=Path, help="where the JSON goes")
    parser.add_argument("--demo", type=Path, help="a folder where the demo is built already, its accounts to be remade")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as work:
        folder = DataFolder(asked.demo) if asked.demo else _build(Path(work) / "data")
        found = measure(folder, Path(work) / "serveur.log", asked.quick)
    print(table(found))
    if asked.out:
        asked.out.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0 if asked.quick else int(bool(found["missed"]))


def _build(root: Path) -> DataFolder:
    """The demo as `clas demo` makes it, in a folder of its own."""
    import shutil

    from pipeline.run import run_build
    from pipeline.run_adoption import run_adoption
    from socle.settings import PROJECT_ROOT, Settings

    folder = DataFolder(root)
    shutil.copytree(PROJECT_ROOT / "data" / "raw", folder.raw)
    built = run_build(folder, Settings(folder.root), lambda _: None)
    years = sorted({line["campagne"] for line in built.manifest.campaigns})[:-1]
    run_adoption(folder, Settings(folder.root), lambda _: None, {year: f"{year[5:]}-10-12" for year in years}, "Comité")
    return folder


def measure(folder: DataFolder, log: Path, quick: bool) -> dict[str, Any]:
    """Return every figure: {pages, browser, crowd, load, missed}."""
    codes = {identifiant: code for _, identifiant, code in make_accounts(folder)}
    with serve(folder, log) as server:
        sessions = {ROLES.get(who, "porteur"): identify(server, who, code) for who, code in codes.items()}
        pages = asyncio.run(_pages(server, sessions, 2 if quick else 40))
        first = _browser(server, sessions["porteur"], 2 if quick else 5)
        crowd = asyncio.run(_crowd(server, sessions, 10 if quick else SESSIONS, 10.0 if quick else MINUTE))
    found = {"pages": pages, "browser": first, "crowd": crowd, "load": os.getloadavg()[0], "cores": os.cpu_count()}
    return found | {"missed": missed(found)}


async def _pages(server: Server, sessions: Mapping[str, str], visits: int) -> list[dict[str, Any]]:
    """Each page, then the empty one, in turn: whatever else the machine does is in both."""
    found = []
    for role, session in sessions.items():
        async with tab(server, session) as opened:
            for entry in pages_of(role):
                query = f"annee={YEARS[0]}"
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
    import shutil

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


async def _crowd(server: Server, sessions: Mapping[str, str], number: int, seconds: float) -> dict[str, Any]:
    """That many tabs, each drawing a page, reading it a little, and drawing another."""
    took: list[float] = []
    errors: list[str] = []
    chance = random.Random(45)  # the same clicks at each run
    roles = [list(sessions)[rank % len(sessions)] for rank in range(number)]
    memory = [server.memory()]

    async def click(role: str, until: float) -> None:
        try:
            async with tab(server, sessions[role]) as opened:
                await asyncio.sleep(chance.uniform(0, THINKS[1]))
                while time.monotonic() < until:
                    entry = chance.choice(pages_of(role))
                    spent, drawn = await opened.draw(entry.path, f"annee={chance.choice(YEARS)}")
                    took.append(spent)
                    if is_wrong(drawn):
                        errors.append(f"{role}/{entry.module}")
                    await asyncio.sleep(chance.uniform(*THINKS))
        except (OSError, TimeoutError) as error:
            errors.append(f"{role}: {error!r}")

    for _ in range(2):  # the second half tells whether memory still grows
        until = time.monotonic() + seconds / 2
        await asyncio.gather(*(click(role, until) for role in roles))
        memory.append(server.memory())
    growth = (memory[2] / memory[1] - 1) * 100
    return _spread(took) | {
        "sessions": number, "clicks": len(took), "errors": errors, "memory_mb": memory, "memory_growth_pct": growth,
    }  # fmt: skip


def missed(found: Mapping[str, Any]) -> list[str]:
    """Return, as sentences, the goals that the figures do not reach."""
    told = [
        f"{line['role']}/{line['page']}: {line['p95_ms']:.0f} ms"
        for line in found["pages"]
        if line["p95_ms"] > GOALS["page_p95_ms"]
    ]
    told += [f"{line['role']}/{line['page']}: {line['errors']} errors" for line in found["pages"] if line["errors"]]
    if found["browser"]["median_s"] > GOALS["browser_s"]:
        told.append(f"first page: {found['browser']['median_s']:.1f} s in the browser")
    crowd = found["crowd"]
    told += [f"crowd: {error}" for error in dict.fromkeys(crowd["errors"])]
    told += [
        f"crowd: {key} {crowd[key]:.0f}, at most {goal:.0f}"
        for key, goal in (("p95_ms", GOALS["crowd_p95_ms"]), ("memory_growth_pct", GOALS["memory_growth_pct"]))
        if crowd[key] > goal
    ]
    return told


def table(found: Mapping[str, Any]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "| role | page | first ms | median ms | p95 ms | cpu ms | empty cpu | empty median | × |",
        "|---|---|--:|--:|--:|--:|--:|--:|",
    ]
    for one in found["pages"]:
        ratio = one["median_ms"] / one["empty_median_ms"]
        lines.append(
            f"| {one['role']} | {one['page']} | {one['cold_ms']:.0f} | {one['median_ms']:.0f} | {one['p95_ms']:.0f} "
            f"| {one['cpu_ms']:.0f} | {one['empty_cpu_ms']:.0f} | {one['empty_median_ms']:.0f} | {ratio:.1f} |"
        )
    crowd, memory = found["crowd"], ", ".join(f"{one:.0f}" for one in found["crowd"]["memory_mb"])
    return "\n".join([
        *lines, "",
        f"First page in the browser: {found['browser']['median_s']:.2f} s (worst {found['browser']['worst_s']:.2f} s).",
        f"{crowd['sessions']} sessions, {crowd['clicks']} clicks: median {crowd['median_ms']:.0f} ms, "
        f"p95 {crowd['p95_ms']:.0f} ms, {len(crowd['errors'])} errors; memory {memory} MB.",
        f"Load of the machine at the end: {found['load']:.1f} on {found['cores']} cores.",
        f"Goals missed: {'; '.join(found['missed']) or 'none'}.",
    ])  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
