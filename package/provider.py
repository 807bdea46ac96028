"""The plugin's provider: it constructs the component `tricenter:index:Topology`.

It is built on the SDK's Provider. The SDK's experimental host would make the schema from a class
by itself, but ends with an error where an input is unknown in a preview (pulumi 3.250.0,
provider/experimental/property_value.py, "Output value missing 'value' field"; read 2026-11-24).
"""

import asyncio
import json
from collections.abc import Coroutine, Mapping
from typing import Any

import pulumi
from pulumi.provider import ConstructResult, Provider
from pulumi.runtime.stack import wait_for_rpcs

from tricenter.components.program import build
from tricenter.components.settings import settings_for
from tricenter.components.topology import Topology
from tricenter.package.given import Given, InputsError, read, spec_document
from tricenter.package.schema import ALWAYS, OUTPUTS, VERSION, package_schema
from tricenter.topology.errors import TricenterError
from tricenter.topology.target import target_of
from tricenter.topology.validate import validate


class Package(Provider):
    """Every component of the package; there is one, since a topology is planned as a whole."""

    def __init__(self) -> None:
        super().__init__(VERSION, json.dumps(package_schema()))

    def construct(
        self,
        name: str,
        resource_type: str,
        inputs: pulumi.Inputs,
        options: pulumi.ResourceOptions | None = None,
    ) -> ConstructResult:
        """Begin a component; the engine hears of it, or why it cannot be, once it is made."""
        made = asyncio.ensure_future(_construct(name, resource_type, inputs, options))

        async def output(of: str) -> Any:
            return (await made).outputs.get(of)

        async def urn() -> Any:
            return await (await made).urn.future()

        return ConstructResult(urn=_later(urn()), state={of: _later(output(of)) for of in OUTPUTS})


def _later(value: Coroutine[Any, Any, Any]) -> pulumi.Output[Any]:
    return pulumi.Output.from_input(value)


class Unseen(pulumi.ComponentResource):
    """The component in a preview that cannot know what will be below it."""

    def __init__(self, name: str, opts: pulumi.ResourceOptions) -> None:
        super().__init__(Topology.TOKEN, name, {}, opts)
        self.outputs: Mapping[str, Any] = dict.fromkeys(ALWAYS, pulumi.UNKNOWN)
        self.register_outputs({})


async def _construct(
    name: str, token: str, inputs: pulumi.Inputs, options: pulumi.ResourceOptions | None
) -> Topology | Unseen:
    """The component with all that is below it; what is wrong is told as the engine shows it."""
    try:
        if token != Topology.TOKEN:
            raise InputsError(f"{token}: the package has only {Topology.TOKEN}")
        made = _built(name, await read(inputs), options or pulumi.ResourceOptions())
    except TricenterError as error:
        # An empty list and not None, with which the SDK's server fails itself (pulumi 3.250.0,
        # provider/server.py, create_grpc_invalid_properties_status; seen 2026-11-24).
        raise pulumi.InputPropertiesError(f"it cannot be deployed:\n{error}", []) from None
    try:
        # The server would wait as well, and show a failure with its own traceback. Before the root
        # has its name, the requests have not begun yet, and there would be nothing to wait for.
        await made.urn.future()
        await wait_for_rpcs(await_all_outstanding_tasks=False)
    except Exception as error:  # noqa: BLE001 - what providers answer has no common class
        raise pulumi.InputPropertiesError(f"a part of it failed: {error}", []) from None
    return made


def _built(name: str, given: Given, options: pulumi.ResourceOptions) -> Topology | Unseen:
    opts = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=given.after))
    if given.known:
        read_spec = spec_document(given.values.get("spec"))
        settings = settings_for(
            read_spec.file, lambda: target_of(validate(read_spec)), given.settings
        )
        return build(read_spec, settings, opts=opts, name=name)
    if not pulumi.runtime.is_dry_run():
        raise InputsError("an input is still unknown, which only a preview may have")
    pulumi.log.warn(
        f"{name}: its inputs come from what does not exist yet, so this preview cannot show what "
        f"is below it, nor whether the spec is right; what is deployed already may look as if it "
        f"were to be deleted"
    )
    return Unseen(name, opts)
