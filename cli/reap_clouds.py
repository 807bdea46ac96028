"""What has expired in clouds by its tags: stacks that can be destroyed, and single things."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tricenter.drills.cloud.leftovers import Leftover


def expired_in_clouds(
    targets: Iterable[str], now: datetime, broken: list[str]
) -> tuple["Leftover", ...]:
    """What carries an expiry that has passed in the clouds of these targets.

    What cannot be listed or judged is added to `broken`.
    """
    from tricenter.cli.expiry import has_expired
    from tricenter.drills.cloud.leftovers import scan
    from tricenter.topology.placement import Cloud, clouds_of

    over: list[Leftover] = []
    clouds: set[Cloud] = {cloud for target in targets for cloud in clouds_of(target)}
    for cloud in sorted(clouds, key=str):
        seen = scan(cloud)
        broken += [f"{cloud}: not listed: {reason}" for reason in seen.unseen]
        for found in sorted(seen.found):
            try:
                if has_expired(found.expires, now):
                    over.append(found)
            except ValueError as error:
                broken.append(f"{found.kind} {found.name}: its expiry is wrong: {error}")
    return tuple(over)


def stacks_by_tag(
    over: Iterable["Leftover"], deployed: Iterable[str], root: Path
) -> Iterator[tuple[str, str]]:
    """The engine's stacks that these things are of, each with its latest expiry.

    A stack with a settings file is judged by that: a later expiry there, or none, is a decision
    that the tags do not know yet.
    """
    from tricenter.cli.stack_settings import settings_file
    from tricenter.topology.names import stack_id

    found: dict[str, str] = {}
    names = [name for name in deployed if not settings_file(root, name).is_file()]
    for thing in over:
        for name in names:
            if thing.topology and stack_id(thing.topology, name) == thing.stack:
                found[name] = max(found.get(name, ""), thing.expires)
    yield from sorted(found.items())


def with_removal(thing: "Leftover") -> dict[str, Any]:
    """A leftover as data, with the command that deletes it."""
    from tricenter.drills.cloud.leftovers.removal import removal

    return {**asdict(thing), "delete": removal(thing)}
