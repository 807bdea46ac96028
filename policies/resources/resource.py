"""A resource as the engine has it: type, name, properties, and what those come of."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from tricenter.policies.resources.arns import ACCOUNT, Arn, project_of, region_of
from tricenter.policies.resources.facts import Link, Place
from tricenter.policies.resources.values import (
    UNKNOWN,
    Known,
    as_flag,
    as_number,
    as_text,
    each,
    holds_unknown,
    walk,
)

Profile = Literal["production", "drill"]
_ZONE = re.compile(r"(?P<region>.*\d)-?[a-z]")
"""`us-east-1a` of AWS, `asia-east2-b` of Google."""
NO_USES: Mapping[str, tuple[str, ...]] = {}
NO_TAGS: Mapping[str, Any] = {}
ACCOUNT_WIDE = ("aws:route53/", "aws:s3/", "aws:iam/", "aws:cloudfront/")
"""Services of AWS whose names mean the same thing in every region."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One resource; `props` have UNKNOWN and Secret in them where the engine says so.

    `uses` are for each property the URNs that it comes of, `region`, `default_tags` and `account`
    are the provider's; `profile` is that of the topology which it belongs to, None without one.
    """

    urn: str
    type: str
    name: str
    props: Mapping[str, Any]
    parent: str = ""
    uses: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NO_USES)
    protect: bool = False
    region: Known[str] | None = None
    default_tags: Mapping[str, Any] = field(default_factory=lambda: NO_TAGS)
    account: str | None = None
    profile: Profile | None = None

    def read(self, path: str) -> Any:
        """What stands at a dotted path; see walk."""
        return walk(self.props, path)

    def flag(self, path: str, *, default: bool = False) -> Known[bool]:
        """A yes or no; `default` is what the provider takes where nothing is said."""
        found = as_flag(self.read(path))
        return default if found is None else found

    def number(self, path: str, default: float | None = None) -> Known[float] | None:
        """A number, or the provider's default."""
        found = as_number(self.read(path))
        return default if found is None else found

    def text(self, path: str) -> Known[str] | None:
        """A text, None where nothing is said."""
        return as_text(self.read(path))

    def link(self, path: str) -> Link | None:
        """What a property refers to: by the resources it comes of, and by what it says."""
        value = self.read(path)
        if value is None or value == "":
            return None
        name = UNKNOWN if holds_unknown(value) else str(value)
        return self.named(name, self.uses.get(path.partition(".")[0], ()))

    def named(self, name: Known[str], urns: tuple[str, ...] = ()) -> Link:
        """A reference from this resource: a bare name means something of its own region, a path or
        an ARN what it says."""
        region, project = self._scope()
        if name is not UNKNOWN:
            said = region_of(name), project_of(name)
            by_itself = name.startswith("arn:")
            region = said[0] if by_itself else said[0] or region
            project = said[1] if by_itself else said[1] or project
        return Link(urns=urns, name=name, region=region, project=project)

    def links(self, path: str) -> tuple[Link, ...]:
        """What a list of references refers to, one link for each name that is known."""
        value = self.read(path)
        if value is None:
            return ()
        urns = self.uses.get(path.partition(".")[0], ())
        if value is UNKNOWN:
            return (Link(urns=urns, name=UNKNOWN),)
        names = [UNKNOWN if holds_unknown(item) else str(item) for item in value]
        return tuple(self.named(name, urns) for name in names)

    def arn(self, service: str, kind: str, path: str, opt_in: str = "") -> Arn:
        """Its ARN, as far as it is known; `path` is the property that has its name."""
        name = self.text(path)
        region = self._region()
        return Arn(service=service, region=region, kind=kind, name=name, opt_in=opt_in)

    def identities(self, *paths: str) -> frozenset[str]:
        """The names by which others refer to it, as far as they are known."""
        found = (self.read(path) for path in (*paths, "id", "arn"))
        return frozenset(str(name) for name in found if name is not None and name is not UNKNOWN)

    @property
    def place(self) -> Place:
        """What every fact about this resource says of where it is."""
        return Place(
            urn=self.urn,
            type=self.type,
            name=self.name,
            region=self._region(),
            project=self._project(),
            drill=self.profile == "drill",
            protect=self.protect,
        )

    def _scope(self) -> tuple[str | None, str | None]:
        """The region and the project in which bare names are looked up."""
        region = self._region()
        regional = self.type.startswith("aws:") and not self.type.startswith(ACCOUNT_WIDE)
        return (region if regional and isinstance(region, str) else None), self._project()

    def _project(self) -> str | None:
        found = self.text("project")
        return found if isinstance(found, str) else self.account

    def _region(self) -> Known[str] | None:
        for path in ("region", "location", "zone", "availabilityZone"):
            found = self.text(path)
            if found is UNKNOWN:
                return UNKNOWN
            if found is not None:
                return region_of_zone(found)
        return self.region


def default_tags(given: Any) -> Mapping[str, Any]:
    """The tags that a provider of AWS gives to everything: the engine hands its settings on as
    JSON."""
    found = walk(_opened(given), "tags")
    return cast(Mapping[str, Any], found) if isinstance(found, Mapping) else NO_TAGS


def _opened(given: Any) -> Any:
    try:
        return json.loads(given) if isinstance(given, str) else given
    except ValueError:
        return None


def account_of(provider: Mapping[str, Any]) -> str | None:
    """Whose account or project a provider works in, as far as it says: by the role that it takes,
    by the accounts that it allows, by its profile."""
    for key in ("assumeRoles", "assumeRole"):
        role = walk(_opened(provider.get(key)), "roleArn")
        if isinstance(role, str) and role.count(":") >= ACCOUNT:
            return role.split(":")[ACCOUNT]
    allowed = [
        one for one in each(_opened(provider.get("allowedAccountIds"))) if one is not UNKNOWN
    ]
    if len(allowed) == 1:
        return str(allowed[0])
    found = [as_text(provider.get(key)) for key in ("project", "profile")]
    return next((one for one in found if isinstance(one, str)), None)


def region_of_zone(place: str) -> str:
    """The region of a zone, and of a region itself: `us-east-1a`, `asia-east2-b`, `EU`."""
    place = place.lower().rpartition("/")[2]
    zone = _ZONE.fullmatch(place)
    return zone["region"] if zone else place
