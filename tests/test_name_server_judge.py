"""Zones and settings of name servers, judged by PowerDNS itself: no server, no root, no network."""

import subprocess
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from tests.conftest import runs
from tests.dns_zones import records
from tricenter.setup.distribution import which
from tricenter.topology.addresses import readdress
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan, PlannedRecord
from tricenter.topology.render import RenderedFile, powerdns
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent
SPEC = load(ROOT / "stacks/ledger.yaml")
TARGETS = ("lab", "aws", "gcp")
pytestmark = pytest.mark.skipif(
    not (which("pdns_server") and which("pdnsutil")),
    reason="PowerDNS is not there: `make setup` brings it",
)


def planned(target: str) -> Plan:
    """The plan of a target; on clouds that of machines of our own."""
    return compile_plan(SPEC) if target == "lab" else readdress(compile_plan(SPEC, target))


def judge(folder: Path, files: Iterable[RenderedFile], zone: str) -> tuple[str, str]:
    """What `pdns_server --config=check` and `pdnsutil check-zone` say of one server's files.

    The first is empty where all settings are known; the second ends with numbers of what is wrong.
    """
    for file in files:
        text = file.text.replace("/srv/etc/pdns", str(folder)).replace("/run/pdns", str(folder))
        (folder / Path(file.path).name).write_text(text, encoding="utf-8")
    here = f"--config-dir={folder}"
    said: list[str] = []
    for name, *words in (
        ("pdns_server", here, "--config=check"),
        ("pdnsutil", here, "check-zone", zone),
    ):
        command = [which(name) or name, *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        # What it does is told on the error stream, too, each line with its time.
        fatal = [line for line in done.stderr.splitlines() if line.startswith("Fatal")]
        said.append("\n".join([done.stdout.strip(), *fatal]).strip())
    return said[0], said[1]


def of_server(plan: Plan, number: int) -> list[RenderedFile]:
    """The files of the n-th name server."""
    start = f"{plan.zone.servers[number].site}/"
    return [file for file in powerdns.files(plan) if file.path.startswith(start)]


def flawless(verdict: tuple[str, str]) -> bool:
    """Whether both programs found nothing, warnings included."""
    return verdict[0] == "" and verdict[1].endswith(", 0 errors, 0 warnings.")


@pytest.mark.parametrize("target", TARGETS)
def test_powerdns_takes_the_zone_of_every_server(target: str, tmp_path: Path) -> None:
    """Of each target: no setting that it does not know, and nothing to say about the zone."""
    plan = planned(target)
    for number in range(len(plan.zone.servers)):
        verdict = judge(tmp_path, of_server(plan, number), plan.zone.name)
        assert flawless(verdict), verdict


@given(records())
@settings(
    max_examples=runs(4, 60),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
def test_powerdns_takes_every_form_of_a_record(tmp_path: Path, record: PlannedRecord) -> None:
    """Of either family, weighted or not, at the apex, with a wildcard, by any number of places."""
    plan = planned("lab")
    zone = replace(plan.zone, records=(record,))
    verdict = judge(tmp_path, of_server(replace(plan, zone=zone), 0), zone.name)
    assert flawless(verdict), verdict


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("\ncache-ttl=", "\ncache-til=", "unknown setting 'cache-til'"),
        (" IN LUA A ", " IN LUA B ", "Unknown DNS type 'B'"),
        ("ns-xihu IN A ", "@ IN CNAME a.example. ; ", "other records with same label exist"),
        ("\n@ IN NS ", "\n@ IN TXT ", "No NS record at zone apex"),
        ("IN A 10.77.1.10", "IN A 10.77.1.300", "unable to parse IP address"),
        ("\n@ IN NS ", "\nother.example. IN NS ", "not loaded"),
    ],
)
def test_powerdns_refuses_what_is_wrong(old: str, new: str, said: str, tmp_path: Path) -> None:
    """Settings that it does not know, types, addresses, a zone without servers, another's names."""
    plan = planned("lab")
    files = of_server(plan, 0)
    broken = [replace(file, text=file.text.replace(old, new)) for file in files]
    assert broken != files
    verdict = judge(tmp_path, broken, plan.zone.name)
    assert not flawless(verdict) and said in "\n".join(verdict), verdict
