"""The docs say what the program does: generated pages are fresh, examples run."""

from __future__ import annotations

import importlib.util
import re
import shlex
import shutil
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from standto import tables
from standto.cli import main

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
SMALL = ROOT / "tests" / "small"


def load_generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_generate", DOCS / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


generate = load_generator()
COMMANDS = [words for words, _ in generate.every_command(main, ("standto",))]


@pytest.mark.parametrize("name", sorted(generate.PAGES))
def test_generated_pages_are_fresh(name: str) -> None:
    written = (DOCS / name).read_text(encoding="utf-8")
    assert written == generate.PAGES[name](), f"run python docs/generate.py: {name} is stale"


def test_every_schema_column_is_in_the_docs() -> None:
    page = (DOCS / "tables.md").read_text(encoding="utf-8")
    sections = dict(zip(*[iter(re.split(r"^## (\w+)$", page, flags=re.M)[1:])] * 2, strict=True))
    assert sorted(sections) == sorted(tables.schemas())
    for name in tables.schemas():
        named = re.findall(r"^\| (?:\*\*)?(\w+)(?:\*\*)? \|", sections[name], flags=re.M)
        assert [n for n in named if n != "column"] == [c.name for c in tables.schema(name).columns]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_is_in_the_docs_and_ends_with_an_example(words: tuple[str, ...]) -> None:
    page = (DOCS / "commands.md").read_text(encoding="utf-8")
    assert f"## {' '.join(words)}\n" in page
    assert help_example(words).startswith("standto "), f"{words} has no example"


def help_example(words: tuple[str, ...]) -> str:
    shown = CliRunner().invoke(main, [*words[1:], "--help"]).output
    found = re.search(r"Example:\n +(standto .+)", shown)
    return found.group(1).strip() if found else ""


def console_examples(page: Path) -> list[str]:
    blocks = re.findall(r"```console\n(.*?)```", page.read_text(encoding="utf-8"), flags=re.S)
    return [
        line.removeprefix("$ ")
        for block in blocks
        for line in block.splitlines()
        if line.startswith("$ standto ")
    ]


PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
EXAMPLES = sorted({example for page in PAGES for example in console_examples(page)})
HELPS = sorted({help_example(words) for words in COMMANDS})
ELSEWHERE = ("standto serve", "standto desk add-user")
"""They serve until stopped, or ask for a password: tests/test_cli_desk.py runs them."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what examples name: reports, and a response to verify."""
    folder = tmp_path_factory.mktemp("examples")
    shutil.copytree(ROOT / "data" / "scenarios" / "feb2022" / "reports", folder / "reports")
    words = ["run", str(SMALL), "--out", str(folder / "response"), "--iterations", "5"]
    assert CliRunner().invoke(main, [*words, "--runs", "50"]).exit_code == 0
    return folder


@pytest.mark.parametrize("example", sorted({*EXAMPLES, *HELPS}))
def test_every_example_runs(example: str, desk: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if example.startswith(ELSEWHERE) or "$" in example:
        pytest.skip("needs a person or a key; tests/test_cli_desk.py runs it")
    shutil.rmtree(desk / "exercise", ignore_errors=True)
    monkeypatch.chdir(desk)
    result = CliRunner().invoke(main, shlex.split(example)[1:])
    assert result.exit_code == 0, result.output
