"""The parts of the verification: the command of each, who asks for it, and beside what it runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

COVERED = 95  # percent of branches of topology/
WORKERS = ("-n", "2", "--dist", "worksteal")
"""Some tests take minutes: who is done takes over what the other has still to do."""
BY_FILE = ("-n", "3", "--dist", "loadfile", "--no-loadscope-reorder")
"""Whole files, in the order that tests/conftest.py gives: those with the longest tests first.
One more than cores, since engines and emulated clouds wait for one another."""
BACKGROUND = ("nice", "-n", "5")
"""The lab's programs keep leases of seconds; what needs no lab leaves them the processor."""

NEITHER = "not lab and not cloud"
"""The tests of `unit`: they need no lab and no engine."""
BARE = f"{NEITHER} and not browser"
"""Those of them that need Python packages alone, which is all that `make unit` brings."""

LENGTH = "TRICENTER_TESTS"
"""Says `whole` to tests that take a longer or a shorter run: tests/conftest.py reads it."""

ROOMY = {"NODE_OPTIONS": "--max-semi-space-size=128 --max-old-space-size=6144"}
"""Room for what the type checker has read: with node's own, a fifth of its time goes to clearing it
(102 s of processor time instead of 125, one run each, 2026-12-01)."""

LANES = ("static", "tests", "lab")
"""Parts of one lane run one after the other, lanes side by side: the lab mostly waits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One command of the verification, by its name in the summary."""

    name: str
    lane: str
    command: tuple[str, ...]
    suites: frozenset[str]
    tests: bool = False
    begun: bool = False
    """Whether some of its tests were run before, and are left out."""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])


SUITES = ("lint", "unit", "test", "test-all")
_TESTED = frozenset({"test", "test-all"})


def parts(suite: str, reports: Path, root: Path) -> tuple[Part, ...]:
    """The parts of a suite for a checkout; each part with tests writes `reports`/<name>.xml."""
    whole = suite == "test-all"
    unit = _unit(reports, whole=whole, browser=suite != "unit")
    found = (*_static(), unit, *_others(reports, root, whole=whole), _coverage())
    return tuple(part for part in found if suite in part.suites)


def files_marked(root: Path, mark: str) -> tuple[str, ...]:
    """The files below `root` whose tests have a mark: to import all the others takes as long as
    many of these tests. Who gives a mark writes it into the test's own file."""
    return tuple(
        str(path.relative_to(root))
        for path in sorted((root / "tests").rglob("test_*.py"))
        if f"pytest.mark.{mark}" in path.read_text(encoding="utf-8")
    )


def _static() -> tuple[Part, ...]:
    style, form = ("ruff", "check", "."), ("ruff", "format", "--check", ".")
    suites = frozenset(SUITES)
    return (
        Part(name="style", lane="static", command=style, suites=suites),
        Part(name="format", lane="static", command=form, suites=suites),
        Part(
            name="types",
            lane="static",
            command=("basedpyright", "--warnings"),
            # It reads all of both clouds' SDKs, which takes as long as a third of the tests.
            suites=suites - {"unit"},
            environment=ROOMY,
        ),
    )


def _unit(reports: Path, *, whole: bool, browser: bool) -> Part:
    return _tests(
        "unit",
        NEITHER if browser else BARE,
        ("-q", *WORKERS),
        reports,
        suites=_TESTED | {"unit"},
        whole=whole,
    )


def _coverage() -> Part:
    """Which branches the tests of `make unit` reach: to trace them takes as long as they do, and
    for the long runs of the same tests it would take an hour and find no other branch."""
    traced = ("--cov", "--cov-report=term:skip-covered", f"--cov-fail-under={COVERED}")
    return Part(
        name="branches",
        lane="tests",
        command=("pytest", "-q", *WORKERS, *traced, "-m", f"{BARE} and not long"),
        suites=frozenset({"test-all"}),
    )


def _others(reports: Path, root: Path, *, whole: bool) -> tuple[Part, ...]:
    # Few and long, so each has a line of its own.
    cloud = ("-v", *BY_FILE, *files_marked(root, "cloud"))
    lab = ("-v", *files_marked(root, "lab"))
    return (
        _tests("cloud", "cloud", cloud, reports, suites=_TESTED, whole=whole),
        _tests("lab", "lab", lab, reports, suites=_TESTED, whole=whole),
    )


def _tests(
    name: str,
    marks: str,
    options: tuple[str, ...],
    reports: Path,
    *,
    suites: frozenset[str],
    whole: bool,
) -> Part:
    chosen = marks if whole else f"{marks} and not long"
    return Part(
        name=name,
        lane="lab" if name == "lab" else "tests",
        command=("pytest", *options, "-m", chosen, f"--junitxml={reports / f'{name}.xml'}"),
        suites=suites,
        tests=True,
        environment={LENGTH: "whole"} if whole else {},
    )
