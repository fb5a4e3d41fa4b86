"""Sentences, tables and progress -> the terminal; results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TextIO

# Text from files may hold orders to the terminal: they are shown, and never obeyed.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
UNBROKEN = 12  # characters that a narrow terminal does not cut: a year, a code, a number
PIPE_WIDTH = 500  # no wrapping where a program, and not a person, reads the table


def safe(text: object) -> str:
    """Return a text with its control characters replaced by a visible mark."""
    return _CONTROL.sub("\ufffd", str(text))


def say(text: object = "") -> None:
    """Write a line of the result."""
    print(safe(text))


def warn(text: object) -> None:
    """Write a line beside the result: a warning, an error, the progress."""
    print(safe(text), file=sys.stderr, flush=True)


def say_json(content: Any) -> None:
    """Write the result for a program."""
    print(json.dumps(content, ensure_ascii=False, indent=2))


def table(
    headers: Sequence[str],
    rows: Sequence[Sequence[object]],
    numbers: Sequence[int] = (),
    file: TextIO | None = None,
) -> None:
    """Write a table, on screen or in `file`; the columns whose positions are in `numbers` are aligned to the right."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    target = file or sys.stdout
    console = Console(file=target, width=None if target.isatty() else PIPE_WIDTH, highlight=False)
    shown = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False)
    cells = [["" if value is None else safe(value) for value in row] for row in rows]
    for position, header in enumerate(headers):
        longest = max([len(row[position]) for row in cells] + [len(word) for word in safe(header).split()], default=0)
        shown.add_column(
            Text(safe(header)),
            justify="right" if position in numbers else "left",
            overflow="fold",
            min_width=min(longest, UNBROKEN),
        )
    for row in cells:
        shown.add_row(*map(Text, row))
    console.print(shown)


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Give a function that shows the step under way: one moving line in a terminal, plain lines elsewhere."""
    if not sys.stderr.isatty():
        yield lambda step: warn(f"{step}…")
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status("") as status:
        yield lambda step: status.update(escape(f"{safe(step)}…"))
