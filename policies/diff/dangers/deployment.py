"""The whole deployment: its name is in every resource's, its target is where all of them are."""

from collections.abc import Iterator

from tricenter.policies.diff.danger import Change, Loss


def find(change: Change) -> Iterator[Loss]:
    """A new name or another target makes everything anew beside what is there."""
    old, new = change.old, change.new
    if old.name != new.name:
        yield Loss(
            verb="replace",
            subject=f"topology {old.name}",
            message=(
                f"the name {old.name} becomes {new.name}: every resource is named by it, so every "
                "database is made anew, empty, and the old ones go"
            ),
            path=("name",),
            side="new",
            at="value",
        )
    if change.old_target != change.new_target:
        yield Loss(
            verb="replace",
            subject=f"topology {new.name}",
            message=(
                f"it moves from {change.old_target} to {change.new_target}: every database is made "
                "anew there, empty, and the old ones go"
            ),
            path=("sites",),
            side="new",
        )
