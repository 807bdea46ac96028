"""The rules about our own code that a reader would otherwise have to remember."""

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import cast

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE, LONGEST_TEST, LONGEST_FUNCTION = 300, 400, 60

# What a folder may import of ours. A folder that is not listed is one that nobody has placed.
MAY_IMPORT = {
    "topology": set[str](),
    "policies": {"topology"},
    "policies/pack": {"topology", "setup"},
    "lab": {"topology", "setup"},
    "lab/provider": {"topology", "lab", "setup"},
    "offline": {"topology", "setup"},
    "roles": {"topology", "lab"},
    "components": {"topology", "policies", "lab", "roles", "offline"},
    "generate": {"topology", "components"},
    "package": {"topology", "components", "setup"},
    "drills": {"topology", "policies", "components", "lab", "roles", "offline", "setup"},
    "cli": {
        *("topology", "policies", "components", "lab", "roles", "offline", "generate", "drills"),
        "setup",
    },
    "setup": set[str](),
}
PURE = ("topology", "policies/rules")
# Modules by which a pure layer would reach clock, network, processes, chance or the engine.
IMPURE = {
    "pulumi", "psycopg", "dns", "rich", "typer", "subprocess", "socket", "ssl", "urllib", "http",
    "requests", "time", "random", "secrets", "threading", "asyncio", "multiprocessing", "tempfile",
}  # fmt: skip


def _sources() -> list[Path]:
    folders = {init.parent.name for init in ROOT.glob("*/__init__.py")} - {"tests"}
    found = [path for folder in sorted(folders) for path in sorted((ROOT / folder).rglob("*.py"))]
    return [path for path in found if "__pycache__" not in path.parts]


SOURCES = _sources()
TESTS = sorted((ROOT / "tests").rglob("*.py"))


@cache
def _nodes(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file's syntax, the module first; read where a test asks for it."""
    return tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def _refuse(wrong: Iterable[str]) -> None:
    """All offenders at once, so that one run tells what is to be done."""
    found = list(wrong)
    assert not found, "\n".join(found)


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _layer(path: Path) -> str:
    name = _name(path.parent)
    longest = sorted(MAY_IMPORT, key=len, reverse=True)
    return next((layer for layer in longest if f"{name}/".startswith(f"{layer}/")), "")


def _imports(path: Path) -> Iterator[tuple[str, int]]:
    for node in _nodes(path):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{_name(path)}:{node.lineno}: relative import"
            yield node.module or "", node.lineno
            if node.module == "tricenter":
                yield from ((f"tricenter.{alias.name}", node.lineno) for alias in node.names)


def test_imports_go_one_way() -> None:
    """Topology and set-up know nobody, the lab only these, and nothing imports the command line."""
    wrong: list[str] = []
    for path in SOURCES:
        layer = _layer(path)
        if not layer:
            wrong.append(f"{_name(path)}: its folder has no place in MAY_IMPORT")
            continue
        own = layer.partition("/")[0]
        wrong += [
            f"{_name(path)}:{line}: {layer} may not import {module}"
            for module, line in _imports(path)
            if module.startswith("tricenter.")
            and (imported := module.split(".")[1]) != own
            and imported not in MAY_IMPORT[layer]
        ]
    _refuse(wrong)


def test_every_import_of_ours_uses_the_one_name() -> None:
    """`import topology` works by accident where the checkout is the working directory."""
    ours = {init.parent.name for init in ROOT.glob("*/__init__.py")}
    _refuse(
        f"{_name(path)}:{line}: {name}"
        for path in SOURCES
        for name, line in _imports(path)
        if name.split(".")[0] in ours
    )


def test_pure_layers_reach_nothing() -> None:
    """No clock, no network, no process, no chance, no engine, and nothing printed."""
    pure = [path for path in SOURCES if _name(path).startswith(PURE)]
    assert pure
    wrong = [
        f"{_name(path)}:{line}: {module}"
        for path in pure
        for module, line in _imports(path)
        if module.split(".")[0] in IMPURE
    ]
    wrong += [
        f"{_name(path)}:{node.lineno}: {node.func.id}()"
        for path in pure
        for node in _nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"print", "input", "exec", "eval"}
    ]
    _refuse(wrong)


def test_lab_never_imports_the_engine() -> None:
    """Only lab/provider speaks to Pulumi; the lab itself runs without it."""
    lab = [path for path in SOURCES if _layer(path) == "lab"]
    assert lab
    _refuse(
        f"{_name(path)}:{line}: {module}"
        for path in lab
        for module, line in _imports(path)
        if module.split(".")[0] == "pulumi"
    )


def test_nothing_goes_through_a_shell() -> None:
    """User input in a shell's hands is a hole; arguments are lists."""
    _refuse(f"{_name(path)}:{found}" for path in SOURCES for found in _shells(path))


def _shells(path: Path) -> Iterator[str]:
    for node in _nodes(path):
        if isinstance(node, ast.keyword) and node.arg == "shell":
            yield f"{node.value.lineno}: shell="
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            called = f"{node.value.id}.{node.attr}"
            if called in {"os.system", "os.popen", "pickle.loads", "yaml.load", "yaml.unsafe_load"}:
                yield f"{node.lineno}: {called}"


def test_files_and_functions_are_short() -> None:
    """What does not fit has more than one job."""
    _refuse(found for path in (*SOURCES, *TESTS) for found in _too_long(path))


def _too_long(path: Path) -> Iterator[str]:
    limit = LONGEST_TEST if path in TESTS else LONGEST_FILE
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if lines > limit:
        yield f"{_name(path)}: {lines} lines, at most {limit}"
    for node in _nodes(path):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                yield f"{_name(path)}:{node.lineno}: {node.name} has {length} lines"


def test_modules_say_what_they_are() -> None:
    """Every module, and every test, begins with a sentence."""
    wrong = [
        f"{_name(path)}: module"
        for path in (*SOURCES, *TESTS)
        if not ast.get_docstring(cast(ast.Module, _nodes(path)[0]))
    ]
    wrong += [
        f"{_name(path)}:{node.lineno}: {node.name}"
        for path in TESTS
        for node in _nodes(path)
        if isinstance(node, ast.FunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    _refuse(wrong)


def test_no_module_has_a_name_that_says_nothing() -> None:
    """`utils` and its kin are where code goes to be forgotten."""
    empty_words = {"utils", "util", "helpers", "helper", "manager", "base", "common", "misc"}
    assert not [_name(path) for path in SOURCES if path.stem in empty_words]


def test_types_are_checked_in_every_folder() -> None:
    """Each package has its link under typings/, by which the type checker finds it."""
    folders = {init.parent.name for init in ROOT.glob("*/__init__.py")} - {"tests"}
    links = {link.name: link.resolve() for link in (ROOT / "typings" / "tricenter").iterdir()}
    assert links == {folder: ROOT / folder for folder in folders}
