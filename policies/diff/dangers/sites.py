"""Sites: which go with all that they hold, and which are somewhere else afterwards."""

from collections.abc import Iterator

from tricenter.policies.diff.danger import Change, Loss
from tricenter.policies.notions.centers import copies_of
from tricenter.topology.forecast.words import join
from tricenter.topology.placement import place_sites
from tricenter.topology.plan import PlannedPlace
from tricenter.topology.spec import Topology


def find(change: Change) -> Iterator[Loss]:
    """Sites that go, that move, and whose disk in the lab shrinks."""
    for name in sorted(change.old.sites):
        held = join(_held(change.old, name)) or "no data"
        if name not in change.new.sites:
            yield Loss(
                verb="delete",
                subject=f"site {name}",
                message=f"{name} goes with {held}",
                path=("sites", name),
                side="old",
            )
        else:
            yield from _moved(change, name, held)


def _moved(change: Change, name: str, held: str) -> Iterator[Loss]:
    old, new = change.old.sites[name], change.new.sites[name]
    if old.city != new.city:
        yield _anew(name, f"its city {old.city} becomes {new.city}", held, "city")
    if change.old_target != change.new_target:
        return
    target = change.new_target
    was, now = place_sites(change.old, target).get(name), place_sites(change.new, target).get(name)
    if was is not None and now is not None:
        for what, before, after in _differences(was, now):
            yield _anew(name, f"its {what} {before} becomes {after}", held, now.cloud)
    if target == "lab" and new.lab.disk < old.lab.disk:
        shrunk = f"its disk shrinks from {old.lab.disk} MiB to {new.lab.disk} MiB"
        yield _anew(name, shrunk, held, "lab")


def _differences(was: PlannedPlace, now: PlannedPlace) -> Iterator[tuple[str, str, str]]:
    """What of a place cannot change under what stands there. An address plan that nobody wrote
    down counts on from the sites before it, so it can move when one of those goes."""
    owner = "account" if now.cloud == "aws" else "project"
    pairs = (
        ("cloud", was.cloud, now.cloud),
        ("region", was.region, now.region),
        ("zone", was.zone, now.zone),
        (owner, was.owner, now.owner),
        ("network", was.network, now.network),
        ("subnet", was.subnet, now.subnet),
    )
    changed = [(what, before, after) for what, before, after in pairs if before != after]
    # The first says it all: in another region zone and network differ as well.
    for what, before, after in changed[:1]:
        yield what, before or "of the deployment", after or "of the deployment"


def _anew(name: str, why: str, held: str, key: str) -> Loss:
    return Loss(
        verb="replace",
        subject=f"site {name}",
        message=f"{why}: {name} is made anew there, and {held} must be filled again",
        path=("sites", name, key),
        side="new",
        at="value",
    )


def _held(topology: Topology, site: str) -> list[str]:
    copies = [name for name in sorted(topology.databases) if site in copies_of(topology, name)]
    found = [f"its copies of {join(copies)}"] if copies else []
    kept = [name for name, backup in sorted(topology.backups.items()) if site in backup.copies]
    return [*found, *([f"the backups {join(kept)}"] if kept else [])]
