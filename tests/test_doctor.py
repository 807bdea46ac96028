"""What doctor says of the lab's needs, on a machine that is not this one."""

import os

import pytest

from tricenter.setup.checks import all_checks, examine


def found(name: str) -> tuple[bool, str]:
    """Whether one check is content, and what it saw."""
    (finding,) = examine(check for check in all_checks() if check.id == name)
    return finding.ok, finding.detail


@pytest.mark.parametrize(("user", "said"), [(0, (True, "root")), (1000, (False, "not root"))])
def test_who_is_root(user: int, said: tuple[bool, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """An ordinary user is told, since their sites share the loopback network."""
    monkeypatch.setattr(os, "geteuid", lambda: user)
    assert found("root") == said
