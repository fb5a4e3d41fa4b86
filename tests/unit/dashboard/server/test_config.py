"""What Streamlit is told, whatever the machine says; and the colours of charts."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dashboard.server.config import options
from socle.settings import PROJECT_ROOT, Settings

SHIPPED = options(Settings())
EXPECTED = {
    "global.developmentMode": False,
    "server.address": "127.0.0.1",
    "server.maxUploadSize": 20,
    "server.enableXsrfProtection": True,
    "server.enableStaticServing": False,
    "server.enableAgentApi": False,
    "server.scriptHealthCheckEnabled": False,
    "server.trustedUserHeaders": {},
    "server.allowedHosts": ["127.0.0.1", "::1", "localhost"],
    "server.corsAllowedOrigins": [],
    "server.fileWatcherType": "none",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": False,
    "client.toolbarMode": "minimal",
    "client.allowedOrigins": [],
    "browser.gatherUsageStats": False,
}


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """From 1 (the same) to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_what_is_shipped_is_safe() -> None:
    assert {name: SHIPPED[name] for name in EXPECTED} == EXPECTED


def test_behind_a_proxy_only_its_name_is_answered() -> None:
    assert options(Settings(url="https://clas.caf.example"))["server.allowedHosts"] == ["clas.caf.example"]


def test_neither_the_environment_nor_a_file_of_the_machine_changes_it(tmp_path: Path) -> None:
    streamlit = tmp_path / ".streamlit"
    streamlit.mkdir()
    (streamlit / "config.toml").write_text(
        '[server]\nenableAgentApi = true\nmaxUploadSize = 999\n[client]\nshowErrorDetails = "full"\n', encoding="utf-8"
    )
    program = (
        "import json; from socle.settings import Settings; from dashboard.server import config;"
        "config.apply(Settings());"
        "from streamlit import config as told;"
        f"print(json.dumps({{name: told.get_option(name) for name in {list(SHIPPED)}}}))"
    )
    environ = {
        "HOME": str(tmp_path),
        "PYTHONPATH": str(PROJECT_ROOT),
        "STREAMLIT_SERVER_ADDRESS": "0.0.0.0",
        "STREAMLIT_CLIENT_SHOW_ERROR_DETAILS": "full",
        "STREAMLIT_SERVER_TRUSTED_USER_HEADERS": '{"X-User": "name"}',
    }
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environ, capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == SHIPPED


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_each_theme_has_ten_colours_that_stand_out_on_it(theme: str) -> None:
    colours = SHIPPED[f"theme.{theme}.chartCategoricalColors"]
    background = SHIPPED[f"theme.{theme}.backgroundColor"]
    assert len(set(colours)) == len(colours) == 10
    assert [colour for colour in colours if contrast(colour, background) < 3] == []
    for name in ("textColor", "linkColor"):
        assert contrast(SHIPPED[f"theme.{theme}.{name}"], background) >= 4.5
    assert contrast(SHIPPED[f"theme.{theme}.primaryColor"], background) >= 4.5
