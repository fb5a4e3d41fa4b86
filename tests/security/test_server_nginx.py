"""deploy/nginx.conf as it is shipped, but for its ports and its certificate, in front of the real server."""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import connect

from socle.paths import DataFolder
from socle.settings import PROJECT_ROOT
from tests.support.access import AGENT, make_accounts
from tests.support.builds import publish_hand_made
from tests.support.server import Served, free_port, served

NAME = "clas.caf.example"
NGINX = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin") or "nginx"
SHIPPED = (PROJECT_ROOT / "deploy" / "nginx.conf").read_text(encoding="utf-8")
WRAPPER = """
daemon off; pid {root}/nginx.pid; error_log {root}/erreurs.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
    client_body_temp_path {root}/corps; proxy_temp_path {root}/mandataire; fastcgi_temp_path {root}/fastcgi;
    uwsgi_temp_path {root}/uwsgi; scgi_temp_path {root}/scgi;
    include {root}/clas.conf;
}}
"""


@dataclass(frozen=True)
class Proxy:
    server: Served
    http: int
    https: int

    def client(self) -> httpx.Client:
        """A browser that finds the public name on this machine."""
        url = f"https://127.0.0.1:{self.https}"
        host = f"{NAME}:{self.https}"
        return httpx.Client(base_url=url, headers={"Host": host, "Origin": f"https://{host}"}, verify=False, timeout=30)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    root: Path = tmp_path_factory.mktemp("nginx")
    folder = DataFolder(root / "data")
    publish_hand_made(folder)
    codes = make_accounts(folder)
    subject = ["-subj", f"/CN={NAME}", "-days", "1", "-nodes", "-newkey", "rsa:2048"]
    files = ["-keyout", str(root / "cle.pem"), "-out", str(root / "certificat.pem")]
    subprocess.run(["openssl", "req", "-x509", *subject, *files], check=True, capture_output=True)
    with served(folder, codes, root / "serveur.log", CLAS_URL=f"https://{NAME}") as server:
        ports = free_port(), free_port()
        (root / "clas.conf").write_text(_with_ports(root, server.port, *ports), encoding="utf-8")
        (root / "nginx.conf").write_text(WRAPPER.format(root=root), encoding="utf-8")
        command = [NGINX, "-e", str(root / "erreurs.log"), "-c", str(root / "nginx.conf")]
        checked = subprocess.run([*command, "-t"], capture_output=True, text=True)
        assert checked.returncode == 0, checked.stderr
        child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            _wait(child, ports[0], root)
            yield Proxy(server, *ports)
        finally:
            child.terminate()
            child.wait(10)


def _with_ports(root: Path, upstream: int, http: int, https: int) -> str:
    changes = {
        "listen 80;": f"listen 127.0.0.1:{http};",
        "listen 443 ssl;": f"listen 127.0.0.1:{https} ssl;",
        "/etc/ssl/certs/clas.caf.example.pem": f"{root}/certificat.pem",
        "/etc/ssl/private/clas.caf.example.key": f"{root}/cle.pem",
        "http://127.0.0.1:8501": f"http://127.0.0.1:{upstream}",
    }
    text = SHIPPED
    for shipped, here in changes.items():
        assert shipped in text
        text = text.replace(shipped, here)
    return text


def _wait(child: subprocess.Popen[bytes], port: int, root: Path) -> None:
    limit = time.monotonic() + 15
    while time.monotonic() < limit and child.poll() is None:
        try:
            httpx.get(f"http://127.0.0.1:{port}/", verify=False)
            return
        except httpx.HTTPError:
            time.sleep(0.05)
    raise AssertionError((root / "erreurs.log").read_text(encoding="utf-8"))


@pytest.fixture
def session(proxy: Proxy) -> str:
    """The cookie of a session opened through the proxy."""
    with proxy.client() as client:
        form = client.get("/identification")
        token = re.search(r'name="jeton" value="(\w+)"', form.text)
        assert token is not None
        data = {"jeton": token[1], "identifiant": AGENT, "code": proxy.server.codes[AGENT]}
        headers = {"Cookie": form.headers["set-cookie"].split(";")[0]}
        answer = client.post("/identification", data=data, headers=headers)
        assert answer.status_code == 303
        return str(answer.headers["set-cookie"].split(";")[0])


def test_http_leads_to_https(proxy: Proxy) -> None:
    answer = httpx.get(f"http://127.0.0.1:{proxy.http}/comptes?x=1", headers={"Host": NAME}, verify=False)
    assert (answer.status_code, answer.headers["location"]) == (301, f"https://{NAME}/comptes?x=1")


def test_one_identifies_through_it_with_a_cookie_bound_to_the_host(proxy: Proxy, session: str) -> None:
    assert session.startswith("__Host-clas-session=")
    with proxy.client() as client:
        answer = client.get("/comptes", headers={"Cookie": session})
        assert answer.status_code == 200
        assert "strict-transport-security" in answer.headers
        assert "nginx/" not in answer.headers["server"]
        assert client.get("/_stcore/health").status_code == 401


def test_pages_are_drawn_through_it(proxy: Proxy, session: str) -> None:
    async def draw() -> str:
        trusting = ssl.create_default_context()
        trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
        host = f"{NAME}:{proxy.https}"
        async with (
            asyncio.timeout(20),
            connect(
                f"wss://{host}/_stcore/stream",
                host="127.0.0.1",
                port=proxy.https,
                ssl=trusting,
                origin=f"https://{host}",  # type: ignore[arg-type]
                additional_headers={"Cookie": session},
                subprotocols=["streamlit"],  # type: ignore[list-item]
            ) as tab,
        ):
            message = BackMsg()
            message.rerun_script.page_name = "essai"
            await tab.send(message.SerializeToString())
            while True:
                received = ForwardMsg.FromString(await tab.recv())  # type: ignore[arg-type]
                body = received.delta.new_element.markdown.body
                if "Page de" in body:
                    return body

    assert asyncio.run(draw()) == "Page de Agent Caf"


def test_a_file_too_large_stops_at_the_proxy(proxy: Proxy, session: str) -> None:
    with proxy.client() as client:
        answer = client.put("/_stcore/upload_file/a/b", content=b"x" * (22 * 1024 * 1024), headers={"Cookie": session})
        assert answer.status_code == 413
        assert "nginx" in answer.text
        small = client.put("/_stcore/upload_file/a/b", content=b"x", headers={"Cookie": session})
        assert small.status_code == 404


def test_a_flood_of_the_form_stops_at_the_proxy(proxy: Proxy) -> None:
    with proxy.client() as client:
        statuses = [client.get("/identification").status_code for _ in range(30)]
    assert statuses[0] == 200
    assert statuses[-1] == 429
