"""Versions and classes that AWS refuses are refused before it is asked, and what it has passes."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tricenter.offline.aws.server import services
from tricenter.topology.clouds import find_misplaced
from tricenter.topology.clouds.catalog import catalog
from tricenter.topology.clouds.rds_offers import ENGINES, offer_of
from tricenter.topology.document import parse
from tricenter.topology.validate import validate

SPEC = Path(__file__).parent.parent / "stacks" / "ledger-aws.yaml"
CHINA = {"jurong": "cn-northwest-1a", "changi": "cn-northwest-1b", "tokyo-1": "cn-north-1a"}


def problems(*, offline: bool = False, regions: dict[str, str] | None = None, **database: Any):
    """Ids of what target aws has against the reference with another first database."""
    spec: dict[str, Any] = yaml.safe_load(SPEC.read_text(encoding="utf-8"))
    spec["databases"]["ledger-a"] |= database
    for site, zone in (regions or {}).items():
        spec["sites"][site]["aws"] = {"region": zone[:-1], "zone": zone}
    if regions:
        spec["vaults"]["cold-vault"]["aws"] = {"region": "cn-north-1"}
    for record in spec["dns"]["records"].values():
        record["answers"] = {site: [f"8.8.8.{n}"] for n, site in enumerate(spec["sites"], 1)}
    topology = validate(parse(yaml.safe_dump(spec), "spec.yaml"))
    found = find_misplaced(topology, "aws", offline=offline)
    return [(problem.id, problem.path[-1]) for problem in found]


def _on(service: str, instance: str) -> dict[str, str]:
    return {"service": service, "instance": instance}


@pytest.mark.parametrize(
    ("database", "wanted"),
    [
        ({"version": "16.8"}, []),
        ({"version": "18.3"}, []),
        ({"version": "16"}, []),
        ({"version": "16.99"}, [("unknown-version", "version")]),
        ({"version": "18.1"}, [("unknown-version", "version")]),
        ({"version": "16.6"}, [("retired-version", "version")]),
        ({"version": "16.8", "aws": _on("rds", "db.m6g.large")}, [("retired-version", "version")]),
        ({"version": "16.10", "aws": _on("rds", "db.m6g.large")}, []),
        ({"aws": _on("aurora", "db.t4g.medium")}, [("unknown-machine", "instance")]),
        ({"aws": _on("aurora", "db.serverless")}, [("unknown-machine", "instance")]),
        ({"aws": _on("aurora", "db.m6g.large")}, [("unknown-machine", "instance")]),
        ({"aws": _on("aurora", "db.r8g.large")}, []),
        ({"aws": _on("rds", "db.t4g.medium"), "version": "16.10"}, []),
    ],
)
def test_what_rds_has_and_has_not(database: dict[str, Any], wanted: list[tuple[str, str]]) -> None:
    """By AWS' lists: minor versions, retired ones, burstable and serverless classes, regions."""
    assert problems(**database) == wanted


def test_a_retired_version_passes_on_emulated_clouds() -> None:
    """What runs one has it still, and its next version must be tried before."""
    assert problems(offline=True, version="16.6") == []
    assert problems(offline=True, version="16.99") == [("unknown-version", "version")]


def test_china_is_a_partition_of_its_own() -> None:
    """Both of its regions are known, by themselves."""
    assert problems(regions=CHINA) == []
    across = {**CHINA, "tokyo-1": "ap-northeast-1a"}
    assert ("another-partition", "region") in problems(regions=across)


def test_the_table_is_dated_and_of_every_region() -> None:
    """It says from when it is, and has the regions of the catalog."""
    for service, engine in ENGINES.items():
        offer = offer_of(engine)
        assert offer.dated >= "2026-10-20" and offer.source.startswith("cfn-lint-")
        assert offer.classes.keys() == catalog("aws").zones.keys()
        assert not {*offer.offered} & {*offer.retired}
        majors = {version.partition(".")[0] for version in offer.offered}
        assert majors == set(catalog("aws").services[service].versions)
    assert services.find_additions().answers["rds", "DescribeDBEngineVersions"]
