"""The pages of lost sites, pasted from top to end: all is well afterwards, and led as preferred."""

import re

import pytest

from tests.lab.deployment import Deployment
from tests.lab.test_lose_all import READY_S, type_in, well
from tests.test_runbooks import blocks
from tricenter.lab.disk import host_folder
from tricenter.lab.host import power_off, power_on
from tricenter.lab.waits import until
from tricenter.topology.plan import Plan
from tricenter.topology.render.runbook import page

pytestmark = [pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(900)]

LOOKS = ("tricenter status", "tricenter backups", "tricenter exec")
"""What tells how it is; while something is lost it may say so by its exit code."""
BY_HAND = "tricenter service"
"""With this begins what is done where the verb cannot do it."""


def lose(deployment: Deployment, sites: list[str], *, disks: bool) -> None:
    """Take the power away, and the disks."""
    for site in sites:
        power_off(deployment.lab, site)
        if disks:
            (host_folder(deployment.lab, site) / "disk.img").unlink()


@pytest.mark.parametrize(
    ("scenario", "lost", "disks"),
    [
        ("lose-site:binjiang", ["binjiang"], True),
        ("lose-pair:binjiang-tianfu", ["binjiang", "tianfu"], False),
        ("lose-city:chengdu", ["tianfu"], False),
        ("lose-city:hangzhou", ["binjiang", "xihu"], False),
    ],
)
def test_the_page_brings_lost_sites_back(
    deployment: Deployment, plan: Plan, scenario: str, lost: list[str], disks: bool
) -> None:
    """Each command in its order, those that change something without a fault."""
    until(lambda: well(deployment), READY_S, "all is well", every=2.0)
    (chosen,) = [one for one in plan.scenarios if one.id == scenario]
    typed = list(blocks(page(plan, chosen)))
    if BY_HAND in " ".join(typed):
        first = next(n for n, command in enumerate(typed) if command.startswith(BY_HAND))
        typed = typed[:first]
    lose(deployment, lost, disks=disks)
    for command in typed:
        if command == "tricenter failback" and "--to" in " ".join(typed):
            for site in lost:  # the page: when a site returns
                power_on(deployment.lab, site)
        code, said = type_in(deployment, command)
        if "refused, as the loss is not accepted" in said:
            # The page: what to put in place of `0s` is said first.
            asked = re.findall(r"--accept-loss ([^)]+)\)", said)[-1]
            code, said = type_in(deployment, command.replace("0s", asked))
        assert code == 0 or command.startswith(LOOKS), f"{command}\n{said}"
    until(lambda: well(deployment), READY_S, "all is well", every=2.0)
    assert deployment.leaders() == {database.name: database.prefer for database in plan.databases}
