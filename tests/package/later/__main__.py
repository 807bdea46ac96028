"""A provider of values that a preview does not know yet: `later:index:Value`, for tests."""

import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2
from pulumi.runtime.proto.provider_pb2_grpc import (
    ResourceProviderServicer,
    add_ResourceProviderServicer_to_server,
)

SCHEMA = {
    "name": "later",
    "version": "0.0.1",
    "resources": {"later:index:Value": {"properties": {"text": {"type": "string"}}}},
}


class Later(ResourceProviderServicer):
    """Answers the least that a preview asks."""

    def GetPluginInfo(self, request, context):  # noqa: ARG002, N802
        return plugin_pb2.PluginInfo(version="0.0.1")

    def GetSchema(self, request, context):  # noqa: ARG002, N802
        return provider_pb2.GetSchemaResponse(schema=json.dumps(SCHEMA))

    def CheckConfig(self, request, context):  # noqa: ARG002, N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def Configure(self, request, context):  # noqa: ARG002, N802
        # Without previews the engine takes every output for unknown until it has been made.
        return provider_pb2.ConfigureResponse(supportsPreview=False)

    def Check(self, request, context):  # noqa: ARG002, N802
        return provider_pb2.CheckResponse(inputs=request.news)

    def Cancel(self, request, context):  # noqa: ARG002, N802
        return empty_pb2.Empty()


server = grpc.server(ThreadPoolExecutor(4))
add_ResourceProviderServicer_to_server(Later(), server)
print(server.add_insecure_port("127.0.0.1:0"), flush=True)
server.start()
sys.stdout.flush()
threading.Event().wait()
