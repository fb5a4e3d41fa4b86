"""The code -> its floors, rooms and imports: what the tests of the house check, and what docs/architecture.md draws."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from socle.settings import PROJECT_ROOT

FLOORS: Mapping[str, int] = {
    "socle": 0,
    "pipeline": 1,
    "warehouse": 2,
    "access": 2,
    "clas_demo": 2,
    "bilan": 3,
    "dashboard": 4,
    "cli": 5,
}
"""{package: floor}: a package imports itself and the floors below, never its neighbours."""
DOORS = "."
"""The modules at the root of a package."""
ROOMS: Mapping[str, tuple[str, ...]] = {
    "socle": (DOORS, "words", "process", "files"),
    "pipeline": (
        "codebook",
        "sql",
        "reading",
        "staging",
        "drafting",
        "core",
        "quality",
        "marts",
        "disclosure",
        "builds",
        "safekeeping",
        DOORS,
        "deposits",
        "preparation",
    ),
    "clas_demo": ("world", "faults", "files", DOORS),
    "warehouse": (DOORS, "sql", "engine", "figures", "listings", "origins", "open_data"),
    "access": (DOORS, "journal", "people", "letters", "entry", "rights"),
    "bilan": ("model", "words", "exhibits", "parts", "print", "office", "synthese", DOORS),
    "dashboard": ("visit", "screen", "gate", "server", "exhibits", "query", "loading", "pages", DOORS, "script"),
    "cli": ("words", "building", "figures", "people", "documents", "keeping", "demo", DOORS),
}
"""{package: its rooms from the ground up}: a room imports itself and those before it."""


@dataclass(frozen=True)
class Import:
    """One module that imports another of the project, at its top or inside a function."""

    importer: str
    imported: str

    def __str__(self) -> str:
        return f"{self.importer} imports {self.imported}"


def modules(root: Path = PROJECT_ROOT) -> dict[str, Path]:
    """Return {dotted name: file} of every module of the product under `root`; a package is named by its folder."""
    found = (path for package in FLOORS for path in sorted((root / package).rglob("*.py")))
    return {_dotted(path.relative_to(root)): path for path in found}


def imports(root: Path = PROJECT_ROOT) -> list[Import]:
    """Return who imports whom within the project; `from a import b` is an import of a.b where that is a module."""
    known = modules(root)
    return [
        Import(name, imported)
        for name, path in known.items()
        for imported in sorted({_known(target, known) for target in named_in(path)} - {"", name})
    ]


def named_in(path: Path) -> Iterator[str]:
    """Yield every dotted name that a file imports, those inside functions and those given as texts included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module or ''}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("import_module", "importlib.import_module"):
            yield from (str(arg.value) for arg in node.args if isinstance(arg, ast.Constant))


def climbs(found: list[Import]) -> list[Import]:
    """Return the imports that go up, or sideways, between packages or between the rooms of one."""
    return [one for one in found if not _goes_down(one)]


def loop(found: list[Import]) -> list[str]:
    """Return the modules of a loop of imports, or the rooms of one; nothing when there is none."""
    for name in (str, place):
        graph: dict[str, set[str]] = {}
        for one in found:
            importer, imported = name(one.importer), name(one.imported)
            if importer != imported:
                graph.setdefault(importer, set()).add(imported)
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            return [str(step) for step in error.args[1]]
    return []


def place(module: str) -> str:
    """Return the room of a module as « package/room »; a door stands alone, under its own name."""
    package, *rest = module.split(".")
    return f"{package}/{rest[0]}" if rest else package


def room(module: str) -> str:
    """Return the room of a module in its package; DOORS for a module of its root."""
    package, *rest = module.split(".")
    return rest[0] if rest and rest[0] in ROOMS.get(package, ()) else DOORS


def purpose(path: Path) -> str:
    """Return the first line of what a module says of itself."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def _rank(module: str) -> int:
    """How high a module stands in its package; what `python -m` runs stands above all."""
    order = ROOMS.get(module.split(".")[0], (DOORS,))
    return len(order) if module.endswith(".__main__") else order.index(room(module))


def _goes_down(one: Import) -> bool:
    above, below = one.importer.split(".")[0], one.imported.split(".")[0]
    if above != below:
        return FLOORS[below] < FLOORS[above]
    return _rank(one.imported) <= _rank(one.importer)


def _known(target: str, known: Mapping[str, Path]) -> str:
    """The longest beginning of a dotted name that is a module of the project; "" for another library's."""
    while target and target not in known:
        target = target.rpartition(".")[0]
    return target


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
