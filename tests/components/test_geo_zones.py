"""What public zones of others ask for, as each cloud is asked for it: the example with edits.

Requests to Route 53 are judged by botocore's models as well, those to Cloud DNS by Google's
discovery document.
"""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.components import test_geodns_aws as aws
from tests.components import test_geodns_gcp as gcp
from tests.components.geodns_mocks import COLLECTION, ROOT
from tests.components.test_aws_requests import _judge as judge_aws
from tests.google_documents import document, misfits
from tests.recording import Asked
from tricenter.topology.clouds.catalog import catalog


def edited(folder: Path, target: str, **changes: Any) -> Path:
    """The example of a target with other values in its record; None takes one out."""
    spec = yaml.safe_load((ROOT / "stacks" / f"ledger-{target}.yaml").read_text(encoding="utf-8"))
    record = spec["dns"]["records"]["api"]
    record |= changes
    for key in [key for key, value in changes.items() if value is None]:
        del record[key]
    path = folder / f"ledger-{target}.yaml"
    path.write_text(yaml.safe_dump(spec), encoding="utf-8")
    return path


def on_aws(folder: Path, **changes: Any) -> list[Asked]:
    """What Route 53 is asked for, which its own models take."""
    _, asked = aws.ask(spec=edited(folder, "aws", **changes))
    _, wrong = judge_aws(tuple(asked))
    assert not wrong, "\n".join(wrong)
    return asked


def on_gcp(folder: Path, **changes: Any) -> list[Asked]:
    """What Cloud DNS is asked for."""
    return gcp.ask(spec=edited(folder, "gcp", **changes))[1]


def test_what_nobody_checks_has_no_check(tmp_path: Path) -> None:
    """On Route 53 a record set without a check; on Cloud DNS data beside the checked targets."""
    asked = on_aws(tmp_path, unchecked=["jurong", "203.0.113.31"])
    checked = {one.inputs["ipAddress"] for one in aws.of(asked, aws.CHECK)}
    assert checked == {"203.0.113.21", "203.0.113.22", "203.0.113.32"}
    bare = {
        one.inputs["records"][0]
        for one in aws.of(asked, aws.RECORD)
        if one.inputs.get("multivalueAnswerRoutingPolicy") and "healthCheckId" not in one.inputs
    }
    assert bare == {"203.0.113.11", "203.0.113.12", "203.0.113.31"}
    found = gcp.records(on_gcp(tmp_path, unchecked=["203.0.113.31"]))
    (item,) = found["_hk.api"]["routingPolicy"]["primaryBackup"]["backupGeos"]
    assert item["rrdatas"] == ["203.0.113.31"]
    assert "203.0.113.31" not in item["healthCheckedTargets"]["externalEndpoints"]


def test_a_zone_without_any_check_has_none(tmp_path: Path) -> None:
    """No health check is made, and no record set refers to one."""
    sites = ["jurong", "changi", "tokyo-1"]
    assert not aws.of(on_aws(tmp_path, unchecked=sites), aws.CHECK)
    asked = on_gcp(tmp_path, unchecked=["kowloon", "lantau", "tokyo-1"])
    assert not [one for one in asked if one.type == gcp.CHECK]
    for found in gcp.records(asked).values():
        assert "healthCheck" not in found.get("routingPolicy", {})


HEALTHZ = {"path": "/healthz", "host": "www.example.com"}
OWN = "api.pay.example.com"


@pytest.mark.parametrize(
    ("scheme", "asked", "host"),
    [("https", HEALTHZ, "www.example.com"), ("http", {"path": "/healthz"}, OWN)],
)
def test_a_check_asks_for_a_path_of_a_host(
    tmp_path: Path, scheme: str, asked: dict[str, str], host: str
) -> None:
    """Of every address, by its own number: the host is a header, and in TLS the name."""
    check = {"tcp": 8443, "interval": "30s", scheme: asked}
    for one in aws.of(on_aws(tmp_path, check=check), aws.CHECK):
        assert (one.inputs["type"], one.inputs["port"]) == (scheme.upper(), 8443)
        assert (one.inputs["fqdn"], one.inputs["resourcePath"]) == (host, "/healthz")
        assert one.inputs.get("enableSni", False) is (scheme == "https")
        assert one.inputs["ipAddress"]
    (made,) = (one for one in on_gcp(tmp_path, check=check) if one.type == gcp.CHECK)
    told = {k: v for k, v in made.inputs.items() if k.endswith("HealthCheck")}
    assert not [*misfits(document("compute"), "HealthCheck", told)]
    assert told == {
        f"{scheme}HealthCheck": {
            "host": host,
            "port": 8443,
            "portSpecification": "USE_FIXED_PORT",
            "requestPath": "/healthz",
        }
    }


def test_a_state_is_a_place_of_its_own(tmp_path: Path) -> None:
    """Route 53 is asked for the subdivision of a country, beside the country itself."""
    rules = [
        {"geo": "US-CA", "order": ["jurong"]},
        {"geo": ["US", "*"], "order": ["changi"]},
    ]
    asked = aws.of(on_aws(tmp_path, rules=rules), aws.RECORD)
    places = [
        (one.inputs["aliases"][0]["name"], one.inputs["geolocationRoutingPolicies"][0])
        for one in asked
        if "geolocationRoutingPolicies" in one.inputs
    ]
    assert ("_us-ca.api.pay.example.com", {"country": "US", "subdivision": "CA"}) in places
    assert ("_us.api.pay.example.com", {"country": "US"}) not in places
    assert ("_everyone.api.pay.example.com", {"country": "US"}) in places


WEIGHTS = {"203.0.113.11": 3, "203.0.113.21": 0}


def test_addresses_have_weights_of_their_own(tmp_path: Path) -> None:
    """One weighted record set or bucket an address, each with its check; 1 where none is stated."""
    wanted = {"203.0.113.11": 3, "203.0.113.12": 1, "203.0.113.21": 0, "203.0.113.22": 1}
    found = {
        one.inputs["records"][0]: one.inputs["weightedRoutingPolicies"][0]["weight"]
        for one in aws.of(on_aws(tmp_path, weights=WEIGHTS), aws.RECORD)
        if one.inputs["name"] == "_weighted_._changi_jurong.api.pay.example.com"
        and one.inputs["healthCheckId"]
    }
    assert found == wanted
    rules = [{"geo": "*", "order": [["kowloon", "lantau"]]}]
    policy = gcp.records(on_gcp(tmp_path, weights={"203.0.113.11": 3}, rules=rules))["api"]
    assert {
        bucket["healthCheckedTargets"]["externalEndpoints"][0]: bucket["weight"]
        for bucket in policy["routingPolicy"]["wrrs"]
    } == wanted | {"203.0.113.21": 1}


def test_a_last_resort_is_behind_everything(tmp_path: Path) -> None:
    """On Route 53 the end of the chain, unchecked; on Cloud DNS the backup, as plain data."""
    last = ["203.0.113.250", "203.0.113.251"]
    asked = aws.of(on_aws(tmp_path, last_resort=last, when_all_down=None), aws.RECORD)
    ends = [one.inputs for one in asked if one.inputs.get("records") == last]
    assert {one["name"] for one in ends} == {
        "_sg-2.api.pay.example.com", "_everyone-2.api.pay.example.com"
    }  # fmt: skip
    assert all("healthCheckId" not in one for one in ends)
    rules = [{"geo": "*", "order": [["kowloon", "lantau"]]}]
    asked = on_gcp(tmp_path, last_resort=last, when_all_down=None, rules=rules)
    policy = gcp.records(asked)["api"]["routingPolicy"]["primaryBackup"]
    assert [item.get("rrdatas") for item in policy["backupGeos"]] == [last]
    assert "healthCheckedTargets" not in policy["backupGeos"][0]
    assert sorted(policy["primary"]["externalEndpoints"]) == gcp.CITY


def test_a_step_is_chosen_from_by_latency(tmp_path: Path) -> None:
    """A record set for each region, which is as healthy as the region's sites together."""
    rules = [{"geo": "*", "order": [["jurong", "changi", "tokyo-1"]]}]
    asked = aws.of(on_aws(tmp_path, latency=True, rules=rules), aws.RECORD)
    found = {
        one.inputs["latencyRoutingPolicies"][0]["region"]: one.inputs["aliases"][0]
        for one in asked
        if "latencyRoutingPolicies" in one.inputs
    }
    assert {region: alias["name"] for region, alias in found.items()} == {
        "ap-southeast-1": "_changi_jurong.api.pay.example.com",
        "ap-northeast-1": "tokyo-1.api.pay.example.com",
    }
    assert all(alias["evaluateTargetHealth"] for alias in found.values())


def test_route_53_knows_every_region_of_the_catalog() -> None:
    """Latencies are measured to each region that a site may be in, by botocore's model."""
    models = pytest.importorskip("tricenter.offline.aws.model")
    known = models.service_model("route53").shape_for("ResourceRecordSetRegion").enum
    assert set(catalog("aws").zones) <= set(known)


def test_subnets_are_locations_of_a_collection(tmp_path: Path) -> None:
    """One collection; below the public name a record set for each subnet, and one for all else."""
    rules = [
        {"subnets": ["198.51.100.0/24", "2001:db8:7::/48"], "order": ["tokyo-1"]},
        {"geo": ["SG", "*"], "order": ["jurong"]},
    ]
    asked = on_aws(tmp_path, rules=rules)
    assert len(aws.of(asked, "aws:route53/cidrCollection:CidrCollection")) == 1
    locations = {
        one.inputs["name"]: (one.inputs["cidrBlocks"], one.inputs["cidrCollectionId"])
        for one in aws.of(asked, "aws:route53/cidrLocation:CidrLocation")
    }
    assert locations == {
        "198-51-100-0-24": (["198.51.100.0/24"], COLLECTION),
        "20010db80007-48": (["2001:db8:7::/48"], COLLECTION),
    }
    records = [one.inputs for one in aws.of(asked, aws.RECORD)]
    found = {
        one["cidrRoutingPolicy"]["locationName"]: one["aliases"][0]["name"]
        for one in records
        if "cidrRoutingPolicy" in one
    }
    assert found == {
        "198-51-100-0-24": "_198-51-100-0-24.api.pay.example.com",
        "20010db80007-48": "_198-51-100-0-24.api.pay.example.com",
        "*": "_everyone.api.pay.example.com",
    }
    tops = [one["aliases"][0]["name"] for one in records if one["name"] == OWN]
    assert set(tops) == {"_subnets_._everyone.api.pay.example.com"}
