"""Where pipelines get tricenter from, where nobody names it: the checkout's own origin."""

import subprocess
from pathlib import Path

import pytest

from tricenter.cli.ci.repository import PipelineError, find_source

IDENTITY = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")


def git(folder: Path, *arguments: str) -> str:
    """What git says."""
    command = ["git", "-C", str(folder), *IDENTITY, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout with one commit."""
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "one")
    return tmp_path


@pytest.mark.parametrize(
    "origin", ["https://git.example/acme/tricenter.git", "git@git.example:acme/tricenter.git"]
)
def test_a_checkout_knows_its_origin_and_commit(checkout: Path, origin: str) -> None:
    """By the address that a pipeline without a key can use."""
    git(checkout, "remote", "add", "origin", origin)
    found = find_source(None, checkout, "1.0")
    assert found.url.startswith("https://git.example/acme/tricenter")
    assert found.commit == git(checkout, "rev-parse", "HEAD")


def test_without_an_origin_the_way_out_is_named(checkout: Path) -> None:
    """Nothing is guessed."""
    with pytest.raises(PipelineError, match="--source https://"):
        find_source(None, checkout, "1.0")


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ("https://git.example/acme/tricenter.git@v1.0", "'v1.0' is a tag or a branch"),
        ("git@git.example:acme/tricenter.git@main", "'main' is a tag or a branch"),
        ("https://git.example/acme/tricenter.git@1a2b3c4", "all 40 digits are needed"),
        (f"https://git.example/acme/tricenter.git@{'A' * 40}", "in small letters"),
    ],
)
def test_what_is_no_commit_is_refused_with_the_reason(checkout: Path, named: str, why: str) -> None:
    """A name that may mean other code tomorrow; said why, and how to learn the commit."""
    with pytest.raises(PipelineError, match=why) as caught:
        find_source(named, checkout, "1.0")
    assert "git " in str(caught.value) and caught.value.exit_code == 2


@pytest.mark.parametrize(
    "named", ["https://me@git.example/acme/tricenter.git", "git@git.example:acme/tricenter.git"]
)
def test_a_name_of_a_person_is_no_commit(checkout: Path, named: str) -> None:
    """What stands before the host is not what stands behind the repository."""
    assert find_source(named, checkout, "1.0").commit == git(checkout, "rev-parse", "HEAD")
