"""Letters: one page an account, its new code, whom to ask; nothing else ever holds a code."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from access.entry.local_codes import LocalCodes
from access.journal.journal import COMMAND, Author
from access.letters.letter_text import Sender, sender
from access.letters.letters import issue_letters, to_html, write_letters
from access.people.accounts import NewAccount, account, accounts, add
from socle.paths import DataFolder
from socle.settings import Settings
from socle.words.french import day
from socle.words.refusal import Refusal
from tests.support.access import AGENT, ALPHA, NEXT_YEAR

SETTINGS = Settings(
    caf="Caf du Loiret", service="service parentalité", courriel="clas@caf.example", url="https://clas.caf.example"
)
SENDER = sender(SETTINGS, fictif=False)
CODE = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}")


def test_a_letter_holds_what_it_takes_to_identify(folder: DataFolder, codes: dict[str, str]) -> None:
    text = html(folder, [ALPHA, AGENT], NEXT_YEAR, COMMAND, SENDER)
    assert text.count("<section>") == 2
    assert text.index("Association Alpha") < text.index("Agent Caf")
    for expected in (ALPHA, AGENT, "https://clas.caf.example", day(NEXT_YEAR), "Caf du Loiret, service parentalité"):
        assert expected in text
    of_alpha, of_agent = CODE.findall(text)
    provider = LocalCodes(folder)
    assert provider.identify({"identifiant": ALPHA, "code": of_alpha}, "192.0.2.1").porteur_id == "p1"
    assert provider.identify({"identifiant": AGENT, "code": of_agent}, "192.0.2.1").role == "agent"
    with pytest.raises(Refusal):
        provider.identify({"identifiant": ALPHA, "code": codes[ALPHA]}, "192.0.2.1")


def test_a_letter_fetches_nothing_and_runs_nothing(folder: DataFolder, codes: dict[str, str]) -> None:
    add(folder, NewAccount("x@caf.example", "<script>alert(1)</script> & Cie", "agent"), COMMAND)
    text = html(folder, ["x@caf.example"], NEXT_YEAR, COMMAND, SENDER)
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; Cie" in text
    assert not re.search(r"<script|<link|<img|src=|@import|url\(", text)


def test_without_settings_a_letter_still_says_what_to_do(folder: DataFolder, codes: dict[str, str]) -> None:
    text = html(folder, [ALPHA], NEXT_YEAR, COMMAND, sender(Settings(), fictif=False))
    assert "l&#39;agent de votre Caf qui suit le Clas" in text
    assert "Ouvrez l&#39;adresse que votre Caf vous a indiquée." in text


def test_the_file_is_for_its_owner_only(folder: DataFolder, codes: dict[str, str], tmp_path: Path) -> None:
    out = tmp_path / "lettres.html"
    write_letters(folder, [ALPHA], NEXT_YEAR, COMMAND, SENDER, out)
    assert out.stat().st_mode & 0o777 == 0o600
    assert CODE.findall(out.read_text(encoding="utf-8"))


def test_no_code_changes_when_the_file_cannot_be_written(folder: DataFolder, codes: dict[str, str]) -> None:
    before = accounts(folder)
    with pytest.raises(Refusal, match="aucun code n'a été changé"):
        write_letters(folder, [ALPHA], NEXT_YEAR, COMMAND, SENDER, Path("/proc/lettres.html"))
    assert accounts(folder) == before
    assert account(folder, ALPHA).state == "actif"


def test_a_letter_that_opens_made_up_figures_says_so(folder: DataFolder, codes: dict[str, str]) -> None:
    assert "FICTIVES" not in html(folder, [ALPHA], NEXT_YEAR, COMMAND, SENDER)
    assert "DONNÉES FICTIVES" in html(folder, [ALPHA], NEXT_YEAR, COMMAND, sender(SETTINGS, fictif=True))


def html(folder: DataFolder, identifiants: list[str], until: date, by: Author, of: Sender) -> str:
    """Their letters as a page."""
    return to_html(issue_letters(folder, identifiants, until, by, of)).decode()
