"""Databases and their copies: which go, and which are made anew."""

from collections.abc import Iterator

from tricenter.policies.diff.danger import Change, Loss
from tricenter.policies.notions.centers import copies_of
from tricenter.topology.forecast.words import join
from tricenter.topology.placement import service_of


def find(change: Change) -> Iterator[Loss]:
    """Databases that go, copies that go from a site that stays, and what cannot change in place."""
    for name in sorted(change.old.databases):
        if name not in change.new.databases:
            yield _gone(change, name)
        else:
            yield from _copies(change, name)
            yield from _replaced(change, name)


def _gone(change: Change, name: str) -> Loss:
    copies = copies_of(change.old, name)
    return Loss(
        verb="delete",
        subject=f"database {name}",
        message=f"{name} goes with its {len(copies)} copies in {join(copies)}",
        path=("databases", name),
        side="old",
    )


def _copies(change: Change, name: str) -> Iterator[Loss]:
    before, after = copies_of(change.old, name), copies_of(change.new, name)
    for site in before:
        if site in after or site not in change.new.sites:
            continue
        stays = f"; {len(after)} of {len(before)} copies stay" if after else ""
        preferred = site == change.old.databases[name].prefer
        path = ("prefer",) if preferred else ("replicas", site)
        yield Loss(
            verb="delete",
            subject=f"replica {name} in {site}",
            message=f"the copy of {name} in {site} goes with its data{stays}",
            path=("databases", name, *path),
            side="old",
        )


def _replaced(change: Change, name: str) -> Iterator[Loss]:
    old, new = change.old.databases[name], change.new.databases[name]
    if change.old_target == change.new_target:
        was = service_of(change.old, name, change.old_target)
        now = service_of(change.new, name, change.new_target)
        if was != now:
            key = (change.new_target, "service") if change.new_target != "mixed" else ()
            yield _anew(name, f"the service {was} becomes {now}", key)
    if old.version and new.version and _is_older(new.version, old.version):
        yield _anew(
            name, f"version {old.version} becomes {new.version}, which is older", ("version",)
        )
    if old.size and new.size and new.size < old.size:
        shrunk = f"its size shrinks from {old.size} MiB to {new.size} MiB, and a volume only grows"
        yield _anew(name, shrunk, ("size",))


def _anew(name: str, why: str, key: tuple[str, ...]) -> Loss:
    return Loss(
        verb="replace",
        subject=f"database {name}",
        message=f"{name} is made anew, empty: {why}",
        path=("databases", name, *key),
        side="new",
        at="value" if key else "key",
    )


def _is_older(version: str, than: str) -> bool:
    """Whether a version comes before another, as far as both say it: `16` is any of 16, which no
    service and no package takes for a step back from 16.8."""
    one, other = _number(version), _number(than)
    said = min(len(one), len(other))
    return one[:said] < other[:said]


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))
