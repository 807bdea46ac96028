"""Where a resource comes from: the topology that it belongs to, and the place in its spec.

Our components carry what they are in their inputs (`database`, `site`, ...), so that the way up
from a resource leads to the line of the spec that it was made for.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from tricenter.policies.resources.resource import Profile, Resource
from tricenter.policies.resources.stamps import TAGGED
from tricenter.policies.resources.values import walk
from tricenter.topology.errors import Path

ROOT = "tricenter:index:Topology"
OURS = "tricenter:index:"
PROFILES: Mapping[str, Profile] = {"production": "production", "drill": "drill"}


@dataclass(frozen=True, slots=True)
class Family:
    """Resources by URN, so that the way up from one to its topology can be gone."""

    members: Mapping[str, Resource]

    def line(self, urn: str) -> Iterable[Resource]:
        """A resource, its parent, and so on up to the root."""
        seen: set[str] = set()
        while urn in self.members and urn not in seen:
            seen.add(urn)
            yield self.members[urn]
            urn = self.members[urn].parent

    def root(self, urn: str) -> Resource | None:
        """The topology that a resource belongs to; None for a stranger."""
        return next((one for one in self.line(urn) if one.type == ROOT), None)

    def profile(self, urn: str) -> Profile | None:
        """The profile of its topology; of a resource without one, what its tags say."""
        root = self.root(urn)
        if root is not None:
            return PROFILES.get(str(root.read("profile")), None)
        made = self.members.get(urn)
        for tags in (made.read(path) for path in TAGGED) if made is not None else ():
            if isinstance(tags, Mapping):
                found = cast(Mapping[str, Any], tags)
                said = found.get("tricenter:profile", found.get("tricenter-profile"))
                return PROFILES.get(str(said), None)
        return None

    def place(self, urn: str) -> Path | None:
        """The place in the spec that a resource is made for; None for a stranger."""
        root = self.root(urn)
        spec = root.props.get("spec") if root is not None else None
        if not isinstance(spec, Mapping):
            return None
        subject = self.members[urn]
        for part in self.line(urn):
            path = _place(part, subject, cast(Mapping[str, Any], spec))
            if path is not None:
                return path
        return ()


def settle(resources: Iterable[Resource]) -> tuple[tuple[Resource, ...], Profile | None]:
    """The resources with their topologies' profiles, and the profile of the stack: production as
    soon as one of its topologies is."""
    made = tuple(resources)
    family = Family({one.urn: one for one in made})
    profile = profile_of_all(family.profile(one.urn) for one in made if one.type == ROOT)
    return tuple(replace(one, profile=family.profile(one.urn)) for one in made), profile


def profile_of_all(roots: Iterable[Profile | None]) -> Profile | None:
    """The profile of a stack with these topologies; see settle."""
    found = frozenset(roots)
    if "production" in found:
        return PROFILES["production"]
    return PROFILES["drill"] if "drill" in found else None


def _place(part: Resource, subject: Resource, spec: Mapping[str, Any]) -> Path | None:
    if not part.type.startswith(OURS):
        return None
    kind = part.type.removeprefix(OURS)
    if kind == "DatabaseMember":
        return _member(str(part.read("database")), str(part.read("site")), spec)
    if kind == "ReplicatedDatabase":
        return ("databases", str(part.read("database")))
    if kind == "SiteNetwork":
        section = "sites" if part.read("site") in spec.get("sites", {}) else "witnesses"
        return (section, str(part.read("site")))
    if kind == "GeoDns":
        return _named(subject, spec, ("dns", "records")) or ("dns",)
    if kind == "SnapshotLifecycle":
        return (
            _named(subject, spec, ("vaults",))
            or _named(subject, spec, ("backups",))
            or ("backups",)
        )
    return ("failover",) if kind == "FailoverAutomation" else None


def _member(database: str, site: str, spec: Mapping[str, Any]) -> Path:
    path: Path = ("databases", database)
    replicas = spec.get("databases", {}).get(database, {}).get("replicas", {})
    return (*path, "replicas", site) if site in replicas else (*path, "prefer")


def _named(subject: Resource, spec: Mapping[str, Any], section: Path) -> Path | None:
    """The entry of a section whose name the resource's own name has in it."""
    found = cast(Mapping[str, Any], walk(spec, ".".join(map(str, section))) or {})
    names = sorted(found, key=len, reverse=True)
    parts = subject.name.replace(".", "-")
    hit = next((name for name in names if f"-{name}-" in f"-{parts}-"), None)
    return None if hit is None else (*section, hit)
