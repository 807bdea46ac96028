"""What an account must have switched on is asked of AWS before anything is made."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.components.aws_program import CITY, EXAMPLE, REMOTE, variant
from tricenter.components.aws.account import refuse_unready
from tricenter.roles.interface import RoleError
from tricenter.topology.compile import compile_plan
from tricenter.topology.errors import TricenterError
from tricenter.topology.validate import load

Answers = Mapping[tuple[str, str], Mapping[str, Any]]


class Told:
    """Answers by region and operation; everything else is refused."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers

    def call(self, region: str, service: str, operation: str, **_: Any) -> dict[str, Any]:
        """The answer, or a refusal as of credentials without the right."""
        assert service in {"backup", "rds"}
        if (region, operation) not in self.answers:
            raise RoleError("AccessDenied")
        return dict(self.answers[region, operation])


def _opted(region: str, *, aurora: bool) -> Answers:
    preference = {"ResourceTypeOptInPreference": {"Aurora": aurora, "RDS": True}}
    return {(region, "describe_region_settings"): preference}


def test_a_region_without_aurora_in_its_backups_is_refused() -> None:
    """AWS Backup would take the plan and leave the clusters out; the text has the command."""
    plan = compile_plan(load(EXAMPLE), "aws")
    refuse_unready(plan, Told({}))
    refuse_unready(plan, Told(_opted(CITY, aurora=True)))
    told = Told({**_opted(CITY, aurora=True), **_opted(REMOTE, aurora=False)})
    with pytest.raises(
        TricenterError, match=rf"backups\.nightly: .*--region {REMOTE} .*Aurora=true"
    ):
        refuse_unready(plan, told)


def test_regions_between_which_rds_copies_no_backups_are_refused(tmp_path: Path) -> None:
    """RDS tells the pairs itself; there is no list of them to have beforehand."""
    on_rds = (("databases", "ledger-a", "aws"), {"service": "rds"})
    plain = (("databases", "ledger-a", "replicas", "tokyo-1"), {})
    plan = compile_plan(load(variant(tmp_path, on_rds, plain)), "aws")

    def told(*, pairs: bool) -> Told:
        source = {"RegionName": CITY, "SupportsDBInstanceAutomatedBackupsReplication": pairs}
        return Told({(REMOTE, "describe_source_regions"): {"SourceRegions": [source]}})

    refuse_unready(plan, told(pairs=True))
    with pytest.raises(TricenterError, match=rf"ledger-a: .* from {CITY} to {REMOTE}"):
        refuse_unready(plan, told(pairs=False))
