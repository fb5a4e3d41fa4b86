"""What is measured: each function gives lines of the table.

Steps that are compared run in turn, so that what else the machine does weighs on both.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from bench.measure import Run, Spread, StepError, run_module, run_step
from bench.national import write_france
from bench.sql import MORE
from socle.paths import DataFolder

HUNDRED_THOUSAND, MILLION = 100_000, 1_000_000
MEMORY = "CLAS_MEMOIRE"
"""Environment: megabytes that the builder's database may hold."""
HEAVY = ("duckdb", "pandas", "yaml", "great_expectations")
_BUILD = """import sys
from cli.main import main
code = main(["build"])
print(*sys.modules, file=sys.stderr)
sys.exit(code)"""
_BARE = "import great_expectations, pandas, duckdb"
_REFUSED = 1
"""The demo holds files that are refused on purpose."""


@dataclass(frozen=True)
class Line:
    """One line of the table; `held` is None where nothing was promised."""

    name: str
    measure: str
    figure: str
    goal: str
    held: bool | None
    details: dict[str, Any] = field(default_factory=dict)


class Bench:
    """Makes data folders under `work` and measures; each step is run `repeats` times, the largest ones less."""

    def __init__(self, work: Path, sizes: tuple[int, ...], repeats: int) -> None:
        self._work = work
        self._is_quick = sizes[-1] < HUNDRED_THOUSAND
        self._years = ("2018-2019", "2019-2020", "2020-2021") if self._is_quick else ()
        self.sizes = sizes
        self._repeats = repeats
        # Several measures look at the same runs, and at the same builds.
        self.compare, self.built, self.demo = cache(self._compare), cache(self._built), cache(self._adopted_demo)

    def floor(self) -> Iterator[Line]:
        """(a) A build against DuckDB alone."""
        for size in self.sizes:
            floor, product = self.compare(size)
            ratio = product.median() / floor.median()
            goal = 5 if size >= MILLION else 3
            promised = size >= HUNDRED_THOUSAND
            yield Line(
                "floor",
                f"Build of {size:,} returns, against DuckDB alone",
                f"{ratio:.1f} × ({_seconds(product)} against {_seconds(floor)}; "
                f"processor: {product.median('cpu') / floor.median('cpu'):.1f} ×)",
                f"≤ {goal} ×" if promised else "",
                ratio <= goal if promised else None,
                {"floor": floor.described(), "product": product.described()},
            )

    def pandas(self) -> Iterator[Line]:
        """(a) A build against pandas and Great Expectations on pandas, the same rules, list and figures."""
        size = min(HUNDRED_THOUSAND, self.sizes[-1])
        folder, _ = self._france(size)
        product, other = self._in_turn(
            lambda: run_module("bench.product", folder.root), lambda: run_module("bench.pandas_way", folder.root)
        )
        same = run_module("bench.same", folder.root, product.runs[-1].said["build"]).said
        yield Line(
            "pandas",
            f"pandas and Great Expectations on pandas, {size:,} returns, against a build "
            f"(same {same['anomalies']:,} anomalies, {same['figures']:,} figures, {same['quartiles']:,} quartiles)",
            f"{other.median() / product.median():.1f} × the time ({_seconds(other)} against {_seconds(product)}; "
            f"processor: {other.median('cpu') / product.median('cpu'):.1f} ×), "
            f"{other.median('megabytes') / product.median('megabytes'):.1f} × the memory",
            "≥ 3 × the time, ≥ 2 × the memory",
            other.median() >= 3 * product.median() and other.median("megabytes") >= 2 * product.median("megabytes"),
            {"pandas": other.described(), "product": product.described(), "same": same},
        )

    def growth(self) -> Iterator[Line]:
        """(b) Ten times the returns: at most ten times the time."""
        for low, high in zip(self.sizes, self.sizes[1:], strict=False):
            before, after = self.compare(low)[1], self.compare(high)[1]
            ratio = after.median() / before.median()
            yield Line(
                "growth",
                f"Build of {high:,} returns against {low:,}",
                f"{ratio:.1f} × (processor: {after.median('cpu') / before.median('cpu'):.1f} ×)",
                f"≤ {high // low} ×",
                ratio <= high / low,
            )

    def nothing_new(self) -> Iterator[Line]:
        """(c) `clas build` with nothing new, on the demo."""
        folder = self._demo()
        if not folder.current.is_file():
            _clas_build(folder)
        runs = Spread(tuple(_clas_build(folder) for _ in range(max(5, self._repeats))))
        imported = [name for name in HEAVY if name in runs.runs[0].errors.split()]
        yield Line(
            "nothing",
            "`clas build` with nothing new",
            f"{_seconds(runs, 2)}, importing {', '.join(imported) or 'none of ' + ', '.join(HEAVY)}",
            "≤ 0.30 s, none of them",
            runs.median() <= 0.3 and not imported,
            {"clas build": runs.described()},
        )

    def one_file(self) -> Iterator[Line]:
        """(c) One changed file of eleven campagnes, of four when it is quick."""
        years = 4 if self._is_quick else 11
        folder, files = self._france(years * (self.sizes[0] // 10), years)
        whole = run_module("bench.product", folder.root)
        before = _staged(folder)
        with files[years // 2].open("r+b") as file:
            file.truncate(file.seek(-_last_line(files[years // 2]), 2))
        again = run_module("bench.product", folder.root, "--keep")
        made = len(_staged(folder) - before)
        yield Line(
            "one_file",
            f"One changed file of {years} campagnes ({2 * years + 1} files)",
            f"{made} file read again; {again.seconds:.1f} s against {whole.seconds:.1f} s for all",
            "1 file",
            made == 1,
            {"whole": whole.described(), "again": again.described()},
        )

    def cold(self) -> Iterator[Line]:
        """(d) The demo built from nothing, imports included."""
        folder = self._demo()

        def build() -> Run:
            shutil.rmtree(folder.curated, ignore_errors=True)
            return _clas_build(folder)

        built, bare = self._in_turn(build, lambda: run_step([sys.executable, "-c", _BARE]))
        yield Line(
            "cold",
            "Cold build of the demo, against the bare imports of Great Expectations, pandas and duckdb",
            f"{built.median() / bare.median():.1f} × ({_seconds(built)} against {_seconds(bare)}; "
            f"processor: {built.median('cpu') / bare.median('cpu'):.1f} ×)",
            "≤ 2 ×",
            built.median() <= 2 * bare.median(),
            {"build": built.described(), "imports": bare.described()},
        )

    def memory(self) -> Iterator[Line]:
        """(e) Peak memory of a build, all its processes together."""
        for size in self.sizes:
            highest = max(self.compare(size)[1].values("megabytes"))
            yield Line(
                "memory",
                f"Peak memory, {size:,} returns",
                f"{highest:,.0f} MB",
                "≤ 2,048 MB" if size >= MILLION else "",
                highest <= 2048 if size >= MILLION else None,
            )

    def sql(self) -> Iterator[Line]:
        """SQL typed by people on the largest build, against bare DuckDB."""
        size = self.sizes[-1]
        found = run_module("bench.sql", self.built(size).root, 5 if self._is_quick else 15).said
        yield from _sql_lines(found["queries"], found["stream"], size)

    def pages(self) -> Iterator[Line]:
        """Pages of the demo, a browser's first page, fifty sessions."""
        from bench.pages import QUICK, USUAL, visit

        effort = QUICK if self._is_quick else USUAL
        folder, codes = self.demo()
        found = visit(folder, codes, ("2019-2020", "2018-2019"), self._work / "pages.log", effort, crowd=True)
        yield _slowest("pages", "the demo", found["pages"], 60)
        first, crowd = found["browser"], found["crowd"]
        yield Line(
            "pages",
            "A porteur's first page in Chromium, its cache empty",
            f"{first['median_s']:.2f} s (worst {first['worst_s']:.2f} s)",
            "≤ 1.5 s",
            first["median_s"] <= 1.5,
            first,
        )
        yield Line(
            "pages",
            f"{crowd['sessions']} sessions clicking for {effort.seconds:.0f} s",
            f"{crowd['clicks']} pages, {len(crowd['errors'])} errors, median {crowd['median_ms']:.0f} ms, "
            f"p95 {crowd['p95_ms']:.0f} ms; memory {', '.join(f'{one:.0f}' for one in crowd['memory_mb'])} MB",
            "no error, p95 < 1,000 ms, memory flat",
            not crowd["errors"] and crowd["p95_ms"] < 1000 and crowd["memory_growth_pct"] <= 10,
            crowd,
        )

    def pages_national(self) -> Iterator[Line]:
        """Pages of the largest build."""
        from bench.pages import QUICK, USUAL, make_internal_accounts, visit

        size = self.sizes[-1]
        folder = self.built(size)
        codes = make_internal_accounts(folder)
        effort = QUICK if self._is_quick else USUAL
        found = visit(folder, codes, ("2025-2026",), self._work / "pages.log", effort, crowd=False)
        yield _slowest("pages_national", f"{size:,} returns", found["pages"], 150)

    def documents(self) -> Iterator[Line]:
        """The demo's bilan as PDF, beside WeasyPrint unless it is quick; its synthèses one after the other."""
        folder, _ = self.demo()
        out = self._work / "bilan.pdf"
        ways = ("bilan",) if self._is_quick else ("bilan", "weasyprint")
        ours, *others = self._in_turn(*(partial(run_module, "bench.documents", way, folder.root, out) for way in ways))
        yield Line(
            "documents",
            "The bilan of the demo as PDF (PDF/A-2a and PDF/UA-1), imports apart",
            f"{_seconds(ours, 2)} (processor: {ours.median('cpu'):.2f} s)",
            "≤ 1.5 s",
            ours.median() <= 1.5,
            {"typst": ours.described()},
        )
        for other in others:
            yield Line(
                "documents",
                "WeasyPrint on the same content (PDF/UA-1 alone, its charts drawn beforehand), against it",
                f"{other.median() / ours.median():.0f} × ({_seconds(other, 2)}; "
                f"processor: {other.median('cpu') / ours.median('cpu'):.0f} ×)",
                "",
                None,
                {"weasyprint": other.described()},
            )
        batch = run_module("bench.documents", "batch", folder.root, 12 if self._is_quick else 1000)
        made, held = batch.said["syntheses"], batch.said["memory_mb"]
        each = batch.seconds / made * 1000
        yield Line(
            "documents",
            f"{made:,} synthèses one after the other, read and drawn",
            f"{each:.0f} ms each ({batch.said['drawing_s'] / made * 1000:.0f} ms drawing; "
            f"processor: {batch.cpu / made * 1000:.0f} ms); "
            f"memory {', '.join(str(one) for one in held)} MB",
            "≤ 120 ms, memory flat",
            each <= 120 and held[-1] <= 1.1 * held[0],
            batch.described(),
        )

    def ten_millions(self) -> Iterator[Line]:
        """(e) Ten campagnes of a million returns, the builder's database limited so that all fits in 2 GB."""
        folder, _ = self._france(10 * MILLION, years=10)
        name = f"Ten campagnes of 1,000,000 returns, {MEMORY}=1000"
        try:
            run = run_module("bench.product", folder.root, environ={MEMORY: "1000"})
        except StepError as error:
            told = str(error).strip().splitlines()[-1]
            yield Line("ten_millions", name, f"does not finish: {told}", "finishes, ≤ 2,048 MB", False)
            return
        yield Line(
            "ten_millions",
            name,
            f"finishes in {run.seconds:,.0f} s, {run.megabytes:,.0f} MB at most",
            "finishes, ≤ 2,048 MB",
            run.megabytes <= 2048,
            run.described(),
        )

    def _compare(self, size: int) -> tuple[Spread, Spread]:
        folder, files = self._france(size)
        scratch = self._work / "floor"

        def floor() -> Run:
            shutil.rmtree(scratch, ignore_errors=True)
            scratch.mkdir()
            return run_module("bench.floor", files[0], scratch)

        first, second = self._in_turn(floor, lambda: run_module("bench.product", folder.root))
        return first, second

    def _built(self, size: int) -> DataFolder:
        folder = self._folder(size)
        if not folder.current.is_file():  # by a measure of before
            self._france(size)
            run_module("bench.product", folder.root)
        return folder

    def _adopted_demo(self) -> tuple[DataFolder, dict[str, str]]:
        from bench.pages import make_demo

        return make_demo(self._work / "demo", self._years)

    def _in_turn(self, *steps: Any) -> list[Spread]:
        runs = [[step() for step in steps] for _ in range(self._repeats)]
        return [Spread(tuple(of_step)) for of_step in zip(*runs, strict=True)]

    def _france(self, returns: int, years: int = 1) -> tuple[DataFolder, list[Path]]:
        folder = self._folder(returns, years)
        if folder.root.exists():
            shutil.rmtree(folder.root)
        return folder, write_france(folder, returns, years)

    def _folder(self, returns: int, years: int = 1) -> DataFolder:
        return DataFolder(self._work / f"france-{returns}-{years}")

    def _demo(self) -> DataFolder:
        from bench.pages import copy_demo

        return copy_demo(self._work / "demo", self._years)


def _slowest(name: str, what: str, pages: list[dict[str, Any]], goal: int) -> Line:
    """The page that takes longest, beside the empty one."""
    slowest = max(pages, key=lambda one: one["p95_ms"])
    held = [one for one in pages if one["p95_ms"] <= goal]
    empty = statistics.median(one["empty_median_ms"] for one in pages)
    median = statistics.median(one["median_ms"] for one in pages)
    errors = sum(one["errors"] for one in pages)
    return Line(
        name,
        f"Server time of {len(pages)} pages × roles on {what}",
        f"median {median:.0f} ms, the slowest ({slowest['role']}, {slowest['page']}) p95 {slowest['p95_ms']:.0f} ms; "
        f"an empty page {empty:.0f} ms; {len(held)} within the goal, {errors} errors",
        f"p95 ≤ {goal} ms",
        len(held) == len(pages) and not errors,
        {"pages": pages},
    )


def _sql_lines(queries: list[dict[str, Any]], stream: dict[str, Any], size: int) -> Iterator[Line]:
    promised = size >= MILLION
    within = [one for one in queries if one["engine_ms"] <= 1.15 * one["bare_ms"] + 5]
    added = statistics.median(one["engine_ms"] - one["bare_ms"] for one in queries)
    slowest = max(queries, key=lambda one: one["engine_ms"])
    yield Line(
        "sql",
        f"{len(queries)} typical SQL queries on {size:,} returns, against bare DuckDB",
        f"{added:+.1f} ms (median of {len(queries)}); {len(within)} within the goal; "
        f"the slowest ({slowest['name']}) {slowest['engine_ms']:.0f} ms",
        "≤ 1.15 × + 5 ms, ≤ 200 ms",
        (len(within) == len(queries) and slowest["engine_ms"] <= 200) if promised else None,
        {"queries": queries},
    )
    speed = stream["bare_s"] / stream["engine_s"]
    yield Line(
        "sql",
        f"A CSV of {stream['rows']:,} rows ({stream['megabytes']} MB) streamed, against DuckDB's own COPY",
        f"{100 * speed:.0f} % of its speed ({stream['engine_s']:.2f} s against {stream['bare_s']:.2f} s); "
        f"memory {stream['memory_mb']} MB, {stream['memory_more_mb']} MB for {MORE} times as many rows",
        "≥ 70 %, memory flat",
        (speed >= 0.7 and stream["memory_more_mb"] <= 1.25 * stream["memory_mb"]) if promised else None,
        stream,
    )


def _clas_build(folder: DataFolder) -> Run:
    return run_step([sys.executable, "-c", _BUILD], {"CLAS_DATA": str(folder.root)}, allowed=(0, _REFUSED))


def _staged(folder: DataFolder) -> set[tuple[str, int]]:
    return {(path.name, path.stat().st_ino) for path in folder.staging.iterdir() if path.is_dir()}


def _last_line(path: Path) -> int:
    return len(path.read_bytes().splitlines(keepends=True)[-1])


def _seconds(spread: Spread, digits: int = 1) -> str:
    low, high = min(spread.values()), max(spread.values())
    return f"{spread.median():.{digits}f} s [{low:.{digits}f}–{high:.{digits}f}]"
