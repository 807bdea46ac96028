"""The partitions of China and of the American government: their regions, and their names."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.components.aws_program import InChina, ask, of, variant
from tests.test_rds_offers import CHINA

OWN_NAME = "arn:aws:"


def _moved(folder: Path, **databases: Any) -> Path:
    places = [
        (("sites", site, "aws"), {"region": zone[:-1], "zone": zone})
        for site, zone in CHINA.items()
    ]
    vault = (("vaults", "cold-vault", "aws"), {"region": "cn-north-1"})
    own = [
        (("databases", name, key), value)
        for name, told in databases.items()
        for key, value in told.items()
    ]
    return variant(folder, *places, vault, *own)


@pytest.mark.parametrize("service", ["aurora", "self-managed"])
def test_every_name_in_china_is_of_its_partition(tmp_path: Path, service: str) -> None:
    """No ARN, principal of logs or checker of another partition; the profile of a drill too."""
    own: dict[str, Any] = {}
    if service == "self-managed":
        told = {"aws": {"service": service, "instance": "m6g.large"}, "version": "16"}
        own = dict.fromkeys(("ledger-a", "ledger-b"), told)
    spec = _moved(tmp_path, **own)
    for profile in ("production", "drill"):
        asked = ask(spec, profile=profile, answers=InChina())
        assert of(asked, "iam/role:Role")
        for one in asked:
            if one.type.startswith("aws:"):
                text = json.dumps(one.inputs, default=str)
                assert OWN_NAME not in text, (one.type, one.name)
                assert 'logs.cn-north-1.amazonaws.com"' not in text, one.name
        for check in of(asked, "route53/healthCheck:HealthCheck"):
            assert "regions" not in check.inputs
