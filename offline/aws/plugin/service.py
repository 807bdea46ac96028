"""The gRPC service by which the Pulumi engine works on the resources of an emulated AWS."""

import json
import sys
import traceback
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, NoReturn, cast

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer

from tricenter.offline.aws.errors import EmulatedAwsError
from tricenter.offline.aws.plugin.cloud import Cloud, endpoint
from tricenter.offline.aws.plugin.configuration import configured, problems_of
from tricenter.offline.aws.plugin.judge import judged, named
from tricenter.offline.aws.plugin.kind import Kind
from tricenter.offline.aws.plugin.kinds import find_kinds
from tricenter.offline.aws.plugin.log import EngineLog
from tricenter.offline.aws.plugin.lookups import find_lookups
from tricenter.offline.aws.plugin.resources import HalfMade, Resources, difference, foreseen
from tricenter.offline.aws.plugin.values import Props, plain, struct
from tricenter.setup import engine

VERSION = "7.51.1"
"""The version of the SDK that this stands in for: the engine may ask for at least that."""
WORKERS = 32
"""Requests at a time; the engine itself asks for a few per processor."""
Context = grpc.ServicerContext
PropertyDiff = provider_pb2.PropertyDiff


class StandIn(ResourceProviderServicer):
    """Every kind as a resource type; blocking work runs in the server's threads."""

    def __init__(self, log: EngineLog) -> None:
        self.log = log
        self.cloud = Cloud(url="", region="")

    @property
    def resources(self) -> Resources:
        """Work on resources in the configured cloud."""
        return Resources(self.cloud)

    def Handshake(self, request: Any, context: Context) -> Any:
        """Plain data only: the engine keeps track of secrets by itself."""
        return provider_pb2.ProviderHandshakeResponse()

    def GetPluginInfo(self, request: Any, context: Context) -> Any:
        """The version that this stands in for."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def GetSchema(self, request: Any, context: Context) -> Any:
        """The SDK is the real one; nothing is made from this plugin."""
        return provider_pb2.GetSchemaResponse(
            schema=json.dumps({"name": "aws", "version": VERSION})
        )

    def CheckConfig(self, request: Any, context: Context) -> Any:
        """Refuse a configuration of another type, and any cloud that is not on this machine."""
        failures = [
            provider_pb2.CheckFailure(reason=f"{failure.path}: {failure.reason}".lstrip(": "))
            for failure in problems_of(plain(request.news))
        ]
        return provider_pb2.CheckResponse(inputs=request.news, failures=failures)

    def DiffConfig(self, request: Any, context: Context) -> Any:
        """A provider's change makes no new resource."""
        same = plain(request.old_inputs or request.olds) == plain(request.news)
        outcome = provider_pb2.DiffResponse
        return outcome(changes=outcome.DIFF_NONE if same else outcome.DIFF_SOME)

    def Configure(self, request: Any, context: Context) -> Any:
        """Say what this is, and work against the emulated cloud alone."""
        with self._work(context):
            self.cloud = configured(endpoint(), plain(request.args), request.variables)
            self.log.say(
                "tricenter's stand-in for the AWS provider, against an emulated cloud at "
                f"{self.cloud.url}"
            )
        return provider_pb2.ConfigureResponse(supportsPreview=True)

    def Cancel(self, request: Any, context: Context) -> Any:
        """Said at the end of every run; the engine ends this process afterwards."""
        return empty_pb2.Empty()

    def Check(self, request: Any, context: Context) -> Any:
        """Refuse what the SDK's types or the API's model forbid."""
        token = request.urn.split("::")[2].rpartition("$")[2]
        kind = find_kinds().get(token)
        if kind is None:
            reason = f"tricenter's stand-in for the AWS provider does not know {token}"
            failure = provider_pb2.CheckFailure(reason=reason)
            return provider_pb2.CheckResponse(inputs=request.news, failures=[failure])
        with self._work(context):
            logical = request.urn.rpartition("::")[2]
            olds = plain(request.olds)
            inputs = named(kind, logical, plain(request.news), olds, request.randomSeed)
            # Without a property of its own: the engine would print its value, secret or not.
            failures = [
                provider_pb2.CheckFailure(reason=f"{failure.path}: {failure.reason}".lstrip(": "))
                for failure in judged(kind, inputs)
            ]
            return provider_pb2.CheckResponse(inputs=struct(inputs), failures=failures)

    def Diff(self, request: Any, context: Context) -> Any:
        """What a change means: nothing, an update or a new resource."""
        with self._work(context):
            kind, outcome = self._kind(request.urn), provider_pb2.DiffResponse
            old, new = plain(request.old_inputs), plain(request.news)
            found = difference(kind, old, new)
            changed = sorted(found.changed - set(request.ignoreChanges))
            return outcome(
                changes=outcome.DIFF_SOME if changed else outcome.DIFF_NONE,
                diffs=changed,
                replaces=sorted(found.replacing & set(changed)),
                deleteBeforeReplace=found.delete_first,
                detailedDiff={
                    name: PropertyDiff(
                        kind=_change(name, old, new, found.replacing), inputDiff=True
                    )
                    for name in changed
                },
                hasDetailedDiff=True,
            )

    def Create(self, request: Any, context: Context) -> Any:
        """Make a resource; what a failure leaves is kept in the state for a later run."""
        kind, inputs = self._kind(request.urn), plain(request.properties)
        if request.preview:
            return provider_pb2.CreateResponse(properties=struct(foreseen(kind, inputs)))
        with self._work(context, inputs):
            made, state = self.resources.create(kind, inputs)
            return provider_pb2.CreateResponse(id=made, properties=struct(state))

    def Update(self, request: Any, context: Context) -> Any:
        """Change a resource in place."""
        kind, new = self._kind(request.urn), plain(request.news)
        if request.preview:
            olds = plain(request.olds)
            kept = {k: v for k, v in olds.items() if k not in kind.sdk.arguments or k in new}
            kept |= {k: v for k, v in foreseen(kind, new).items() if k in new}
            return provider_pb2.UpdateResponse(properties=struct(kept))
        with self._work(context):
            state = self.resources.update(kind, request.id, plain(request.old_inputs), new)
            return provider_pb2.UpdateResponse(properties=struct(state))

    def Read(self, request: Any, context: Context) -> Any:
        """What is really there; an empty id says that the resource is gone."""
        with self._work(context):
            kind = self._kind(request.urn)
            inputs = plain(request.inputs) or plain(request.properties)
            found = self.resources.read(kind, request.id, inputs)
            if found is None:
                return provider_pb2.ReadResponse()
            state, inputs = found
            identity = request.id if plain(request.inputs) else request.id.partition("@")[0]
            return provider_pb2.ReadResponse(
                id=identity, properties=struct(state), inputs=struct(inputs)
            )

    def Delete(self, request: Any, context: Context) -> Any:
        """Remove a resource, or say why the cloud refuses to."""
        with self._work(context):
            kind = self._kind(request.urn)
            state = {**plain(request.properties), **plain(request.old_inputs)}
            self.resources.delete(kind, request.id, state)
            return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Context) -> Any:
        """Answer a look-up from the emulated cloud."""
        lookup = find_lookups().get(request.tok)
        if lookup is None:
            reason = f"tricenter's stand-in for the AWS provider does not know {request.tok}"
            failure = provider_pb2.CheckFailure(reason=reason)
            return provider_pb2.InvokeResponse(failures=[failure])
        with self._work(context):
            answer = lookup(self.cloud, plain(request.args))
            return cast(Any, provider_pb2.InvokeResponse)(**{"return": struct(answer)})

    def _kind(self, urn: str) -> Kind:
        return find_kinds()[urn.split("::")[2].rpartition("$")[2]]

    @contextmanager
    def _work(self, context: Context, inputs: Props | None = None) -> Generator[None]:
        """Report what fails as the engine shows it: one sentence, no traceback."""
        try:
            yield
        except HalfMade as error:
            partial = engine.half_made(error.resource, struct(inputs or {}), str(error))
            details = (("grpc-status-details-bin", partial.SerializeToString()),)
            context.set_trailing_metadata(details)
            reason = str(error)
        except EmulatedAwsError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - the engine must hear of any failure
            print(traceback.format_exc(), file=sys.stderr, flush=True)
            reason = f"the stand-in for the AWS provider has a bug: {type(error).__name__}: {error}"
        else:
            return
        _abort(context, reason)


def _change(name: str, old: Props, new: Props, replacing: frozenset[str]) -> Any:
    step = "UPDATE" if name in old and name in new else "ADD" if name in new else "DELETE"
    return PropertyDiff.Kind.Value(f"{step}_REPLACE" if name in replacing else step)


def _abort(context: Context, reason: str) -> NoReturn:
    context.abort(grpc.StatusCode.UNKNOWN, reason)
    raise AssertionError("abort does not return")


def serve(arguments: list[str]) -> int:
    """Serve the engine at the address in the first argument until it ends; returns 0."""
    address = arguments[0]
    return engine.serve(address, StandIn(EngineLog(address)), WORKERS)
