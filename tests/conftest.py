"""Options and fixtures that every test may use."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pytest
import yaml
from hypothesis import settings

from tests.once import FOLDER
from tricenter.setup.verify.parts import LENGTH

if TYPE_CHECKING:
    from tests.recorded import Recordings

Golden = Callable[[Path, str], None]
"""Compares a text with the file that keeps it."""

T = TypeVar("T")
UPDATE = "--update-golden"
settings.register_profile("any-machine", deadline=None)
settings.load_profile("any-machine")
"""How long an example takes says how busy the machine is, and nothing of the code."""
yaml.safe_load = partial(yaml.load, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
"""By libyaml where there is one: what is generated is read back some thousand times."""
gc.disable()  # until all is imported: pytest_collection_finish


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`, which writes the golden files anew."""
    parser.addoption(UPDATE, action="store_true", help="rewrite golden files; refused under CI")


def pytest_configure(config: pytest.Config) -> None:
    """Make the run's folder; refuse to rewrite golden files where nobody would look at them."""
    if FOLDER not in os.environ:
        # Not for workers, which have the one of who started them.
        folder = tempfile.mkdtemp(prefix="tricenter-tests-")
        os.environ[FOLDER] = folder
        config.add_cleanup(partial(shutil.rmtree, folder, ignore_errors=True))
        config.add_cleanup(partial(os.environ.pop, FOLDER))
    if config.getoption(UPDATE) and os.environ.get("CI"):
        raise pytest.UsageError(f"{UPDATE} is refused under CI: run it on your machine, and look")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse what setup/verify/parts.py would run twice, or in no part."""
    wrong: list[str] = []
    texts = {path: path.read_text(encoding="utf-8") for path in {item.path for item in items}}
    for item in items:
        marks = [mark for mark in ("lab", "cloud") if item.get_closest_marker(mark)]
        if len(marks) > 1:
            wrong.append(f"{item.nodeid}: marked both `lab` and `cloud`")
        wrong += [
            f"{item.nodeid}: marked `{mark}`, but not in its own file"
            for mark in marks
            if f"pytest.mark.{mark}" not in texts[item.path]
        ]
    if wrong:
        raise pytest.UsageError("\n".join(wrong))
    # Those of minutes come first, so that no worker is left with one of them in the end.
    items.sort(key=lambda item: -_patience(item) if item.get_closest_marker("cloud") else 0)


def pytest_collection_finish() -> None:
    """Let the collector pass over all that importing made: it stays until the end."""
    gc.collect()
    gc.freeze()
    # As the product's own programs do: at the default of 700 new objects it took a fifth of the
    # processor's time of a recording under the SDKs' mocks (2026-12-01).
    gc.set_threshold(200_000, 50, 100)
    gc.enable()


def _patience(item: pytest.Item) -> float:
    """The seconds that a test is given beyond what all have; zero for most."""
    mark = item.get_closest_marker("timeout")
    return float(mark.args[0]) if mark and mark.args else 0.0


def runs(few: T, many: T) -> T:
    """What a test takes, how often it tries: `few` in `make test`, `many` in `make test-all`."""
    return many if os.environ.get(LENGTH) == "whole" else few


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """A function that compares a text with a golden file, or writes it when asked to."""
    update = bool(request.config.getoption(UPDATE))

    def compare(path: Path, text: str) -> None:
        if update:
            path.write_text(text, encoding="utf-8")
        kept = path.read_text(encoding="utf-8") if path.exists() else ""
        assert text == kept, f"{path} differs: look, then run pytest {UPDATE}"

    return compare


@pytest.fixture(scope="session")
def recorded() -> "Recordings":
    """What the references ask the engine for; recording takes seconds, so workers share it."""
    from tests.recorded import record_reference

    return record_reference
