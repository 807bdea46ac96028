"""The gRPC service by which the Pulumi engine makes, compares and removes units of the lab."""

import logging
import sys
import traceback
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from tricenter.lab.provider.progress import LOGGER, EngineLog, working_on
from tricenter.lab.provider.units import Units, name_of, type_of
from tricenter.lab.provider.values import plain, struct
from tricenter.lab.stack import Stack
from tricenter.setup import engine
from tricenter.topology.errors import TricenterError

VERSION = "0.1.0"
WORKERS = 64
"""Resources at work at the same time; the engine itself asks for a few per processor."""
KINDS = {
    "add": provider_pb2.PropertyDiff.ADD,
    "delete": provider_pb2.PropertyDiff.DELETE,
    "update": provider_pb2.PropertyDiff.UPDATE,
}
Context = grpc.ServicerContext


class LabProvider(ResourceProviderServicer):
    """Every kind of unit as a resource type; blocking work runs in the server's threads."""

    def __init__(self, units: Units, log: EngineLog) -> None:
        self.units = units
        self.log = log

    def Handshake(self, request: Any, context: Context) -> Any:
        """Secrets, resources and outputs are not accepted: plain data only."""
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Context) -> Any:
        """The version of the plugin."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: Context) -> Any:
        """No language's package is made from this plugin."""
        return provider_pb2.GetSchemaResponse(schema='{"name": "tricenter-lab"}')

    def CheckConfig(self, request: Any, context: Context) -> Any:
        """The provider has no configuration."""
        return provider_pb2.CheckResponse(inputs=request.news)

    def DiffConfig(self, request: Any, context: Context) -> Any:
        """Nothing to differ."""
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE)

    def Configure(self, request: Any, context: Context) -> Any:
        """Previews go through the provider."""
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Cancel(self, request: Any, context: Context) -> Any:
        """Said at the end of every run; the engine ends this process afterwards."""
        return empty_pb2.Empty()

    def Check(self, request: Any, context: Context) -> Any:
        """Refuse inputs that are not a unit's."""
        failures = self.units.check(type_of(request.urn), plain(request.news))
        return provider_pb2.CheckResponse(
            inputs=request.news,
            failures=[
                provider_pb2.CheckFailure(property=f.property, reason=f.reason) for f in failures
            ],
        )

    def Diff(self, request: Any, context: Context) -> Any:
        """Compare the unit with what it should be and with what is really there."""
        with self._work(request.urn, context):
            found = self.units.differences(
                type_of(request.urn),
                name_of(request.urn),
                plain(request.old_inputs),
                plain(request.news),
                plain(request.olds).get("ready", {}),
            )
            outcome = provider_pb2.DiffResponse
            return provider_pb2.DiffResponse(
                changes=outcome.DIFF_SOME if found else outcome.DIFF_NONE,
                diffs=sorted({path.partition(".")[0].partition("[")[0] for path in found}),
                detailedDiff={
                    path: provider_pb2.PropertyDiff(
                        kind=KINDS[change], inputDiff=not path.startswith("ready")
                    )
                    for path, change in found.items()
                },
                hasDetailedDiff=True,
            )

    def Create(self, request: Any, context: Context) -> Any:
        """Make a unit; what a failure leaves is kept in the state, so that a later run goes on."""
        inputs = plain(request.properties)
        made = f"{inputs['stack']}/{name_of(request.urn)}"
        if request.preview:
            return provider_pb2.CreateResponse(id=made)
        state = self._make(request.urn, made, inputs, context)
        return provider_pb2.CreateResponse(id=made, properties=struct(state))

    def Update(self, request: Any, context: Context) -> Any:
        """Change a unit in place, or repair it."""
        inputs = plain(request.news)
        if request.preview:
            return provider_pb2.UpdateResponse(properties=request.olds)
        state = self._make(request.urn, request.id, inputs, context)
        return provider_pb2.UpdateResponse(properties=struct(state))

    def Read(self, request: Any, context: Context) -> Any:
        """What is really there; an empty id says that the unit is gone."""
        with self._work(request.urn, context):
            inputs, state = plain(request.inputs), plain(request.properties)
            found = self.units.look(type_of(request.urn), name_of(request.urn), inputs, state)
            if found is None:
                return provider_pb2.ReadResponse()
            return provider_pb2.ReadResponse(
                id=request.id, properties=struct(found), inputs=request.inputs
            )

    def Delete(self, request: Any, context: Context) -> Any:
        """Remove a unit."""
        with self._work(request.urn, context):
            inputs = plain(request.old_inputs)
            self.units.remove(type_of(request.urn), name_of(request.urn), inputs)
            return empty_pb2.Empty()

    def _make(
        self, urn: str, unit_id: str, inputs: dict[str, Any], context: Context
    ) -> dict[str, Any]:
        with working_on(urn):
            try:
                return self.units.make(type_of(urn), name_of(urn), inputs)
            except Exception as error:  # noqa: BLE001 - any failure must leave a partial state
                reason = self._reason(error, inputs["stack"])
        partial = engine.half_made(unit_id, struct(inputs), reason)
        context.set_trailing_metadata((("grpc-status-details-bin", partial.SerializeToString()),))
        return _abort(context, reason)

    @contextmanager
    def _work(self, urn: str, context: Context) -> Generator[None]:
        """Report what fails as the engine shows it: one sentence, no traceback."""
        with working_on(urn):
            try:
                yield
            except Exception as error:  # noqa: BLE001 - the engine must hear of any failure
                reason = self._reason(error, None)
            else:
                return
        _abort(context, reason)

    def _reason(self, error: Exception, stack: str | None) -> str:
        """The failure in words, without the stack's secrets."""
        if isinstance(error, TricenterError):
            return _redact(str(error), stack)
        trace = "".join(traceback.format_exception(error))
        self.log.say(_redact(trace, stack), "DEBUG", lasting=True)
        return _redact(f"the lab's provider has a bug: {type(error).__name__}: {error}", stack)


def serve(arguments: Sequence[str]) -> int:
    """Serve the engine at the address in the first argument until it ends; returns 0."""
    address = arguments[0]
    log = EngineLog(address)
    logger = logging.getLogger(LOGGER)
    logger.addHandler(log)
    logger.setLevel(logging.INFO)
    return engine.serve(address, LabProvider(Units(), log), WORKERS)


def main() -> int:
    """The program `pulumi-resource-tricenter-lab`."""
    return serve(sys.argv[1:])


def _abort(context: Context, reason: str) -> NoReturn:
    context.abort(grpc.StatusCode.UNKNOWN, reason)
    raise AssertionError("abort does not return")


def _redact(text: str, stack: str | None) -> str:
    if stack is None:
        return text
    from tricenter.lab.secrets import redact

    return redact(text, Stack(stack))
