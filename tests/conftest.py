"""Options and fixtures that every test may use."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Golden = Callable[[Path, str], None]
"""Compares a text with the file that keeps it."""

UPDATE = "--update-golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--update-golden`, which writes the golden files anew."""
    parser.addoption(UPDATE, action="store_true", help="rewrite golden files; refused under CI")


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to rewrite golden files where nobody would look at the difference."""
    if config.getoption(UPDATE) and os.environ.get("CI"):
        raise pytest.UsageError(f"{UPDATE} is refused under CI: run it on your machine, and look")


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
