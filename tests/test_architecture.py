"""The rules of the house, checked: floors, commits, sizes, names."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).parent.parent
MODULES = sorted((ROOT / "lms").rglob("*.py"))
MAY_IMPORT = {
    "content": {"content"},
    "models": {"models"},
    "database": {"models"},
    "files": set(),
    "logs": set(),
    "limits": {"domain"},
    "domain": {"domain", "database", "files", "limits", "models", "content"},
    "render": {"render", "content"},
    "web": {
        "web",
        "domain",
        "database",
        "files",
        "limits",
        "models",
        "content",
        "openid",
        "render",
        "sending",
        "keyring",
        "logs",
        "waking",
    },
    "backup": {"backup", "database", "files", "models"},
    "openid": {"domain"},
    "smtp": set(),
    "waking": {"models"},
    "filing": {"domain", "database", "files"},
    "visiting": {"domain", "database", "models", "repeating"},
    "exporting": {"domain", "database", "files", "models", "render"},
    "letterhead": {"domain", "files"},
    "keyring": {"render"},
    "recording": {"letterhead", "domain", "models", "render"},
    "reporting": {"letterhead", "domain", "database", "files", "models", "render"},
    "packing": {"domain", "database", "files", "models"},
    "making": {
        "recording",
        "reporting",
        "packing",
        "domain",
        "database",
        "files",
        "models",
        "render",
    },
    "repeating": {"database"},
    "printing": {
        "printing",
        "keyring",
        "letterhead",
        "domain",
        "database",
        "files",
        "models",
        "render",
    },
    "sending": {"sending", "letterhead", "smtp", "domain", "database", "models", "render"},
    "cli": {
        "cli",
        "keyring",
        "create_app",  # on the database that rows are moved to
        "backup",
        "domain",
        "database",
        "files",
        "limits",
        "models",
        "content",
        "render",
        "jobs",
        "worker",
        "web",
        "logs",
    },
    "worker": {"jobs", "domain", "database", "waking"},
    "jobs": {
        "sending",
        "filing",
        "exporting",
        "domain",
        "database",
        "files",
        "limits",
        "models",
        "content",
        "render",
        "web",
        "making",
        "repeating",
        "printing",
        "waking",
        "visiting",
    },
}
"""Imports only go down; the edges (web, cli, jobs) may use every floor."""
LAZY = {
    "authlib",
    "flask_migrate",
    "fontTools",
    "joserfc",
    "PIL",
    "pyld",
    "redis",
    "requests",
    "weasyprint",
    "webauthn",
}
"""Heavy libraries that are loaded when they are first needed, not by every process."""


def name_of(path: Path) -> str:
    """``lms/web/quiz.py`` → ``lms.web.quiz``."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def floor_of(module: str) -> str | None:
    """``lms.web.quiz`` → ``web``; None for the factory itself and for other people's modules."""
    parts = module.split(".")
    return parts[1] if parts[0] == "lms" and len(parts) > 1 else None


def imports(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported below this node, in full."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def parsed(path: Path) -> ast.Module:
    """The module as a syntax tree."""
    return ast.parse(path.read_text("utf-8"))


def test_imports_only_go_down() -> None:
    for path in MODULES:
        here = floor_of(name_of(path))
        for name in imports(parsed(path)):
            there = floor_of(name)
            if here is not None and there is not None:
                assert there in MAY_IMPORT[here], f"{name_of(path)} imports {name}"


@pytest.mark.parametrize(
    ("floor", "forbidden"),
    [
        ("content", ("flask", "sqlalchemy", "wtforms", "datetime.datetime.now", "time")),
        ("models", ("flask",)),
        ("domain", ("flask", "wtforms", "werkzeug")),
        ("render", ("sqlalchemy",)),
    ],
)
def test_lower_floors_do_not_know_the_framework(floor: str, forbidden: tuple[str, ...]) -> None:
    for path in (ROOT / "lms" / floor).rglob("*.py"):
        found = [n for n in imports(parsed(path)) if n.split(".")[0] in forbidden]
        assert not found, f"{name_of(path)}: {found}"


def test_only_wsgi_reads_the_settings() -> None:
    for path in MODULES:
        assert "config" not in {n.split(".")[0] for n in imports(parsed(path))}, name_of(path)


@pytest.mark.parametrize("floor", ["domain", "models", "content", "render"])
def test_only_the_edges_commit(floor: str) -> None:
    for path in (ROOT / "lms" / floor).rglob("*.py"):
        assert ".commit()" not in path.read_text("utf-8"), name_of(path)


def test_every_time_comes_from_the_journal() -> None:
    for path in MODULES:
        if path.name != "journal.py":
            assert "datetime.now(" not in path.read_text("utf-8"), name_of(path)


def test_blueprints_do_not_import_each_other() -> None:
    files = sorted((ROOT / "lms/web").rglob("*.py"))
    blueprints = {name_of(p) for p in files if "\nbp = " in p.read_text("utf-8")}
    assert len(blueprints) > 40
    for path in files:
        if name_of(path) in blueprints:
            found = {
                one for name in imports(parsed(path)) for one in (name, name.rpartition(".")[0])
            }
            assert not blueprints & found, name_of(path)


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    """Every function of a module."""
    return (node for node in ast.walk(parsed(path)) if isinstance(node, ast.FunctionDef))


def test_no_import_hides_in_a_function() -> None:
    for path in MODULES:
        for node in functions(path):
            hidden = {name.split(".")[0] for name in imports(node)} - LAZY
            assert not hidden, f"{name_of(path)}:{node.name} imports {hidden}"


def test_modules_are_short_and_say_what_they_are_for() -> None:
    for path in MODULES:
        assert path.read_text("utf-8").count("\n") <= 300, name_of(path)
        assert ast.get_docstring(parsed(path)), f"{name_of(path)} has no docstring"


def test_functions_fit_on_a_screen() -> None:
    for path in MODULES:
        for node in functions(path):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= 60, f"{name_of(path)}:{node.name} has {length} lines"


def test_half_of_the_files_are_small() -> None:
    sizes = sorted(path.read_text("utf-8").count("\n") for path in MODULES)
    assert sizes[len(sizes) // 2] <= 100


def test_nothing_but_the_factory_lives_in_the_package() -> None:
    tree = parsed(ROOT / "lms/__init__.py")
    names = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    assert names == ["create_app"]


def test_there_are_no_import_cycles() -> None:
    known = {name_of(path): path for path in MODULES}
    graph = {
        name: {
            target
            for found in imports(parsed(path))
            for target in (found, found.rpartition(".")[0])
            if target in known and target != name and known[target].name != "__init__.py"
        }
        for name, path in known.items()
    }
    ready: set[str] = set()
    while rest := {name: deps - ready for name, deps in graph.items() if name not in ready}:
        free = {name for name, deps in rest.items() if not deps}
        assert free, f"a cycle among {sorted(rest)}"
        ready |= free
