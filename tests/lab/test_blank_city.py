"""A city that comes back without its disks: the remote site led by force, and all is built anew."""

import pytest

from tests.lab.deployment import Deployment
from tricenter.lab import patroni
from tricenter.lab.disk import host_folder
from tricenter.lab.host import power_off
from tricenter.topology.plan import Plan

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(900)]

CITY = ("binjiang", "xihu")


def test_a_destroyed_city_is_built_anew(deployment: Deployment, plan: Plan) -> None:
    """Failover by force fences both sites; `up` lets in what has no disk, `failback` says so."""
    lab = deployment.lab
    for site in CITY:
        power_off(lab, site)
        (host_folder(lab, site) / "disk.img").unlink()
    told = deployment.verb("failover", "--to", "tianfu", "--accept-loss", "unknown")
    assert {move["result"] for move in told["moves"]} == {"leads"}
    refused = deployment.tricenter("failback", "--yes")
    assert refused.returncode == 1
    assert "binjiang, xihu lost the disk: `tricenter up` makes it anew" in refused.stderr
    deployment.verb("up")
    patroni.await_settled(lab, plan)
    assert deployment.leaders() == {"ledger-a": "tianfu", "ledger-b": "tianfu"}
    deployment.verb("failback")
    assert deployment.leaders() == {"ledger-a": "binjiang", "ledger-b": "xihu"}
    assert deployment.verb("up")["steps"] == []
