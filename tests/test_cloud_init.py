"""What a bare machine on a cloud is told: the lab's files, no secret, nothing formatted twice."""

import gzip
import json
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml
from jsonschema import Draft4Validator

from tests.user_data import needs_cloud_init, taken, verdicts
from tricenter.topology.addresses import readdress
from tricenter.topology.compile import compile_plan
from tricenter.topology.machine_program import program
from tricenter.topology.machines import MachineError, architecture, machine_type
from tricenter.topology.plan import Plan
from tricenter.topology.render import cloud_init, first_boot, render
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent
SPEC = load(ROOT / "stacks/ledger.yaml")
LAB = compile_plan(SPEC)
PLANS = {target: readdress(compile_plan(SPEC, target)) for target in ("aws", "gcp")}
HOSTS = [(target, host.name) for target, plan in PLANS.items() for host in plan.hosts]
SCHEMA = json.loads((ROOT / "tests/cloud-init/schema.json").read_text(encoding="utf-8"))


def settings(target: str, site: str) -> dict[str, Any]:
    """A site's user data as cloud-init reads it."""
    plan = PLANS[target]
    text = cloud_init.user_data(plan, plan.host(site), "ledger-dev")
    assert text.startswith("#cloud-config\n")
    return yaml.safe_load(text)


def written(target: str, site: str) -> dict[str, str]:
    """The files that a site's user data writes."""
    return {file["path"]: file["content"] for file in settings(target, site)["write_files"]}


@pytest.fixture(scope="module")
def node() -> ModuleType:
    """The machine's own program as a module."""
    module = ModuleType("node")
    exec(compile(program(), "node.py", "exec"), module.__dict__)  # noqa: S102
    return module


@pytest.mark.parametrize(("target", "site"), HOSTS)
def test_who_writes_changes_no_byte(target: str, site: str) -> None:
    """Libyaml and Python: a machine is replaced when its user data changes."""
    plan = PLANS[target]
    made = cloud_init.user_data(plan, plan.host(site), "ledger-dev")

    class Texts(yaml.SafeDumper):
        """As PyYAML does without libyaml."""

    Texts.add_representer(str, cloud_init._text)
    told = cloud_init.settings(plan, plan.host(site), "ledger-dev")
    assert made == "#cloud-config\n" + yaml.dump(told, Dumper=Texts, sort_keys=False, width=1000)
    assert not issubclass(cloud_init.Texts, yaml.SafeDumper), "libyaml is not asked"


def test_the_lab_is_as_it_was() -> None:
    """Without places nothing is re-addressed, and no machine is described."""
    assert readdress(LAB) is LAB
    assert not [file for file in render(LAB) if "first-boot" in file.path]


@pytest.mark.parametrize("target", PLANS)
def test_addresses_come_from_the_sites_subnets(target: str) -> None:
    """Each address is of its site's subnet, once in the plan, and none of the lab's is left."""
    plan = PLANS[target]
    seen: list[str] = []
    for host in plan.hosts:
        assert host.place is not None
        assert all(ip_address(a) in ip_network(host.place.subnet) for a in host.addresses)
        assert {m.address for m in plan.members_of(host.name)} == set(host.addresses[1:])
        seen += host.addresses
    assert len(seen) == len(set(seen))
    text = "".join(file.text for file in render(plan) if not file.path.startswith("bundles/"))
    assert "10.77." not in text


@pytest.mark.parametrize(("target", "site"), HOSTS)
def test_user_data_is_what_cloud_init_takes(target: str, site: str) -> None:
    """It fits cloud-init's own schema, and has no key that no module knows."""
    data = settings(target, site)
    assert not [error.message for error in Draft4Validator(SCHEMA).iter_errors(data)]
    assert set(data) <= set(SCHEMA["keys"])


def test_schema_finds_what_is_wrong() -> None:
    """The schema that is kept here does refuse something."""
    wrong = settings("aws", "binjiang") | {"write_files": [{"content": "no path"}]}
    assert [error.message for error in Draft4Validator(SCHEMA).iter_errors(wrong)]


@needs_cloud_init
def test_debians_cloud_init_takes_it(tmp_path: Path) -> None:
    """The program that reads it on the machines finds nothing in the text that EC2 gets.

    It refuses a broken one, and tells what is deprecated.
    """
    plan = PLANS["aws"]
    sent = {
        host.name: first_boot.told(plan, host, "ledger-dev", embed=False) for host in plan.hosts
    }
    text = next(iter(sent.values()))
    assert text.count("\nwrite_files:\n") == 1
    broken = text.replace("\nwrite_files:\n", "\nwrite_files:\n- content: no path\n")
    said = verdicts(tmp_path, sent | {"broken": broken, "old": f"{text}apt_update: true\n"})
    refused, old = said.pop("broken"), said.pop("old")
    assert "write_files.0: 'path' is a required property" in refused and "exit code 1" in refused
    assert "apt_update: DEPRECATED" in old
    assert said == {name: taken(tmp_path, name) for name in sent} and said


@pytest.mark.parametrize(("target", "site"), HOSTS)
def test_files_are_the_labs_very_files(target: str, site: str) -> None:
    """What a machine gets is byte for byte what render writes for the same plan."""
    held = json.loads(written(target, site)["/var/lib/tricenter/files.json"])
    kinds = ("etcd", "patroni", "pdns", "pgbackrest")
    rendered = {
        "/srv/etc/" + file.path.removeprefix(f"{site}/"): file.text
        for file in render(PLANS[target])
        if file.path.startswith(tuple(f"{site}/{kind}/" for kind in kinds))
    }
    assert held == rendered and len(held) >= 6


@pytest.mark.parametrize(("target", "site"), HOSTS)
def test_no_secret_in_user_data(target: str, site: str) -> None:
    """Neither keys nor passwords: these are fetched with the machine's own identity."""
    plan = PLANS[target]
    text = first_boot.told(plan, plan.host(site), "ledger-dev")
    assert "PRIVATE KEY" not in text
    held = "".join(json.loads(written(target, site)["/var/lib/tricenter/files.json"]).values())
    assert not re.search(r"^\s*-?\s*password\s*[:=]", text + held, re.MULTILINE)
    assert (
        json.loads(written(target, site)["/etc/tricenter/node.json"])["secret"]
        == f"ledger-dev-{site}"
    )


@pytest.mark.parametrize(("target", "site"), HOSTS)
def test_it_fits_the_clouds_limit(target: str, site: str) -> None:
    """The packed text is the text, the same bytes each time, below what the cloud takes."""
    plan = PLANS[target]
    # On AWS the site's files, beside program and lock, are too much: they stay in the bucket.
    text = first_boot.told(plan, plan.host(site), "ledger-dev", embed=target == "gcp")
    data = first_boot.fitting(plan, plan.host(site), "ledger-dev")
    assert len(data) <= first_boot.LIMIT[target] * 0.9
    assert (gzip.decompress(data) if target == "aws" else data).decode() == text
    assert data == first_boot.packed(text, target)


def test_patroni_is_the_locks() -> None:
    """Every package by a hash that the lab's lock has for the same version, on both processors."""
    lock = (ROOT / "requirements.txt").read_text(encoding="utf-8").replace("\\\n", "")
    pinned = {
        line.split("==")[0]: (line.split()[0], set(re.findall(r"sha256:\w{64}", line)))
        for line in lock.splitlines()
    }
    files = written("aws", "binjiang")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (asked,) = project["project"]["optional-dependencies"]["lab"]
    assert asked.replace("[etcd3]", "") in files[cloud_init.LOCK].split()
    for path in (cloud_init.BUILDERS, cloud_init.LOCK):
        for line in files[path].splitlines():
            version, known = pinned[line.split("==")[0]]
            name, *hashes = line.split()
            assert name == version
            assert hashes and {one.removeprefix("--hash=") for one in hashes} <= known
            if name.startswith(("psycopg-binary", "pyyaml", "psutil")):
                assert len(hashes) == 2, f"{name}: for x86_64 and for ARM"


def test_nothing_is_installed_from_an_index_without_its_hash() -> None:
    """Whatever the first boot has pip install is in a lock; Debian's own packages are signed."""
    commands = settings("aws", "binjiang")["runcmd"]
    pip = [command for command in commands if "pip" in command[0]]
    assert len(pip) == 2
    for command in pip:
        given = command[command.index("install") + 1 :]
        named = [word for word in given if not word.startswith("-")]
        assert named == [given[given.index("-r") + 1]]
        assert {"--require-hashes", "--no-deps"} <= set(command)
        assert {"--only-binary=:all:", "--no-build-isolation"} & set(command)


def test_too_much_is_left_to_the_bucket(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the limit the files stay in the bucket; beyond that the error says what to do."""
    plan = PLANS["aws"]
    for limit, embedded in ((20_000, True), (16_384, False)):
        monkeypatch.setitem(first_boot.LIMIT, "aws", limit)
        data = gzip.decompress(first_boot.fitting(plan, plan.host("binjiang"), "s")).decode()
        names = {Path(file["path"]).name for file in yaml.safe_load(data)["write_files"]}
        assert ("files.json" in names) is embedded
    monkeypatch.setitem(first_boot.LIMIT, "aws", 1_000)
    with pytest.raises(cloud_init.CloudInitError, match="fewer databases"):
        first_boot.fitting(plan, plan.host("binjiang"), "s")


def test_services_are_closed_and_start_after_the_disk() -> None:
    """No service runs as root or without its data disk, and each gives up its capabilities."""
    units = {
        path: text
        for path, text in written("aws", "tianfu").items()
        if path.endswith(".service") and Path(path).stem not in
        {"tricenter-prepare", "tricenter-update", "tricenter-ship"}
    }  # fmt: skip
    assert len(units) == 5
    for path, text in units.items():
        lines = text.splitlines()
        user = "pdns" if "pdns" in path else "postgres"
        bound = "CAP_NET_BIND_SERVICE" if "pdns" in path else ""
        for wanted in (
            f"User={user}", f"CapabilityBoundingSet={bound}", "NoNewPrivileges=yes",
            "ProtectSystem=strict", "ConditionPathIsMountPoint=/srv", "Restart=always",
            "Requires=tricenter-prepare.service",
        ):  # fmt: skip
            assert wanted in lines, (path, wanted)


def test_versions_are_the_labs() -> None:
    """PostgreSQL is the spec's major, or refused with a reason."""
    plan = PLANS["aws"]
    host = plan.host("binjiang")
    assert "postgresql-15" in settings("aws", "binjiang")["packages"]
    newer = _versioned(plan, "17.2")
    assert "postgresql-17" in cloud_init.user_data(newer, host, "s")
    assert '"/usr/lib/postgresql/17.2": "/usr/lib/postgresql/17"' in cloud_init.user_data(
        newer, host, "s"
    )
    with pytest.raises(cloud_init.CloudInitError, match="ledger-a: PostgreSQL 11 is not to be had"):
        cloud_init.user_data(_versioned(plan, "11"), host, "s")


def test_machines_carry_the_load() -> None:
    """Two databases of 5,500 transactions a second ask for eight processors; drills for less."""
    plan = PLANS["aws"]
    host = plan.host("tianfu")
    assert machine_type(plan, host, "production") == "m6g.2xlarge"
    assert machine_type(plan, host, "drill") == "t4g.medium"
    asked = {
        "m6g.large": "arm64",
        "m6i.large": "amd64",
        "n2-standard-8": "amd64",
        "c4a-standard-4": "arm64",
    }
    assert {machine: architecture(machine) for machine in asked} == asked
    first, second = plan.databases
    members = tuple(replace(m, machine="m6g.large") for m in first.members)
    others = tuple(replace(m, machine="m7g.large") for m in second.members)
    both = replace(
        plan, databases=(replace(first, members=members), replace(second, members=others))
    )
    with pytest.raises(MachineError, match=r"tianfu.*m6g\.large and m7g\.large"):
        machine_type(both, host, "production")


@pytest.mark.parametrize(
    ("disks", "signature", "expected"),
    [
        ([{"name": "/dev/a", "label": "tricenter-data"}], "x", "/dev/a"),
        ([{"name": "/dev/a", "label": None}], "", "formatted /dev/a"),
        ([{"name": "/dev/a", "label": None}], "0x438,,ext4", "refused"),
        ([{"name": "/dev/a", "label": None}, {"name": "/dev/b", "label": None}], "", "refused"),
    ],
)
def test_only_an_empty_disk_is_formatted(
    node: Any, monkeypatch: pytest.MonkeyPatch, disks: Any, signature: str, expected: str
) -> None:
    """A disk with our label is taken as it is; one with anything else on it is left alone."""
    formatted: list[str] = []
    root = {"name": "/dev/root", "label": None, "children": [{"name": "/dev/root1"}]}
    common = {"type": "disk", "ro": False, "fstype": None}

    def run(*argv: str, check: bool = True) -> str:
        if argv[0] == "lsblk":
            return json.dumps({"blockdevices": [common | each for each in (root, *disks)]})
        if argv[0].startswith("mkfs"):
            formatted.append(argv[-1])
        return signature if argv[0] == "wipefs" else ""

    monkeypatch.setattr(node, "run", run)
    if expected == "refused":
        with pytest.raises(SystemExit):
            node.data_disk()
        assert not formatted
    else:
        found = node.data_disk()
        assert expected == (f"formatted {found}" if formatted else found)


@pytest.mark.parametrize(
    ("service", "url", "method", "body"),
    [
        ("secretsmanager", "https://secretsmanager.eu-west-1.amazonaws.com/", "POST", b'{"a":1}'),
        ("s3", "https://b.s3.eu-west-1.amazonaws.com/config/x%20y.json?b=2&a=1", "GET", b""),
        ("iam", "https://iam.amazonaws.com/a%20b/c", "GET", b""),
    ],
)
def test_signatures_are_those_of_the_sdk(
    node: Any, service: str, url: str, method: str, body: bytes
) -> None:
    """The machine signs as AWS's own library does."""
    auth = pytest.importorskip("botocore.auth")
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    now = datetime(2026, 11, 24, 12, 0, 0, tzinfo=UTC)
    keys = ("AKID", "SECRET", "TOKEN")
    ours = node.signed_headers(
        method, url, {"X-Amz-Target": "t"}, body, service, "eu-west-1", keys, now
    )
    request = AWSRequest(method=method, url=url, headers={"x-amz-target": "t"}, data=body)
    request.headers["x-amz-content-sha256"] = ours["x-amz-content-sha256"]
    signer = (auth.S3SigV4Auth if service == "s3" else auth.SigV4Auth)(
        Credentials(*keys), service, "eu-west-1"
    )
    request.context["timestamp"] = "20261124T120000Z"
    request.headers["X-Amz-Date"] = "20261124T120000Z"
    request.headers["X-Amz-Security-Token"] = "TOKEN"
    canonical = signer.canonical_request(request)
    text = signer.string_to_sign(request, canonical)
    assert ours["authorization"].endswith("Signature=" + signer.signature(text, request))


def test_the_program_is_clean_python() -> None:
    """The machine's program has no mistake that a linter finds."""
    text = program()
    command = [sys.executable, "-m", "ruff", "check", "--isolated", "--select", "E9,F,B", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def _versioned(plan: Plan, version: str) -> Plan:
    return replace(plan, databases=tuple(replace(d, version=version) for d in plan.databases))
