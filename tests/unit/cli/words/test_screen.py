"""What is written to the terminal, and where."""

from __future__ import annotations

import io

import pytest

from cli.words.screen import progress, safe, say, table, warn


def test_a_text_from_a_file_gives_no_order_to_the_terminal() -> None:
    assert safe("rouge \x1b[31m \x07 \x9b31m \u202einversé") == "rouge \ufffd[31m \ufffd \ufffd31m \ufffdinversé"
    assert safe("deux\nlignes\tet «\u202fici\u202f»") == "deux\nlignes\tet «\u202fici\u202f»"


def test_results_and_warnings_do_not_mix(capsys: pytest.CaptureFixture[str]) -> None:
    say("résultat")
    warn("avertissement")
    assert capsys.readouterr() == ("résultat\n", "avertissement\n")


def test_progress_is_plain_lines_on_stderr_when_nobody_watches(capsys: pytest.CaptureFixture[str]) -> None:
    with progress() as step:
        step("Lecture de [red]fichier.csv")
    assert capsys.readouterr() == ("", "Lecture de [red]fichier.csv…\n")


def test_a_table_shows_values_as_they_are() -> None:
    target = io.StringIO()
    table(("nom", "n"), [("[bold]Alpha[/bold] :smile:", 12), (None, 3)], numbers=(1,), file=target)
    lines = [line.strip() for line in target.getvalue().splitlines()]
    assert "[bold]Alpha[/bold] :smile:  12" in lines
    assert "\x1b" not in target.getvalue()


def test_a_wide_row_stays_on_one_line_for_a_program() -> None:
    target = io.StringIO()
    table(("a", "b"), [("x" * 150, "y" * 150)], file=target)
    assert any("x" * 150 in line and "y" * 150 in line for line in target.getvalue().splitlines())
