"""No spec ends a verb as a bug of ours (exit code 3): it is answered, or refused in words."""

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import runs
from tests.strategies import specs
from tests.test_fuzz import VALID, mutated, to_yaml
from tricenter.cli.app import run
from tricenter.cli.errors import BUG

VERBS = ("validate", "check", "forecast", "plan")
CORE = settings(
    deadline=None,
    max_examples=runs(10, 500),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def edited(edit: Callable[[Any], object]) -> Any:
    """The example after an edit."""
    made = copy.deepcopy(VALID)
    edit(made)
    return made


def _set(*path: str | int, to: Any) -> Callable[[Any], object]:
    def edit(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = to

    return edit


SIZE = "9" * 400
ANSWERS = ("dns", "records", "api", "answers", "binjiang")
WRONG = {
    "size of 400 digits": _set("databases", "ledger-a", "size", to=f"{SIZE}GiB"),
    "duration of 310 digits": _set("objectives", "lose-site", "rto", to=f"{'9' * 310}s"),
    "place at infinity": _set("cities", "hangzhou", "at", to=[float("inf"), 120]),
    "no network": _set("sites", "binjiang", "aws", "network", to="999.999.0.0/16"),
    "no first address": _set("sites", "binjiang", "aws", "network", to="10.64.5.7/16"),
    "public network": _set("sites", "binjiang", "aws", "network", to="8.8.0.0/16"),
    "arabic version": _set("databases", "ledger-a", "version", to="\u0661\u0665"),
    "full-width duration": _set("timing", to={"ttl": "\uff12\uff10s"}),
    "arabic cron": _set("backups", "nightly", "schedule", to="0 \u0662 * * *"),
    "scope of an address": _set(*ANSWERS, to=["fe80::1%eth0"]),
    "IPv6": _set(*ANSWERS, to=["2001:db8::1"]),
    "address of a site": _set(*ANSWERS, to=["10.77.2.10"]),
    "narrow subnet": _set("dns", "clients", to={"CN": ["198.18.0.128/25"]}),
    "one address": _set("dns", "clients", to={"CN": ["198.18.0.1/32", "0.0.0.0/0"]}),
    "million years away": _set("links", 0, "rtt", to="1000000y"),
    "1e30 tps": _set("databases", "ledger-a", "load", "tps", to=10**30),
    "name of RDS": _set("name", to="ledger--a"),
    "long zone": _set("dns", "zone", to=".".join(["a" * 63] * 4) + ".example"),
    "one feed of all": lambda data: [
        _set("sites", name, "facility", "feeds", to=["grid"])(data) for name in data["sites"]
    ],
    "300 sites": lambda data: data["sites"].update(
        {f"s{n}": data["sites"]["tianfu"] for n in range(300)}
    ),
    "one site": lambda data: [data["sites"].pop(name) for name in ("xihu", "tianfu")],
    "a project in capitals": _set("sites", "binjiang", "gcp", "project", to="My-Project"),
    "a carrier that is no text": _set("sites", "binjiang", "carriers", to=[1, None, {}]),
    "a scenario of nothing": _set("objectives", "cut:-", to={"rpo": "0s", "rto": "1s"}),
    "a schedule of names": _set("backups", "nightly", "schedule", to="0 2 * jan mon"),
}
"""Edits that were bugs, or were taken for what they are not."""


def codes(data: Any, folder: Path, targets: tuple[str, ...] = ("lab",)) -> dict[str, int]:
    """The exit code of each verb on each target."""
    path = folder / "spec.yaml"
    path.write_text(to_yaml(data), encoding="utf-8")
    return {
        f"{verb} {target}": run([verb, str(path), "--target", target])
        for verb in VERBS
        for target in targets
    }


@pytest.mark.parametrize("name", WRONG)
def test_known_specs_are_no_bug(name: str, tmp_path: Path) -> None:
    """What once ended as a bug is answered on every target."""
    found = codes(edited(WRONG[name]), tmp_path, ("lab", "aws", "mixed"))
    assert BUG not in found.values(), found
    assert set(found.values()) <= {0, 1}, found


@CORE
@given(data=mutated(), target=st.sampled_from(["lab", "aws", "gcp", "mixed"]))
def test_changed_examples_are_no_bug(data: Any, target: str, tmp_path: Path) -> None:
    """The example with nodes dropped, replaced, renamed, moved or repeated."""
    found = codes(data, tmp_path, (target,))
    assert BUG not in found.values(), found


@CORE
@given(data=specs(), target=st.sampled_from(["lab", "aws", "gcp", "mixed"]))
def test_grown_specs_are_no_bug(data: Any, target: str, tmp_path: Path) -> None:
    """Valid specs of two to five sites."""
    found = codes(data, tmp_path, (target,))
    assert BUG not in found.values(), found
    assert found[f"validate {target}"] in (0, 1)


@pytest.mark.parametrize("option", ["99999999y", "1001y", "\u0663d", "x"])
def test_a_time_that_is_none_is_wrong_use(option: str, tmp_path: Path) -> None:
    """`check --expiring` takes a time that a date can be reckoned with."""
    path = tmp_path / "spec.yaml"
    path.write_text(to_yaml(VALID), encoding="utf-8")
    assert run(["check", str(path), "--expiring", option]) == 2


def test_records_of_strangers_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No topology, brackets without end, a device, a pipe: none of it stops a check."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "records").mkdir()
    (tmp_path / "records/a.json").write_text(
        '{"schema": "tricenter/drill-record/v1", "scenario": "lose-site:x", "digest": "0",'
        ' "ended": "2026-01-01T00:00:00+00:00", "verdict": "pass"}'
    )
    (tmp_path / "records/b.json").write_text("[" * 200_000)
    (tmp_path / "records/c.json").symlink_to("/dev/zero")
    (tmp_path / "records/d.json").write_bytes(b"\xff\xfe[")
    (tmp_path / "records/e.json").symlink_to("/proc/self/mem")
    assert codes(VALID, tmp_path)["check lab"] in (0, 1)
