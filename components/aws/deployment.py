"""What every resource on AWS of one stack shares: provider, profile, names, tags, options."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

import pulumi
import pulumi_aws as aws

from tricenter.components.tree import Tree
from tricenter.topology.aws_names import partition_of
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan

Tags = dict[str, str]
PATIENCE = pulumi.CustomTimeouts(create="2h", update="2h", delete="2h")
"""A large cluster takes longer than the provider's own limits when its storage is encrypted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """One topology on AWS in one stack. `run` has the tags of a drill: its id, its expiry."""

    tree: Tree
    plan: Plan
    stack: str
    profile: str
    provider: aws.Provider
    account: pulumi.Input[str]
    run: Mapping[str, str]

    @property
    def production(self) -> bool:
        """Whether data is protected against everybody, also against us."""
        return self.profile == "production"

    @property
    def log_days(self) -> int:
        """How long logs are kept: a year for auditors, a week after a drill."""
        return 365 if self.production else 7

    @property
    def partition(self) -> str:
        """The partition of the regions, which the ARNs begin with; regions.py refuses several."""
        places = (host.place for host in self.plan.hosts)
        regions = (place.region for place in places if place and place.cloud == "aws")
        return partition_of(next(regions, ""))

    def name(self, place: str | None, capability: str, subject: str | None = None) -> str:
        """A logical name; `place` is a site or a region."""
        return logical_name(self.plan.topology, place, capability, subject)

    def tags(self, name: str, site: str | None = None, database: str | None = None) -> Tags:
        """The tags of one resource. The spec's digest is none of them, since it changes."""
        told = {
            "Name": name,
            "tricenter:topology": self.plan.topology,
            "tricenter:stack": self.stack,
            "tricenter:profile": self.profile,
            "tricenter:site": site,
            "tricenter:database": database,
        }
        return {key: value for key, value in told.items() if value is not None} | dict(self.run)

    def options(
        self,
        parent: pulumi.Resource,
        *,
        after: Sequence[pulumi.Resource] = (),
        ignore: Sequence[str] = (),
        holds_data: bool = False,
        serves: bool = False,
        provider: aws.Provider | None = None,
    ) -> pulumi.ResourceOptions:
        """The options of one resource; production protects what holds data, and the ways to it.

        The engine refuses to delete what is protected, and deletes the rest: without `serves` a
        mistaken destroy would leave databases that nobody reaches.
        """
        return pulumi.ResourceOptions(
            parent=parent,
            provider=provider or self.provider,
            depends_on=list(after),
            ignore_changes=list(ignore),
            protect=self.production and (holds_data or serves),
            retain_on_delete=self.production and holds_data,
            custom_timeouts=PATIENCE if holds_data else None,
        )


def days(seconds: float) -> int:
    """Whole days that are no shorter than a duration in seconds."""
    return -(-int(seconds) // int(timedelta(days=1).total_seconds()))
