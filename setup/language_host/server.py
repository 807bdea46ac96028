"""The gRPC service that the engine calls to run a Python program, plugin or policy pack."""

import argparse
import json
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from subprocess import Popen
from types import FrameType

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.runtime.proto import (
    engine_pb2,
    engine_pb2_grpc,
    plugin_pb2,
)
from pulumi.runtime.proto import (
    language_pb2 as messages,
)
from pulumi.runtime.proto.language_pb2_grpc import (
    LanguageRuntimeServicer,
    add_LanguageRuntimeServicer_to_server,
)

from tricenter.setup.grpc_server import listen
from tricenter.setup.language_host.interpreter import NoInterpreter, environment, interpreter
from tricenter.setup.language_host.processes import Children, lines, output

BAIL = 32  # the exit code of a program that has already told the user what is wrong
EXECUTOR = "pulumi-language-python-exec"
PARENT_CHECK_S = 1.0
WORKERS = 64  # a plugin's RunPlugin call holds a thread for as long as the plugin lives

Context = grpc.ServicerContext


class LanguageHost(LanguageRuntimeServicer):
    """Runs Python for one engine; a child ends when its call is cancelled or the host ends."""

    def __init__(self, engine: str, bin_directory: Path) -> None:
        self.engine = engine
        self.bin_directory = bin_directory
        self.children = Children()

    def Handshake(
        self, request: messages.LanguageHandshakeRequest, context: Context
    ) -> messages.LanguageHandshakeResponse:
        """Takes the engine's address, where the command line had none."""
        self.engine = request.engine_address or self.engine
        return messages.LanguageHandshakeResponse()

    def GetPluginInfo(self, request: empty_pb2.Empty, context: Context) -> plugin_pb2.PluginInfo:
        """No version of its own."""
        return plugin_pb2.PluginInfo()

    def GetRequiredPackages(
        self, request: messages.GetRequiredPackagesRequest, context: Context
    ) -> messages.GetRequiredPackagesResponse:
        """None: what a program needs is in its requirements and on PATH."""
        return messages.GetRequiredPackagesResponse()

    def GetRequiredPlugins(
        self, request: messages.GetRequiredPluginsRequest, context: Context
    ) -> messages.GetRequiredPluginsResponse:
        """None, as for packages."""
        return messages.GetRequiredPluginsResponse()

    def GetProgramDependencies(
        self, request: messages.GetProgramDependenciesRequest, context: Context
    ) -> messages.GetProgramDependenciesResponse:
        """None are listed."""
        return messages.GetProgramDependenciesResponse()

    def About(self, request: messages.AboutRequest, context: Context) -> messages.AboutResponse:
        """The Python that would run the program."""
        return messages.AboutResponse(executable=str(_interpreter(request.info, context)))

    def RuntimeOptionsPrompts(
        self, request: messages.RuntimeOptionsRequest, context: Context
    ) -> messages.RuntimeOptionsResponse:
        """Asks nothing at `pulumi new`."""
        return messages.RuntimeOptionsResponse()

    def Template(
        self, request: messages.TemplateRequest, context: Context
    ) -> messages.TemplateResponse:
        """Leaves a new project as it is."""
        return messages.TemplateResponse()

    def InstallDependencies(
        self, request: messages.InstallDependenciesRequest, context: Context
    ) -> Iterator[messages.InstallDependenciesResponse]:
        """Installs nothing: `make setup` does, from the locked requirements."""
        yield messages.InstallDependenciesResponse(stdout=b"run 'make setup' instead\n")

    def Cancel(self, request: empty_pb2.Empty, context: Context) -> empty_pb2.Empty:
        """Ends what runs."""
        self.children.end_all()
        return empty_pb2.Empty()

    def Run(self, request: messages.RunRequest, context: Context) -> messages.RunResponse:
        """Runs a program to its end; what it prints goes to the engine as it comes."""
        try:
            python = interpreter(Path(request.info.root_directory), options_of(request.info))
        except NoInterpreter as error:
            return messages.RunResponse(error=str(error))
        env = environment(python, os.environ)
        env["PULUMI_CONFIG"] = json.dumps(dict(request.config))
        env["PULUMI_CONFIG_SECRET_KEYS"] = json.dumps(list(request.configSecretKeys))
        command = self._program_command(python, request)
        child = self.children.start(command, cwd=request.pwd or ".", env=env)
        # A program has nothing to clean up, and an interrupt would only make it print a traceback.
        self._end_with_call(context, child, signal.SIGTERM)
        with grpc.insecure_channel(self.engine) as channel:
            log: engine_pb2_grpc.EngineStub = engine_pb2_grpc.EngineStub(channel)
            for name, text in lines(output(child)):
                severity = engine_pb2.INFO if name == "stdout" else engine_pb2.ERROR
                entry = engine_pb2.LogRequest(severity=severity, message=text)
                log.Log(entry)  # pyright: ignore[reportUnknownMemberType]
        code = self.children.end(child)
        if code == BAIL:
            return messages.RunResponse(bail=True)
        return messages.RunResponse(error=f"the program exited with code {code}" if code else "")

    def _program_command(self, python: Path, request: messages.RunRequest) -> list[str]:
        program = Path(request.info.program_directory or request.pwd, request.info.entry_point)
        flags = {
            "monitor": request.monitor_address,
            "engine": self.engine,
            "project": request.project,
            "stack": request.stack,
            "pwd": request.pwd,
            "dry_run": "true" if request.dryRun else "false",
            "parallel": str(request.parallel),
            "organization": request.organization,
            "root_directory": request.info.root_directory,
        }
        named = [word for flag, value in flags.items() if value for word in (f"--{flag}", value)]
        executor = str(self.bin_directory / EXECUTOR)
        return [str(python), "-u", executor, *named, str(program), *request.args]

    def RunPlugin(
        self, request: messages.RunPluginRequest, context: Context
    ) -> Iterator[messages.RunPluginResponse]:
        """Runs a plugin or policy pack; yields its outputs and at last its exit code."""
        packed = Path(request.info.program_directory)
        python = _interpreter(request.info, context)
        base = dict(pair.split("=", 1) for pair in request.env if "=" in pair)
        if request.kind == "analyzer":
            # The engine gives its own address as the first argument; the pack's folder follows.
            engine, others = request.args[:1], request.args[1:]
            command = [str(python), "-u", "-m", "pulumi.policy", *engine, str(packed), *others]
        else:
            command = [str(python), "-u", str(packed), *request.args]
        env = environment(python, base or os.environ)
        # As the official host does, which runs packs in their own folders.
        pwd = packed if request.kind == "analyzer" else request.pwd
        child = self.children.start(command, cwd=pwd or packed, env=env)
        self._end_with_call(context, child, signal.SIGINT)
        for name, data in output(child):
            if name == "stdout":
                yield messages.RunPluginResponse(stdout=data)
            else:
                yield messages.RunPluginResponse(stderr=data)
        yield messages.RunPluginResponse(exitcode=self.children.end(child))

    def _end_with_call(self, context: Context, child: Popen[bytes], first: signal.Signals) -> None:
        """Ends `child` when the engine cancels the call or goes away."""

        def end() -> None:
            self.children.end(child, first)

        if not context.add_callback(end):
            end()


def options_of(info: messages.ProgramInfo) -> dict[str, object]:
    """`runtime.options` of the YAML that the engine read."""
    return json_format.MessageToDict(info.options)


def _interpreter(info: messages.ProgramInfo, context: Context) -> Path:
    """The Python for `info`; without one the call ends with the reason."""
    try:
        return interpreter(Path(info.root_directory), options_of(info))
    except NoInterpreter as error:
        context.abort(grpc.StatusCode.FAILED_PRECONDITION, str(error))
        raise  # abort has raised already


def serve(arguments: Sequence[str]) -> int:
    """Serves on a free loopback port, printed as the first line, until a signal; returns 0.

    Flags that the official host does not know end it with exit code 2, as they end that one: an
    engine that works with this host has to work with it.
    """
    parser = argparse.ArgumentParser(prog="pulumi-language-python", allow_abbrev=False)
    parser.add_argument("--bin-directory", type=Path, default=Path(sys.prefix, "bin"))
    # The official one's (main.go of its 3.259, and what 3.250 hands over; read 2026-11-30).
    parser.add_argument("-tracing", "--tracing")
    parser.add_argument("engine", nargs="?", default="")
    known = parser.parse_args(list(arguments))
    host = LanguageHost(known.engine, known.bin_directory)  # pyright: ignore[reportAbstractUsage]
    ended, parent = threading.Event(), os.getppid()

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, stop)
    server, port = listen(lambda made: add_LanguageRuntimeServicer_to_server(host, made), WORKERS)
    print(port, flush=True)
    # An engine that was killed sends no signal; its child then has another parent.
    while not ended.wait(PARENT_CHECK_S) and os.getppid() == parent:
        pass
    host.children.end_all()
    server.stop(grace=1).wait()
    return 0
