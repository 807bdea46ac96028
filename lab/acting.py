"""File work in a folder that another user owns, done with that user's rights and no more.

Whoever owns a folder can put a link into it at any moment. Followed with the owner's own rights it
leads only where the owner could go without us.
"""

import ctypes
import os
import pwd
from collections.abc import Generator
from contextlib import contextmanager

from tricenter.lab.errors import LabError

_libc = ctypes.CDLL(None, use_errno=True)
ASK = -1
"""No user has this number: given it, the calls change nothing and say what is in force."""


@contextmanager
def acting_as(user: str) -> Generator[None]:
    """Have this thread's file work done as a user, where users differ at all.

    Other threads that are there, and programs that are started, stay who they are:
    https://man7.org/linux/man-pages/man2/setfsuid.2.html (read 2026-11-30). LabError where the
    kernel does not let us.
    """
    if os.geteuid() != 0:
        yield
        return
    entry = pwd.getpwnam(user)
    if os.getgroups():
        os.setgroups([])  # the groups that root is in would count as the user's
    before = _libc.setfsuid(ASK), _libc.setfsgid(ASK)
    try:
        _change(entry.pw_uid, entry.pw_gid)
        if (_libc.setfsuid(ASK), _libc.setfsgid(ASK)) != (entry.pw_uid, entry.pw_gid):
            raise LabError(f"this process may not work as user {user}")
        yield
    finally:
        _change(*before)


def _change(user: int, group: int) -> None:
    _libc.setfsgid(group)
    _libc.setfsuid(user)
