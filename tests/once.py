"""What is made once a run of the tests: who asks first makes it, the other workers wait for it."""

import fcntl
import os
import pickle
from collections.abc import Callable
from functools import cache, wraps
from hashlib import sha256
from pathlib import Path
from typing import ParamSpec, TypeVar

FOLDER = "TRICENTER_TESTS_ONCE"
"""Names the folder of this run; tests/conftest.py makes it and takes it away."""

P = ParamSpec("P")
T = TypeVar("T")


def once(make: Callable[P, T]) -> Callable[P, T]:
    """A function that is called once for each of its arguments, by whichever process it is.

    For what depends on these and on the code alone, can be pickled, and is changed by no test.
    """

    @cache
    @wraps(make)
    def made(*args: P.args, **named: P.kwargs) -> T:
        folder = os.environ.get(FOLDER)
        if folder is None:  # no run: a script
            return make(*args, **named)
        asked = repr((make.__module__, make.__qualname__, args, sorted(named.items())))
        kept = Path(folder, f"{sha256(asked.encode()).hexdigest()}.pickle")
        with kept.with_suffix(".lock").open("w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.exists():
                draft = kept.with_suffix(".draft")
                draft.write_bytes(pickle.dumps(make(*args, **named)))
                draft.replace(kept)
        return pickle.loads(kept.read_bytes())  # noqa: S301 - written by this run

    return made
