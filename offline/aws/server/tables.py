"""What the emulated cloud keeps beside moto: objects by account, region, kind and name."""

from dataclasses import dataclass, field
from typing import Any

Object = dict[str, Any]


@dataclass(slots=True)
class Tables:
    """Objects in the API's own names; rebuilt by replaying the journal."""

    kept: dict[tuple[str, str, str], dict[str, Object]] = field(
        default_factory=dict[tuple[str, str, str], dict[str, Object]]
    )

    def of(self, account: str, region: str, kind: str) -> dict[str, Object]:
        """The objects of one kind in one place, by name; changes to it are kept."""
        return self.kept.setdefault((account, region, kind), {})
