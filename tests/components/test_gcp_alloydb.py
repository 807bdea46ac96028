"""AlloyDB under mocks: it has no name that follows its leader, so our own record does."""

from pathlib import Path
from typing import Any

import pytest

from tests.components.gcp_program import ask, of, variant


def on_alloydb(spec: dict[str, Any]) -> None:
    """Have AlloyDB run every database."""
    for database in spec["databases"].values():
        database["gcp"] = {"service": "alloydb", "machine": "n2-highmem-2"}


@pytest.mark.parametrize("leader", ["kowloon", "tokyo-1"])
def test_the_writers_name_is_the_leaders_address(tmp_path: Path, leader: str) -> None:
    """An address record, made of the instance that leads; the other one's is not in it."""
    asked = ask(variant(tmp_path, on_alloydb), roles={"ledger-a": leader})
    (record,) = (one for one in of(asked, "RecordSet") if "-ledger-a-rw-" in f"{one.name}-")
    assert record.inputs["type"] == "A"
    assert record.inputs["rrdatas"] == ["10.64.240.5"]
    found = {one.name for one in of(asked, "Instance")} & record.after
    assert {name.removeprefix("ledger-").partition("-instance")[0] for name in found} == {leader}
