"""docs/architecture.md and its picture: drawn from the code, found stale when they are not what it is."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from scripts import draw_house
from scripts.house import ROOMS
from scripts.house_picture import WIDTH, picture


def test_the_picture_and_the_list_of_rooms_are_those_of_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert draw_house.main(["--check"]) == 0, capsys.readouterr().out


def test_a_stale_list_or_picture_is_told_and_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    written = {
        "architecture.md": draw_house.page(f"Before.\n{draw_house.BEGIN}{draw_house.END}\nAfter.\n"),
        "house.svg": picture(),
    }
    assert written["architecture.md"].startswith("Before.\n")
    assert written["architecture.md"].endswith("\nAfter.\n")
    for constant, name in (("PAGE", "architecture.md"), ("PICTURE", "house.svg")):
        monkeypatch.setattr(draw_house, constant, tmp_path / name)
        (tmp_path / name).write_text(written[name].replace("codebook", "code book"), encoding="utf-8")
    assert draw_house.main(["--check"]) == 1
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["house.svg", "architecture.md"]
    assert draw_house.main([]) == 0
    assert {name: (tmp_path / name).read_text(encoding="utf-8") for name in written} == written


def test_every_room_is_in_the_picture_and_every_word_within_its_edges() -> None:
    texts = list(ET.fromstring(picture()).iter("{http://www.w3.org/2000/svg}text"))
    words = {(text.text or "").partition(" · ")[0] for text in texts}
    assert {room for rooms in ROOMS.values() for room in rooms if room != "."} <= words
    ends = [float(text.get("x", 0)) + 7 * len(text.text or "") * (text.get("text-anchor") is None) for text in texts]
    assert max(ends) < WIDTH
