"""A region of the emulated Google Cloud that is silent: it hangs, and the others answer."""

from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tricenter.offline.gcp import TOKEN, daemon
from tricenter.offline.gcp.server.regions import place_of
from tricenter.offline.gcp.server.store import Store

pytestmark = pytest.mark.cloud

CITY, REMOTE = "asia-east2", "asia-northeast1"


def asked(url: str, verb: str = "GET") -> int:
    """The status of an answer within a second."""
    request = Request(url, method=verb, headers={"Authorization": f"Bearer {TOKEN}"})  # noqa: S310
    with urlopen(request, timeout=1 if verb == "GET" else 10) as answer:  # noqa: S310 - ours
        return answer.status


def test_a_silent_region_hangs(tmp_path: Path) -> None:
    """No answer, not even a refusal, until it is back."""
    url = daemon.start(tmp_path)
    clusters = f"{url}/alloydb.googleapis.com/v1/projects/p/locations/{{}}/clusters"
    try:
        assert asked(clusters.format(CITY)) == 200
        assert asked(f"{url}/tricenter/silent/{CITY}", "PUT") == 204
        with pytest.raises(TimeoutError):
            asked(clusters.format(CITY))
        assert asked(clusters.format(REMOTE)) == 200
        assert asked(f"{url}/tricenter/silent/{CITY}", "DELETE") == 204
        assert asked(clusters.format(CITY)) == 200
    finally:
        daemon.stop(tmp_path)


def test_a_request_is_of_the_region_of_its_instance(tmp_path: Path) -> None:
    """Cloud SQL is one API for all regions; what it is asked about is in one of them."""
    store = Store(tmp_path)
    store.put("sqladmin", "projects/p/instances/ledger", {"region": CITY})
    places = {
        "/sql/v1beta4/projects/p/instances/ledger/promoteReplica?failover=true": CITY,
        "/sqladmin.googleapis.com/v1/projects/p/instances/ledger": CITY,
        "/sqladmin.googleapis.com/v1/projects/p/instances/other": None,
        "/sqladmin.googleapis.com/v1/projects/p/operations?instance=ledger": None,
        f"/compute/v1/projects/p/zones/{CITY}-a/instances/m": CITY,
        f"/alloydb.googleapis.com/v1beta/projects/p/locations/{CITY}/clusters/c:promote": CITY,
        "/cloudkms.googleapis.com/v1/projects/p/locations/global/keyRings": None,
    }
    assert {target: place_of(store, target) for target in places} == places
    store.close()
