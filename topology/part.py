"""What every mapping of the spec has in common."""

from typing import cast

from pydantic import BaseModel, ConfigDict


class Part(BaseModel):
    """One mapping of the spec: frozen, strict in its types, closed to keys it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", strict=True, populate_by_name=True, defer_build=True
    )


def sequence(value: object) -> object:
    """A YAML sequence as the tuple that a frozen model keeps; anything else is left to fail."""
    return tuple(cast(list[object], value)) if isinstance(value, list) else value
