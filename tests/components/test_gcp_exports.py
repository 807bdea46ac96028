"""The export of AlloyDB, run step by step against a service that takes its time and can fail."""

from typing import Any

import pytest

from tests.components.test_gcp_workflows import PROJECT
from tests.components.workflow_runner import Raised, Run
from tricenter.components.gcp.workflow_source import ExportedDatabase, export_source


class AlloyDb:
    """Two clusters, the second of which leads; an export ends at the third look."""

    def __init__(self, error: str = "") -> None:
        self.error, self.looks = error, 0
        self.requests: list[tuple[str, str, Any]] = []

    def __call__(self, method: str, url: str, arguments: dict[str, Any]) -> Any:
        """Answer a request."""
        path = url.removeprefix("https://alloydb.googleapis.com/v1/")
        assert path != url and arguments["auth"] == {"type": "OAuth2"}
        self.requests.append((method, url, arguments))
        if method == "POST":
            return {"name": f"{path.partition('/clusters/')[0]}/operations/op-1"}
        if "/operations/" in path:
            self.looks += 1
            failed = {"error": {"message": self.error}} if self.error else {"response": {}}
            return {"done": True, **failed} if self.looks == 3 else {"done": False}
        return {"clusterType": "PRIMARY" if path.endswith("/east") else "SECONDARY"}


CLUSTERS = tuple(f"projects/{PROJECT}/locations/{place}/clusters/{place}"
                 for place in ("west", "east"))  # fmt: skip


@pytest.mark.parametrize("error", ["", "no right on the bucket"])
def test_alloydb_is_exported_from_its_leader(error: str) -> None:
    """The primary cluster writes into the bucket; an error of the operation is one of the copy."""
    copied = ExportedDatabase(name="ledger-a", instances=CLUSTERS, service="alloydb")
    cloud = AlloyDb(error)
    run = Run(export_source(PROJECT, "cold", [copied]), cloud)
    if error:
        with pytest.raises(Raised, match="not every database was copied"):
            run.start()
    else:
        assert run.start()[0]["source"] == CLUSTERS[1]
    ((_, url, arguments),) = [one for one in cloud.requests if one[0] == "POST"]
    assert url.endswith(f"/v1/{CLUSTERS[1]}:export")
    assert arguments["body"]["gcsDestination"]["uri"].startswith("gs://cold/ledger-a/")
    assert arguments["body"]["gcsDestination"]["uri"].endswith(".sql.gz")
