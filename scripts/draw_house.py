"""The code -> docs/images/house.svg and the list of rooms in docs/architecture.md; `--check` says if they are stale."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from scripts.house import DOORS, FLOORS, ROOMS, modules, purpose, room
from scripts.house_picture import picture
from socle.settings import PROJECT_ROOT

PICTURE = PROJECT_ROOT / "docs" / "images" / "house.svg"
PAGE = PROJECT_ROOT / "docs" / "architecture.md"
BEGIN, END = "<!-- rooms: written by `make docs` -->", "<!-- end of rooms -->"


def main(arguments: list[str]) -> int:
    """Write the picture and the list, or with `--check` return 1, naming what is stale."""
    made = {PICTURE: picture(), PAGE: page(PAGE.read_text(encoding="utf-8"))}
    stale = [path for path, text in made.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    for path in stale:
        if "--check" in arguments:
            print(f"{path.name} is not what the code is any more: run `make docs`.")
        else:
            path.write_text(made[path], encoding="utf-8")
    return int(bool(stale) and "--check" in arguments)


def page(text: str) -> str:
    """Return the page with the list of rooms between its two marks."""
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    rooms = "\n".join(_packages())
    return f"{before}{BEGIN}\n\n{rooms}\n{END}{after}"


def _packages() -> Iterator[str]:
    """The packages from the top floor down, the rooms of each from the ground up."""
    for package in sorted(FLOORS, key=lambda name: (-FLOORS[name], list(FLOORS).index(name))):
        yield f"### `{package}`\n\n{purpose(PROJECT_ROOT / package / '__init__.py')}\n"
        yield "| room | files | what stands in it |\n|---|---|---|"
        yield from (_room(package, name) for name in ROOMS.get(package, (DOORS,)))
        yield ""


def _room(package: str, name: str) -> str:
    inside = (path for module, path in modules().items() if module.split(".")[0] == package and room(module) == name)
    files = [path for path in sorted(inside) if path.stem != "__init__"]
    if name == DOORS:
        doors = ", ".join(f"`{path.name}`" for path in files)
        return f"| `{package}/` | {len(files)} | at its root: {doors} |"
    said = PROJECT_ROOT / package / name / "__init__.py"
    return f"| `{package}/{name}` | {len(files)} | {purpose(said if said.exists() else files[0])} |"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
