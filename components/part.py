"""What the components share: a type token, facts as inputs, outputs registered once."""

from collections.abc import Mapping
from typing import Any, ClassVar

import pulumi


class Part(pulumi.ComponentResource):
    """A component of a topology: it says what it is, and the target puts children into it.

    `facts` are plain data from the spec, known at preview, without roles and without secrets.
    """

    TOKEN: ClassVar[str]

    def __init__(
        self, name: str, facts: Mapping[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__(self.TOKEN, name, dict(facts), opts)
        self.outputs: dict[str, Any] = {}

    def finish(self) -> None:
        """Register the outputs; called once, after the last child."""
        self.register_outputs(self.outputs)
