"""The commands of the desk and of a ledger's keys, each in a process of its own."""

from __future__ import annotations

import base64
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from standto.council.verify import verify

SMALL = Path(__file__).parent / "small"
CODE = "import standto.cli.desk; from standto.cli import main; main()"
TIMES = ["--from", "2030-01-10T00:00Z", "--at", "2030-01-09T12:00Z"]


def standto(*words: str | Path, status: int = 0) -> str:
    done = subprocess.run(
        [sys.executable, "-c", CODE, *map(str, words)], capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    folder = tmp_path / "exercise"
    said = standto("desk", "create", folder, SMALL)
    assert "add-user" in said
    return folder


def test_a_desk_is_made_peopled_and_answers(desk: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("correct horse battery\n")
    user = ["desk", "add-user", desk, "xa", "--role", "representative", "--country", "XA"]
    assert "representative XA" in standto(*user, "--password-file", secret)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-c", CODE, "serve", str(desk), "--port", str(port)])
    try:
        text = wait_for_page(f"http://127.0.0.1:{port}/sign-in")
        assert "Sign in" in text
    finally:
        os.kill(server.pid, signal.SIGINT)
        assert server.wait(timeout=30) in {0, 130}


def wait_for_page(address: str) -> str:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address) as answer:
                return str(answer.read().decode())
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the desk does not answer")


def test_a_mistake_is_one_line_and_status_2(desk: Path, tmp_path: Path) -> None:
    assert "is not empty" in standto("desk", "create", desk, SMALL, status=2)
    assert "there is no desk" in standto("serve", tmp_path / "none", status=2)
    assert "--secure" in standto("serve", desk, "--host", "192.0.2.1", status=2)


def test_keys_are_created_enrolled_rotated_revoked_and_listed(desk: Path, tmp_path: Path) -> None:
    ledger = desk / "ledger.sqlite"
    registrar = next((desk / "keys").glob("registrar-*.pem"))
    old = next((desk / "keys").glob("XA-*.pem")).stem
    sign = ["--registrar", registrar, *TIMES]
    path, public = standto("keys", "create", tmp_path / "keys", "XA").split()
    assert len(base64.b64decode(public)) == 32
    assert "takes over from" in standto("keys", "rotate", ledger, old, path, *sign)
    other = standto("keys", "create", tmp_path / "keys", "XB").split()[1]
    assert "is enrolled" in standto("keys", "enrol", ledger, "XB", other, *sign)
    chair = next((desk / "keys").glob("chair-*.pem")).stem
    assert "is revoked" in standto("keys", "revoke", ledger, chair, "--reason", "left", *sign)
    listed = standto("keys", "list", ledger)
    assert f"{chair:<36} from 2030-01-09T12:00Z until 2030-01-10T00:00Z (left)" in listed
    assert Path(path).stem in listed
    assert verify(ledger).good
