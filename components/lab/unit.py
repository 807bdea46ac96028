"""One unit of the lab as a resource of the lab's provider plugin."""

from collections.abc import Mapping
from typing import Any

import pulumi

from tricenter.lab.provider.tokens import resource_type
from tricenter.lab.unit import Unit


class LabUnit(pulumi.CustomResource):
    """A host, a database member, a name server... made by the lab's provider plugin."""

    def __init__(
        self, unit: Unit, *, stack: str, settings: Mapping[str, Any], opts: pulumi.ResourceOptions
    ) -> None:
        inputs = {"stack": stack, "host": unit.host, "data": {**unit.data, **settings}}
        super().__init__(resource_type(unit.kind), unit.name, inputs, opts)
