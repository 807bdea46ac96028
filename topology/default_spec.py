"""Which spec a project means whose configuration names none."""

from pathlib import Path

SPECS = ("stacks/ledger.yaml", "topology.yaml")
"""The reference's, then what `tricenter init` writes: the first that is there."""


def default_spec(root: Path) -> str | None:
    """The spec of a project's folder, from there; None where there is none of them."""
    return next((name for name in SPECS if (root / name).is_file()), None)
