"""Regions of Google Cloud that offer a database: the tables are dated, and what they refuse."""

import re
from typing import Any

import pytest
import yaml

from tests.google_documents import document
from tests.test_misplaced import ROOT
from tricenter.offline.gcp.server.places import ENTERPRISE_PLUS_TIERS
from tricenter.topology.clouds import find_misplaced
from tricenter.topology.clouds.catalog import catalog
from tricenter.topology.clouds.gcp_regions import OFFERS
from tricenter.topology.document import parse
from tricenter.topology.validate import validate

MACHINE = {"cloud-sql": "db-perf-optimized-N-2", "alloydb": "n2-highmem-2"}
OPENED_SINCE = {"asia-southeast3"}
"""Regions of the table without a host of AlloyDB's API in the locked discovery document."""


def lacking(region: str, **gcp: str) -> list[tuple[Any, ...]]:
    """What the remote site of the reference, moved to a region, is refused for."""
    spec: dict[str, Any] = yaml.safe_load((ROOT / "stacks/ledger-gcp.yaml").read_text())
    for database in spec["databases"].values():
        database["gcp"] = gcp
    spec["sites"]["tokyo-1"]["gcp"] = {"region": region, "zone": f"{region}-b"}
    topology = validate(parse(yaml.safe_dump(spec), "spec.yaml"))
    found = find_misplaced(topology, "gcp", offline=True)
    return [one.path for one in found if one.id == "not-offered"]


@pytest.mark.parametrize(
    ("region", "machine", "refused"),
    [
        ("us-east4", "c4a-highmem-4-lssd", {"kowloon", "lantau"}),
        ("asia-northeast1", "z3-highmem-8-highlssd", {"kowloon", "lantau"}),
        ("asia-northeast1", "n2-highmem-4", set[str]()),
        ("europe-north2", "n2-highmem-4", set[str]()),
        ("europe-west3", "c4-highmem-4-lssd", {"kowloon", "lantau", "tokyo-1"}),
    ],
)
def test_alloydb_by_region_and_series(region: str, machine: str, refused: set[str]) -> None:
    """Each site is told once, though both databases ask for the same."""
    found = lacking(region, service="alloydb", machine=machine)
    assert sorted(path[1] for path in found) == sorted(refused)


def test_cloud_sql_and_machines_of_our_own() -> None:
    """Enterprise Plus is not in Stockholm; machines are wherever there is a region."""
    assert lacking("europe-north2", service="cloud-sql") == [("sites", "tokyo-1", "gcp", "region")]
    assert lacking("us-west2", service="cloud-sql") == []
    assert lacking("europe-north2", service="self-managed", machine="n2-standard-2") == []


def test_the_table_says_from_when_it_is() -> None:
    """And where it is from; every region of the catalog is known to it."""
    for service, offer in OFFERS.items():
        assert re.fullmatch(r"20\d\d(-\d\d-\d\d)?", offer.dated) and "google.com" in offer.source
        assert offer.known >= catalog("gcp").zones.keys()
        assert offer.every <= offer.known
        assert all(regions < offer.known or series == "n2"
                   for series, regions in offer.offered.items())  # fmt: skip
        assert not offer.lacks("mars-north1", MACHINE[service]), "an unknown region is let pass"


def test_alloydb_has_an_api_where_it_is_offered() -> None:
    """By the hosts of Google's own discovery document: a misspelt region has none."""
    hosts = {one["location"] for one in document("alloydb")["endpoints"]}
    offer = OFFERS["alloydb"]
    assert offer.every - OPENED_SINCE <= hosts
    assert all(regions - OPENED_SINCE <= hosts for regions in offer.offered.values())


def test_the_emulator_knows_the_catalogs_tiers() -> None:
    """What `validate` takes the emulated Cloud SQL takes, and the other way round."""
    taken = catalog("gcp").services["cloud-sql"].machine
    assert all(taken.fullmatch(tier) for tier in ENTERPRISE_PLUS_TIERS)
    sizes = re.findall(r"db-([\w-]+)-\(([\d|]+)\)", taken.pattern)
    named = {f"db-{series}-{size}" for series, several in sizes for size in several.split("|")}
    assert named == set(ENTERPRISE_PLUS_TIERS)
