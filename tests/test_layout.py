"""The house's rooms: imports run left to right, and no module outgrows its subject."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "standto"
ROOMS = (
    "errors clock tables ledger world reports council plan kernels schedule rehearse rules channel"
    " view respond server cli"
).split()
BESIDE = {("tables", "ledger")}  # neither may know the other
COMPILING = {"collections", "pathlib"}  # only what compiles kernels may look at files
MODULES = sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("standto."):
            found.add(node.module.split(".")[1])
        elif isinstance(node, ast.ImportFrom) and node.module == "standto":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {a.name.split(".")[1] for a in node.names if a.name.startswith("standto.")}
        assert not (isinstance(node, ast.ImportFrom) and node.level), f"{path}: relative import"
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_point_to_the_left(path: Path) -> None:
    here = room(path)
    if here in {"__init__", "__main__"}:
        return
    assert here in ROOMS, f"{here} is no room of the house"
    for other in imported_rooms(path):
        left = other == here or ROOMS.index(other) < ROOMS.index(here)
        assert left, f"{path.relative_to(PACKAGE)} imports {other}, which stands to its right"
        assert (other, here) not in BESIDE, f"{other} and {here} stand beside each other"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_module_is_over_400_lines(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").count("\n")
    assert lines <= 400, f"{path.relative_to(PACKAGE)} has {lines} lines; it has two subjects"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_every_module_says_its_subject(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_kernels_import_only_arrays_and_numba() -> None:
    for path in (PACKAGE / "kernels").glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            a.name.split(".")[0]
            for n in ast.walk(tree)
            if isinstance(n, ast.Import)
            for a in n.names
        }
        names |= {
            n.module.split(".")[0]
            for n in ast.walk(tree)
            if isinstance(n, ast.ImportFrom) and n.module
        }
        more = COMPILING if path.name == "compiled.py" else set()
        assert names <= {"__future__", "math", "numba", "numpy", "standto", "typing"} | more
        assert imported_rooms(path) <= {"kernels"}, path.name


def test_no_table_has_a_column_about_harm() -> None:
    """Out of scope for ever: targeting, weapon effects, combat results."""
    forbidden = (
        "target_",
        "weapon",
        "lethal",
        "casualt",
        "kill",
        "damage",
        "attrition",
        "losses",
        "strike_",
    )
    for schema in (PACKAGE / "schema").glob("*.csv"):
        columns = [row.split(",")[0] for row in schema.read_text(encoding="utf-8").splitlines()[1:]]
        for column in columns:
            assert not any(word in column for word in forbidden), f"{schema.name}: {column}"


def test_no_expression_repeats_a_group_possessively() -> None:
    # Python before 3.11.5 (Debian 12 has 3.11.2) keeps what such a group took in vain
    # (its issue gh-106052): words kept the full stop after them.
    groups = re.compile(r"\)(?:[*+?]|\{[0-9,]+\})\+")
    written = [
        (path.name, node.lineno, node.value)
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert len(written) > 1000
    assert [found for found in written if groups.search(found[2])] == []
