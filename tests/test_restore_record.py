"""A restore's rate comes from measured tests, and until one was measured the forecast says so."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.test_forecast import SOUND
from tricenter.lab.backup.tested import newest_tests, record
from tricenter.policies.gather import expect
from tricenter.topology.forecast import DatabaseForecast, Term
from tricenter.topology.restore_record import LONGEST, measured
from tricenter.topology.validate import validate

TODAY = date(2026, 11, 30)
DONE: dict[str, Any] = {
    "event": "end",
    "kind": "restore-test",
    "ok": True,
    "at": "2026-11-23T04:31:00+00:00",
    "database": "ledger-a",
    "size": 50 * 1024 * (1 << 20),
    "copied": 256.0,
    "replayed": 12.0,
}


def kept(folder: Path, **changes: object) -> DatabaseForecast:
    """The loss of everything, with one restore test in the folder of records."""
    (folder / "records").mkdir(exist_ok=True)
    text = json.dumps({**record("bank", DONE), **changes})
    (folder / "records" / "restore.json").write_text(text)
    found = expect(validate(SOUND), "lab", TODAY, folder)
    return found.scenario("lose-all").database("ledger-a")


def restore(entry: DatabaseForecast) -> Term:
    """The term of fetching the copy."""
    return next(term for term in entry.terms if term.name == "restore")


def test_a_measured_test_sets_the_rate(tmp_path: Path) -> None:
    """200 MiB/s were measured, so 200 GiB take 1024 s and the start, as a rule."""
    term = restore(kept(tmp_path))
    assert term.usual == pytest.approx(11 + 1024)
    assert "as the restore test of 2026-11-23 measured" in term.source


@pytest.mark.parametrize(
    "changes",
    [
        {"topology": "another"},
        {"schema": "tricenter/restore-test/v9"},
        {"at": "2027-01-01T00:00:00+00:00"},
        {"at": None},
        {"copied": 0},
        {"copied": "1e-400"},
        {"size": -1},
        {"database": ["ledger-a"]},
    ],
)
def test_without_one_the_rate_is_said_to_be_assumed(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    """So it is with a record of another topology, of a day to come, or that cannot be read."""
    assert "assumed: no restore test was measured" in restore(kept(tmp_path, **changes)).source


@pytest.mark.parametrize("text", [b"[" * 100_000, b"{" + b" " * LONGEST, b"\xff", b"[1]"])
def test_what_is_no_record_is_passed_over(text: bytes) -> None:
    """Whatever stands in the folder."""
    assert measured([text], "bank", TODAY) == {}


def test_the_newest_test_that_succeeded_is_kept() -> None:
    """Of a journal with failures and other jobs."""
    newer = {**DONE, "at": "2026-11-30T04:31:00+00:00"}
    failed = {**newer, "ok": False, "at": "2026-12-01T00:00:00+00:00"}
    other = {**DONE, "kind": "full"}
    assert newest_tests([DONE, newer, failed, other]) == {"ledger-a": newer}
