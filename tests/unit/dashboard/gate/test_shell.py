"""The page that holds every other is Streamlit's own, in French."""

from __future__ import annotations

import base64
import hashlib
import re
from pathlib import Path

import pytest
from streamlit import file_util

from dashboard.gate import shell
from dashboard.gate.headers import policy


@pytest.fixture(autouse=True)
def _forget() -> None:
    shell.shell.cache_clear()
    shell.script_hashes.cache_clear()


def test_it_loads_what_streamlit_s_loads() -> None:
    theirs = Path(file_util.get_static_dir(), "index.html").read_text(encoding="utf-8")
    ours = shell.shell().decode()
    loaded = re.compile(r'(?:src|href)="(\./[^"]+)"')
    assert [one for one in loaded.findall(theirs) if one not in loaded.findall(ours)] == [
        "./_stcore/agent/openapi.json"
    ] * theirs.count('href="./_stcore/agent/openapi.json"')
    assert '<html lang="fr">' in ours


def test_the_policy_lets_the_scripts_written_in_it_run_and_no_other() -> None:
    written = re.findall(r"<script>(.*?)</script>", shell.shell().decode(), flags=re.DOTALL)
    hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in written]
    assert hashes
    assert f"script-src 'self' {' '.join(hashes)};" in policy(shell.script_hashes())


def test_another_streamlit_whose_page_we_do_not_know_is_refused_loudly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index.html").write_text('<html lang="en"><title>x</title></html>', encoding="utf-8")
    monkeypatch.setattr(file_util, "get_static_dir", lambda: str(tmp_path))
    with pytest.raises(ValueError, match="no longer holds"):
        shell.shell()
