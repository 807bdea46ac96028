"""ARNs of Amazon's resources: what is known of one, and whether a pattern is for it."""

from dataclasses import dataclass
from fnmatch import fnmatchcase

from tricenter.policies.resources.values import UNKNOWN, Known

PARTS = 6
"""arn:partition:service:region:account:resource"""
REGION, ACCOUNT = 3, 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Arn:
    """What is known of an ARN: `kind` is how its last part begins (`db:`), `name` what follows;
    None where the provider makes it up. `opt_in` is the service's name in AWS Backup's settings."""

    service: str
    region: Known[str] | None
    kind: str
    name: Known[str] | None
    opt_in: str = ""


def covers(pattern: str, arn: Arn) -> Known[bool]:
    """Whether a pattern with `*` in it, or a plain ARN, is for this resource; accounts and
    partitions are those of the stack, whatever the pattern says."""
    if pattern == "*":
        return True
    parts = pattern.split(":", PARTS - 1)
    if len(parts) < PARTS:
        return _starts(parts, arn)
    if not fnmatchcase(arn.service, parts[2]):
        return False
    place = _region(parts[REGION], arn.region)
    if place is False:
        return False
    answer = _resource(parts[-1], arn)
    return UNKNOWN if answer is True and place is UNKNOWN else answer


def _starts(parts: list[str], arn: Arn) -> Known[bool]:
    """A pattern that ends early: `arn:aws:rds:*`, of which the star is for all that follows."""
    if parts[0] != "arn" or not parts[-1].endswith("*"):
        return False
    known = ["arn", "*", arn.service, "*" if arn.region in (None, UNKNOWN) else str(arn.region)]
    return all(
        mine == "*" or fnmatchcase(mine, given) for mine, given in zip(known, parts, strict=False)
    )


def _region(pattern: str, region: Known[str] | None) -> Known[bool]:
    if pattern == "*":
        return True
    return UNKNOWN if region in (None, UNKNOWN) else fnmatchcase(str(region), pattern)


def _resource(pattern: str, arn: Arn) -> Known[bool]:
    if isinstance(arn.name, str):
        return fnmatchcase(arn.kind + arn.name, pattern)
    fixed, star, _ = pattern.partition("*")
    if star and arn.kind.startswith(fixed):
        return True
    if not fixed.startswith(arn.kind):
        return False
    # A name that the provider makes up is in no pattern that was written before.
    return UNKNOWN if star or arn.name is UNKNOWN else False


def region_of(name: str) -> str | None:
    """The region that an ARN or a path of Google's says; None for a bare name, and for what has
    none."""
    if name.startswith("arn:"):
        parts = name.split(":", PARTS - 1)
        return parts[REGION] or None if len(parts) == PARTS else None
    return _after(name, ("locations", "regions"))


def project_of(name: str) -> str | None:
    """The account that an ARN says, the project that a path of Google's does."""
    if name.startswith("arn:"):
        parts = name.split(":", PARTS - 1)
        return parts[ACCOUNT] or None if len(parts) == PARTS else None
    return _after(name, ("projects",))


def _after(path: str, words: tuple[str, ...]) -> str | None:
    steps = path.split("/")
    return next(
        (after for word, after in zip(steps, steps[1:], strict=False) if word in words), None
    )
