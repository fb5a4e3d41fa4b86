"""Texts -> what holds on a slide: how many lines they take, the size that fits, where they are cut in two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

SMALLEST = 14
"""Points: nothing smaller is read from the back of a room."""
_WIDTH, _LEADING = 0.55, 1.22
"""Of a letter and of a line, in its size: on the wide side, whatever the font of the machine that shows it."""


def letters(inches: float, points: float) -> int:
    """Return how many letters a line of that width holds."""
    return max(1, int(inches * 72 / (points * _WIDTH)))


def lines(text: str, inches: float, points: float) -> int:
    """Return how many lines the text takes."""
    width = letters(inches, points)
    return sum(_wrapped(line, width) for line in text.split("\n"))


def _wrapped(line: str, width: int) -> int:
    """A word that does not hold on the line goes to the next one; one that no line holds is cut."""
    count, left = 1, width
    for word in line.split(" "):
        if len(word) > left and left < width:
            count, left = count + 1, width
        if len(word) > width:
            more, rest = divmod(len(word) - 1, width)
            count, left = count + more, width - rest - 1
        else:
            left -= len(word)
        left -= 1
    return count


def height(text: str, inches: float, points: float) -> float:
    """Return the inches that the text takes in height."""
    return lines(text, inches, points) * points * _LEADING / 72


def fitting(text: str, inches: float, high: float, sizes: Sequence[int]) -> int | None:
    """Return the first of these sizes by which the text holds; None when none does."""
    return next((points for points in sizes if height(text, inches, points) <= high), None)


def pieces(text: str, inches: float, points: float, high: float) -> Iterator[str]:
    """Yield the text in parts that each hold in that height, cut at the end of a word where it can be."""
    most = max(1, int(high * 72 / (points * _LEADING)))
    while lines(text, inches, points) > most:
        room = max(1, int(letters(inches, points) * most / 1.2))
        part = "\n".join(text.split("\n")[:most])[:room]
        cut = max(part.rfind(" "), part.rfind("\n"))
        part = part[: cut + 1] if cut > len(part) // 2 else part
        yield part.rstrip()
        text = text[len(part) :].lstrip()
    yield text


def pages(heights: Sequence[float], high: float) -> Iterator[range]:
    """Yield the ranks of what stands on each page, in order; what is too high alone has its own."""
    first, taken = 0, 0.0
    for rank, height in enumerate(heights):
        if rank > first and taken + height > high:
            yield range(first, rank)
            first, taken = rank, 0.0
        taken += height
    if heights:
        yield range(first, len(heights))
