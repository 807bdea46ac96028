"""docs/unwell.md and the code know the same codes, and the tests that it names are there."""

import re
from pathlib import Path
from typing import get_args

from tricenter.lab import certificates, copies
from tricenter.lab.unwell import find_kinds

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs/unwell.md").read_text(encoding="utf-8")
CODE = re.compile(r"""code=?[ =]*(?:"([a-z-]+)"(?: if \w+ else "([a-z-]+)")?)""")
ROWS = [line.split("|")[1:-1] for line in PAGE.splitlines() if line.startswith("| `")]


def codes() -> set[str]:
    """Every code that a kind of unwellness can have, on the lab and on clouds."""
    sources = [*(ROOT / "lab/unwell/kinds").glob("*.py"), ROOT / "roles/members_unwell.py"]
    texts = [path.read_text(encoding="utf-8") for path in sources]
    found = {code for text in texts for pair in CODE.findall(text) for code in pair if code}
    found |= {f"copy-{saying[1]}" for saying in copies.SAYINGS}
    words = re.findall(r'word="([a-z-]+)"', Path(certificates.__file__).read_text(encoding="utf-8"))
    found |= {f"certificate-{word}" for word in words}
    from tricenter.lab.backup.stanza import State
    from tricenter.lab.unwell.kinds.archives import JOBS

    return found | set(JOBS.values()) | (set(get_args(State)) - {"there", "unreadable"})


def test_every_code_is_on_the_page() -> None:
    """And the page has none that the code does not."""
    said = set(re.findall(r"`([a-z]+(?:-[a-z]+)+|paused|fenced)`", PAGE))
    known = codes()
    assert sorted(known - said) == []
    listed = {code for row in ROWS for code in re.findall(r"`([a-z-]+)`", row[0])}
    assert sorted(listed - known) == []


def test_the_tests_of_the_page_are_there() -> None:
    """Each state that has one names the test that brings it about."""
    named = [name for row in ROWS for name in re.findall(r"`(test_\w+\.py)::(\w+)`", row[4])]
    assert len(named) > 20
    gone = [
        f"{file}::{test}"
        for file, test in named
        if f"def {test}(" not in (ROOT / "tests/lab" / file).read_text(encoding="utf-8")
    ]
    assert gone == []


def test_every_kind_is_found() -> None:
    """A module of the folder that has no `find` would never be asked."""
    assert all(callable(getattr(kind, "find", None)) for kind in find_kinds().values())
