"""What the real provider relies on: fields that are left out, parts that move, what is refused."""

import pytest

from tests.offline.gcp.conftest import PROJECT, Google
from tests.offline.gcp.test_roles import alloydb

pytestmark = pytest.mark.cloud

ZONES = f"dns.googleapis.com/dns/v1/projects/{PROJECT}/managedZones"


def test_empty_lists_are_left_out(google: Google) -> None:
    """A provider that reads one back would plan a change that is none."""
    path = google.compute("global/networks")
    google.make(path, {"name": "net", "autoCreateSubnetworks": False})
    rule = {
        "name": "rule",
        "network": f"projects/{PROJECT}/global/networks/net",
        "direction": "INGRESS",
        "sourceRanges": ["10.0.0.0/8"],
        "sourceTags": [],
        "denied": [{"IPProtocol": "all", "ports": []}],
    }
    google.make(google.compute("global/firewalls"), rule)
    _, found = google.ask("GET", google.compute("global/firewalls/rule"))
    assert "sourceTags" not in found
    assert found["denied"] == [{"IPProtocol": "all"}]


def test_a_private_zone_names_who_sees_it(google: Google) -> None:
    """An empty list of networks is none."""
    zone = {"name": "z", "dnsName": "a.example.", "description": "d", "visibility": "private"}
    for more in ({}, {"privateVisibilityConfig": {"networks": []}}):
        assert "networks that see it" in google.refuse("POST", ZONES, zone | more)[1]


def test_users_and_databases_go_with_the_role(pair: Google) -> None:
    """The new leader has what the old one had, and what it made of them is called by its name."""
    pair.make(pair.sql("west/users"), {"name": "app", "password": "x"})
    pair.make(pair.sql("west/databases"), {"name": "ledger"})
    pair.make(pair.sql("east/switchover"), {})
    for kind, name in (("users", "app"), ("databases", "ledger")):
        _, found = pair.ask("GET", pair.sql(f"east/{kind}"))
        assert {one["name"]: one["instance"] for one in found["items"]}[name] == "east"


def test_a_cluster_has_one_instance_that_writes(google: Google) -> None:
    """A second one is refused; a pool of readers is not."""
    instances = f"{alloydb(google)}/us-west1/clusters/west/instances"
    second = google.refuse("POST", f"{instances}?instanceId=second", {"instanceType": "PRIMARY"})
    assert "already has a PRIMARY instance" in second[1]
    pool = {"instanceType": "READ_POOL", "readPoolConfig": {"nodeCount": 1}}
    google.make(f"{instances}?instanceId=pool", pool)


def test_the_storage_service_has_an_account(google: Google) -> None:
    """By which it uses keys and topics of a project."""
    path = f"storage.googleapis.com/storage/v1/projects/{PROJECT}/serviceAccount"
    code, found = google.ask("GET", path)
    assert code == 200
    assert found["email_address"].endswith("@gs-project-accounts.iam.gserviceaccount.com")


def test_a_signed_zone_says_its_kind(google: Google) -> None:
    """New or changed, so that what is read back is what was asked for."""
    zone = {"name": "z", "dnsName": "a.example.", "description": "d", "visibility": "public"}
    google.make(ZONES, zone | {"dnssecConfig": {"state": "on"}})
    for state in ("on", "off"):
        assert google.ask("PATCH", f"{ZONES}/z", {"dnssecConfig": {"state": state}})[0] == 200
        told = google.ask("GET", f"{ZONES}/z")[1]["dnssecConfig"]
        assert (told["state"], told["kind"]) == (state, "dns#managedZoneDnsSecConfig")
