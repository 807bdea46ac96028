"""Programs recorded in forks of one process that has the SDKs: to import them takes seconds."""

import json
import multiprocessing
from functools import cache
from io import StringIO
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerContext
from pathlib import Path
from unittest import mock

from tricenter.generate.graph import Graph, read_graph

LONGEST_S = 120


def record_in_fork(folder: Path) -> Graph:
    """The graph of a program in a folder, as `record_program` has it."""
    ours, theirs = multiprocessing.Pipe()
    process = _forks().Process(target=_answer, args=(str(folder), theirs))
    process.start()
    theirs.close()
    try:
        assert ours.poll(LONGEST_S), f"{folder}: not recorded in {LONGEST_S} s"
        text, said = ours.recv()
    finally:
        process.join(LONGEST_S)
    assert text, said
    return read_graph(json.loads(text))


@cache
def _forks() -> ForkServerContext:
    """The process that forks; it imports this module, and with it the SDKs."""
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["tests.forked_sdks"])
    return forks


def _answer(folder: str, asker: Connection) -> None:
    """In the fork: the graph as JSON, or why there is none."""
    from tricenter.generate import record

    request = {"root": folder, "program": "__main__.py", "stack": "dev", "config": {}}
    graph, said = StringIO(), StringIO()
    with (
        mock.patch("sys.stdin", StringIO(json.dumps(request))),
        mock.patch("sys.stdout", graph),
        mock.patch("sys.stderr", said),
    ):
        code = record.main()
    asker.send(("" if code else graph.getvalue(), said.getvalue()))
    asker.close()
