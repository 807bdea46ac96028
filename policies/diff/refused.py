"""The error of a change that would destroy data which nobody lets through."""

from collections.abc import Sequence

from tricenter.policies.diff.danger import Danger
from tricenter.topology.errors import TricenterError


class DestroyedError(TricenterError):
    """Data would be lost; `diagnostics` has a line for each loss, and how it is let through."""

    def __init__(self, dangers: Sequence[Danger]) -> None:
        name = dangers[0].loss.name
        way = (
            "data would be lost. If that is wanted, name each loss in the spec (may_destroy: "
            f'[{{loss: "{name}", reason: ..., owner: ..., expires: YYYY-MM-DD}}]) or in the '
            f"stack's configuration: pulumi config set --path 'tricenter:allow[0]' '{name}'"
        )
        self.diagnostics = (*dangers, way)
        super().__init__("\n".join(map(str, self.diagnostics)))
