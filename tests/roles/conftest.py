"""Emulated clouds for roles: databases made by their APIs alone, no engine between."""

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

STACKS = Path(__file__).parents[2] / "stacks"


@pytest.fixture(scope="module")
def aws_plan() -> Plan:
    """The ledger on AWS, on Aurora."""
    return compile_plan(load(STACKS / "ledger-aws.yaml"), "aws")


@pytest.fixture(scope="module")
def gcp_plan() -> Plan:
    """The ledger on Google Cloud, on Cloud SQL."""
    return compile_plan(load(STACKS / "ledger-gcp.yaml"), "gcp")


@pytest.fixture(scope="module")
def patched() -> Iterator[pytest.MonkeyPatch]:
    """Environment for a whole module."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(scope="module")
def emulated_aws(
    tmp_path_factory: pytest.TempPathFactory, patched: pytest.MonkeyPatch
) -> Iterator[str]:
    """The emulated AWS with nothing in it, and the environment that leads to it."""
    pytest.importorskip("moto")
    from tricenter.offline import aws
    from tricenter.offline.aws import daemon

    state = tmp_path_factory.mktemp("aws")
    url = daemon.start(state)
    for name, value in aws.environment(url).items():
        patched.setenv(name, value)
    yield url
    daemon.stop(state)


@pytest.fixture(scope="module")
def emulated_gcp(
    tmp_path_factory: pytest.TempPathFactory, patched: pytest.MonkeyPatch
) -> Iterator[str]:
    """The emulated Google Cloud with nothing in it, and the environment that leads to it."""
    pytest.importorskip("googleapiclient")
    from tricenter.offline import gcp
    from tricenter.offline.gcp.server.listener import Listener
    from tricenter.offline.gcp.server.store import Store

    store = Store(tmp_path_factory.mktemp("gcp"))
    listener = Listener(0, store)
    thread = Thread(target=listener.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{listener.server_port}"
    patched.setenv("TRICENTER_OFFLINE", "gcp")
    patched.setenv("PULUMI_CONFIG", "{}")
    for name, value in gcp.environment(url).items():
        patched.setenv(name, value)
    yield url
    listener.shutdown()
    listener.server_close()
    thread.join()
    store.close()


def client(service: str, region: str) -> Any:
    """A boto3 client of the emulated AWS."""
    boto3: Any = pytest.importorskip("boto3")
    return boto3.client(service, region_name=region, endpoint_url=os.environ["AWS_ENDPOINT_URL"])
