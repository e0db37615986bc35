"""The rulebook stands on nothing but the standard library, and knows no clock."""

import ast
import doctest
import importlib
import sys
from pathlib import Path

import pytest

# Which days are public holidays is a fact about the world, and not one for us to keep.
ALSO = {"business_days": {"holidays"}}

MODULES = sorted(Path(__file__).parents[1].glob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_it_imports_only_the_standard_library_and_itself(path: Path) -> None:
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(node.module or "")
    roots = {name.split(".")[0] for name in imported}
    assert roots <= {*sys.stdlib_module_names, "rulebook", *ALSO.get(path.stem, ())}
    assert not roots & {"time", "socket", "subprocess", "os", "random"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_it_reads_no_clock(path: Path) -> None:
    called = {
        node.attr
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
    }
    assert not called & {"now", "utcnow", "today"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_the_examples_in_its_docstrings_hold(path: Path) -> None:
    name = "rulebook" if path.stem == "__init__" else f"rulebook.{path.stem}"
    assert doctest.testmod(importlib.import_module(name)).failed == 0
