"""One deployment on Google Cloud: its names, labels, providers, and what guards its resources."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_gcp as gcp

from tricenter.components.gcp.apis import switch_on
from tricenter.components.part import Part
from tricenter.components.tree import Tree
from tricenter.topology.errors import TricenterError
from tricenter.topology.gcp_names import LONGEST, OWN_LABEL, gcp_name, label_value
from tricenter.topology.names import logical_name
from tricenter.topology.plan import Plan, PlannedHost, PlannedPlace

OFFLINE = "TRICENTER_OFFLINE"
ENDPOINT = "GOOGLE_SQL_CUSTOM_ENDPOINT"
"""One of the provider's own variables for where Google's API is; the emulator sets them all."""


class GcpError(TricenterError):
    """Google Cloud cannot be deployed to as asked; the text says what to change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What every capability of the target needs: the plan, the components, and how to name things.

    `run` and `expires` are a drill's id and end, from `tricenter:runId` and `tricenter:expires`.
    """

    tree: Tree
    plan: Plan
    stack: str
    profile: str
    run: str | None
    expires: str | None
    project: str
    providers: Mapping[str, gcp.Provider]
    """By project."""
    apis: Mapping[str, tuple[pulumi.Resource, ...]]
    """By project: what is on before anything else is made there."""

    @property
    def drill(self) -> bool:
        """Whether everything may go without a trace."""
        return self.profile == "drill"

    @property
    def hosts(self) -> tuple[PlannedHost, ...]:
        """The sites and witnesses that stand on Google Cloud."""
        return hosts_of(self.plan)

    def logical(self, place: str | None, capability: str, subject: str | None = None) -> str:
        """The name that the engine knows a resource by."""
        return logical_name(self.plan.topology, place, capability, subject)

    def named(self, *parts: str | None, longest: int = LONGEST) -> str:
        """The name that Google knows a resource by."""
        return gcp_name(self.stack, *parts, longest=longest)

    def labels(self, **subject: str) -> dict[str, str]:
        """The labels of a resource: whose it is, and in a drill when it may go."""
        found = {
            "stack": self.stack,
            "topology": self.plan.topology,
            "profile": self.profile,
            **subject,
        }
        if self.run:
            found["run"] = self.run
        if self.expires:
            found["expires"] = self.expires
        return {f"{OWN_LABEL}{key}": label_value(value) for key, value in sorted(found.items())}

    def project_of(self, owner: str | None) -> str:
        """The project of a place, by its stated owner or the one that the credentials are of."""
        return owner or self.project

    def options(
        self,
        parent: Part,
        *,
        owner: str | None = None,
        holds_data: bool = False,
        after: list[pulumi.Resource] | None = None,
        **more: Any,
    ) -> pulumi.ResourceOptions:
        """Options of a resource: its parent, its project's provider, protected if it holds data."""
        return pulumi.ResourceOptions(
            parent=parent,
            provider=self.providers[self.project_of(owner)],
            protect=holds_data and not self.drill,
            depends_on=[*self.apis.get(self.project_of(owner), ()), *(after or [])] or None,
            **more,
        )


def hosts_of(plan: Plan) -> tuple[PlannedHost, ...]:
    """The sites and witnesses of a plan that stand on Google Cloud."""
    return tuple(host for host in plan.hosts if host.place and host.place.cloud == "gcp")


def place_of(host: PlannedHost) -> PlannedPlace:
    """The place of a host that has one; raises GcpError for another."""
    if host.place is None:
        raise GcpError(f"sites.{host.name}: it has no place on Google Cloud: state gcp: {{region}}")
    return host.place


def open_deployment(tree: Tree, plan: Plan, stack: str, profile: str) -> Deployment:
    """The deployment of a stack; makes one provider a project. Raises GcpError."""
    config = pulumi.Config("tricenter")
    run, expires = config.get("runId"), config.get("expires")
    if profile == "drill" and expires is None:
        pulumi.log.warn(
            "tricenter:expires is not set: nothing says when this drill stack may be removed"
        )
    hosts = hosts_of(plan)
    vaults = [v.place for v in plan.vaults if v.place and v.place.cloud == "gcp"]
    owners = {place_of(host).owner for host in hosts} | {place.owner for place in vaults}
    default = _default_project(owners)
    _refuse_real_cloud()
    providers = {
        project: gcp.Provider(
            logical_name(plan.topology, None, "gcp", project),
            project=project,
            opts=pulumi.ResourceOptions(parent=tree.root),
        )
        for project in sorted({owner or default for owner in owners})
    }
    apis = switch_on(plan, providers, tree.root, drill=profile == "drill")
    return Deployment(
        apis=apis,
        tree=tree,
        plan=plan,
        stack=stack,
        profile=profile,
        run=run,
        expires=expires,
        project=default,
        providers=providers,
    )


def _default_project(owners: set[str | None]) -> str:
    """The project of places that state none; the first stated one is the home of what all share."""
    stated = sorted(owner for owner in owners if owner)
    configured = gcp.config.project
    if None in owners and not configured:
        raise GcpError(
            "no Google project: state `project` under each site's gcp, set GOOGLE_PROJECT, or "
            "run `pulumi config set gcp:project PROJECT`"
        )
    return stated[0] if None not in owners and stated else str(configured)


def _refuse_real_cloud() -> None:
    """Offline means offline: without the emulator's endpoints the provider would call Google."""
    if os.environ.get(OFFLINE) == "1" and not os.environ.get(ENDPOINT):
        raise GcpError(
            f"{OFFLINE} is set but {ENDPOINT} is not, so that calls would go to Google itself: "
            'run eval "$(tricenter offline env)"'
        )
