"""Promises that cannot be kept: each edit of a sound spec gives exactly its refusal."""

from pathlib import Path

import pytest

from tests.conftest import Golden
from tricenter.topology.forecast import forecast
from tricenter.topology.forecast.findings import find_broken_promises
from tricenter.topology.reader import parse
from tricenter.topology.validate import diagnose, validate

FOLDER = Path(__file__).parent / "refusals"
SOUND = (FOLDER / "spec.yaml").read_text(encoding="utf-8")
ASYNC_A = (
    "commit: {mode: quorum, acks: 1}\n    replicas: {xihu: {voter: true}, tianfu: {voter: true}}",
    "commit: {mode: async}\n    replicas: {xihu: {}, tianfu: {}}",
)
FIVE_VOICES = (
    "witnesses: {}",
    "witnesses: {wuhan: {at: [30.59, 114.31]}, xian: {at: [34.34, 108.94]}}",
)
AUTOMATIC_CITY = ("lose-city: {mode: approve, decide: 10min}", "lose-city: automatic")

CASES: dict[str, tuple[tuple[str, str], ...]] = {
    "lose-city-without-loss": (("lose-city: {rpo: 15min", "lose-city: {rpo: 0s"),),
    "lose-site-asynchronous": (ASYNC_A,),
    "lose-site-too-fast": (("lose-site: {rpo: 0s, rto: 45s}", "lose-site: {rpo: 0s, rto: 10s}"),),
    "lose-city-decided-too-late": (("decide: 10min", "decide: 1h"),),
    "lose-city-without-time-to-decide": ((", decide: 10min}", "}"),),
    "automatic-without-majority": (AUTOMATIC_CITY,),
    "automatic-without-every-write": (FIVE_VOICES, AUTOMATIC_CITY),
    "shared-feed": (("x-north", "b-east"),),
    "no-generators": ((", generator: 24h, generator_start: 1min", ""),),
    "neighbour-too-small": (("tps: 8000, connections: 1200", "tps: 4000, connections: 1200"),),
    "remote-too-small": (("tps: 6000", "tps: 600"),),
    "lose-all-without-vault": (
        ("vaults:\n  cellar: {at: [34.27, 108.95]}\n", ""),
        (", cellar]", "]"),
    ),
    "vault-at-the-city": (("cellar: {at: [34.27, 108.95]}", "cellar: {at: [30.4, 120.2]}"),),
    "vault-in-the-city": (("cellar: {at: [34.27, 108.95]}", "cellar: {city: hangzhou}"),),
    "database-without-backup": (("of: [ledger-a, ledger-b]", "of: [ledger-a]"),),
    "log-not-shipped": (("    log: {ship: 15min}\n", ""),),
    "restore-of-unknown-size": (("    size: 200GiB\n", ""),),
    "names-in-one-city": (("    remote-dns: {servers: [tianfu]}\n", ""),),
    "stall-that-is-only-an-alarm": (
        (ASYNC_A[0], ASYNC_A[1].replace("tianfu: {}", "tianfu: {max_lag: 5s, on_excess: stall}")),
        ("xihu: {}", "xihu: {max_lag: 5s, on_excess: stall}"),
        ("    of: [ledger-a, ledger-b]", "    of: [ledger-b]"),
        ("  lose-all: {rpo: 15min, rto: 8h}\n", ""),
    ),
    "automatic-for-everything": (
        ("lose-all: {mode: approve, decide: 30min}", "lose-all: automatic"),
    ),
    "approve-what-happens-by-itself": (
        ("lose-site: automatic", "lose-site: {mode: approve, decide: 5s}"),
    ),
    "lag-that-only-alarms": (
        ("tianfu: {voter: true}", "tianfu: {max_lag: 5s}"),
        ("    of: [ledger-a, ledger-b]", "    of: [ledger-b]"),
        ("  lose-all: {rpo: 15min, rto: 8h}\n", ""),
    ),
    "strict-without-voters": (
        ("{mode: quorum, acks: 1}", "{mode: quorum, acks: 1, strict: true}"),
    ),
}


def refusals(text: str) -> str:
    """What is refused of a spec, one line each, without the file's name."""
    read = parse(text)
    topology = validate(read)
    found = sorted(diagnose(read, find_broken_promises(topology, forecast(topology))))
    return "".join(f"{line}\n".removeprefix(f"{read.file}:") for line in map(str, found))


def test_the_sound_spec_is_not_refused() -> None:
    """Before it is broken the spec keeps all its promises."""
    assert refusals(SOUND) == ""


@pytest.mark.parametrize("case", CASES)
def test_refusal(case: str, golden: Golden) -> None:
    """One edit, one exact list of refusals with their lines."""
    text = SOUND
    for old, new in CASES[case]:
        assert old in text, f"{case} no longer edits anything: {old}"
        text = text.replace(old, new)
    found = refusals(text)
    assert found, f"{case} is not refused"
    golden(FOLDER / f"{case}.txt", found)


def test_cases_and_files_are_the_same() -> None:
    """No golden file is left of a case that is gone."""
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(CASES)
