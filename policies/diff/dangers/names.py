"""Public names: which clients ask for and no longer find."""

from collections.abc import Iterator

from tricenter.policies.diff.danger import Change, Loss


def find(change: Change) -> Iterator[Loss]:
    """A zone that is called otherwise, and names that go from one that stays."""
    old, new = change.old.dns, change.new.dns
    if old.zone != new.zone:
        yield Loss(
            verb="replace",
            subject=f"zone {old.zone}",
            message=f"{old.zone} becomes {new.zone}: every name that clients know goes",
            path=("dns", "zone"),
            side="new",
            at="value",
        )
        return
    for label in sorted(old.records):
        if label not in new.records:
            name = old.zone if label == "@" else f"{label}.{old.zone}"
            yield Loss(
                verb="delete",
                subject=f"name {name}",
                message=f"{name} goes: clients that ask for it find nothing",
                path=("dns", "records", label),
                side="old",
            )
