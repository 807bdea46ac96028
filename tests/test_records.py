"""Records of drills that count and that do not: an attacker who may write a file writes one."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.kept_records import keep, record_data
from tests.rule_examples import TODAY, spec_text
from tricenter.policies.gather import gather
from tricenter.policies.judge import judge
from tricenter.policies.records.kept import LARGEST
from tricenter.policies.records.signature import NAMESPACE, SignatureError, signer_of
from tricenter.topology import document
from tricenter.topology.compile import digest
from tricenter.topology.spec import Topology
from tricenter.topology.validate import validate

SIX = {
    "schema": "tricenter/drill-record/v1",
    "scenario": "lose-site:binjiang",
    "topology": "ledger",
    "ended": f"{TODAY}T10:00:00+00:00",
    "verdict": "pass",
    "digest": "0" * 12,
}
"""What was believed: six keys that anybody can write."""
LATER = TODAY + timedelta(days=1)


def topology(piece: str = "{}") -> Topology:
    """The example with a piece merged into it."""
    return validate(document.parse(spec_text(piece)))


def whole(**changed: Any) -> dict[str, Any]:
    """A record that counts, with what a test changes."""
    return record_data("lose-site:binjiang", TODAY, "pass", digest(topology())) | changed


def drilled(root: Path, piece: str = "{}", today: date = TODAY) -> list[str]:
    """Where the rule about the drills of a site's loss stands."""
    facts = gather(topology(piece), "lab", today, root=root)
    return [v.standing for v in judge(facts) if v.rule.id == "drill-age-special"]


def why(root: Path, piece: str = "{}") -> str:
    """Why the records of a folder do not count; empty where they do."""
    return "; ".join(one.why for one in gather(topology(piece), "lab", TODAY, root=root).refused)


def without(key: str) -> dict[str, Any]:
    """A record that lacks a key."""
    data = whole()
    del data[key]
    return data


def test_a_whole_record_counts(tmp_path: Path) -> None:
    """As a drill wrote it, until its class's age is over."""
    keep(tmp_path / "records", whole())
    assert drilled(tmp_path) == [] and why(tmp_path) == ""
    assert drilled(tmp_path, today=TODAY + timedelta(days=400)) == ["violation"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(SIX, "run: Field required", id="six-keys"),
        pytest.param(whole(ended=f"{LATER}T00:00:01+00:00"), "which is to come", id="to-come"),
        pytest.param(whole(ended=f"{TODAY}T10:00:00"), "no time zone", id="no-zone"),
        pytest.param(whole(ended="2026-01-01T00:00:00Z"), "ends before it starts", id="backwards"),
        pytest.param(whole(digest="0"), "digest: ", id="digest"),
        pytest.param(without("digest"), "digest: Field required", id="no-digest"),
        pytest.param(whole(verdict="great"), "verdict: ", id="verdict"),
        pytest.param(
            record_data("lose-site:binjiang", TODAY, "fail", "0" * 12) | {"verdict": "pass"},
            "its checks say something else",
            id="verdict-of-no-check",
        ),
        pytest.param(whole(checks=[]), "its checks say something else", id="no-checks"),
        pytest.param(whole(more=1), "more: ", id="unknown-key"),
        pytest.param([SIX], "no JSON object", id="list"),
    ],
)
def test_what_nobody_drilled_is_not_believed(data: Any, said: str, tmp_path: Path) -> None:
    """The rule stays unkept, and says of the file why it does not count."""
    keep(tmp_path / "records", data)
    assert drilled(tmp_path) == ["unknown"]
    assert said in why(tmp_path)
    facts = gather(topology(), "lab", TODAY, root=tmp_path)
    told = [v.finding.message for v in judge(facts) if v.rule.id == "drill-age-special"]
    assert "drill.json" in told[0] and said in told[0]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(lambda path: path.write_text("[" * 200_000), "no JSON", id="deep"),
        pytest.param(lambda path: path.symlink_to("/dev/zero"), "no ordinary file", id="zero"),
        pytest.param(os.mkfifo, "no ordinary file", id="pipe"),
        pytest.param(lambda path: path.mkdir(), "no ordinary file", id="folder"),
        pytest.param(lambda path: path.symlink_to("/nowhere"), "cannot be read", id="dangling"),
        pytest.param(lambda path: path.write_bytes(b"\xff\xfe"), "no JSON", id="bytes"),
        pytest.param(lambda path: os.truncate(path.open("w").name, LARGEST + 1), "larger than",
                     id="large"),
    ],
)  # fmt: skip
def test_what_is_no_file_of_ours_ends_nothing(
    make: Callable[[Path], Any], said: str, tmp_path: Path
) -> None:
    """Neither the program's memory nor its time, and the other records still count."""
    records = tmp_path / "records"
    keep(records, whole(), "a.json")
    make(records / "b.json")
    assert drilled(tmp_path) == []
    assert said in why(tmp_path)


def test_what_belongs_to_others_is_passed_over(tmp_path: Path) -> None:
    """Other topologies' records, other programs' files."""
    keep(tmp_path / "records", whole(topology="books"), "a.json")
    keep(tmp_path / "records", {"schema": "acme/v1"}, "b.json")
    assert drilled(tmp_path) == ["unknown"] and why(tmp_path) == ""


def test_records_of_this_very_spec_where_that_is_asked(tmp_path: Path) -> None:
    """An edited spec needs a drill of its own then."""
    asked, edited = "drills: {same_spec: true}", "drills: {same_spec: true}\ntiming: {ttl: 30s}"
    keep(tmp_path / "records", whole())
    assert drilled(tmp_path, asked) == []
    assert drilled(tmp_path, "timing: {ttl: 30s}") == []
    assert drilled(tmp_path, edited) == ["unknown"]
    assert "another spec was drilled" in why(tmp_path, edited)


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key of OpenSSH's own making."""
    if shutil.which("ssh-keygen") is None:
        pytest.skip("skipped: no ssh-keygen")
    path = tmp_path_factory.mktemp("key") / "auditor"
    command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "auditor", "-f", str(path)]
    subprocess.run(command, check=True)
    return path


def sign(key: Path, path: Path, namespace: str = NAMESPACE.decode()) -> str:
    """The signature that ssh-keygen puts beside a file."""
    signature = path.with_name(f"{path.name}.sig")
    signature.unlink(missing_ok=True)
    command = ["ssh-keygen", "-q", "-Y", "sign", "-f", str(key), "-n", namespace, str(path)]
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, capture_output=True)
    return signature.read_text()


def asking(key: Path) -> str:
    """The piece of a spec by which only what a key signed counts."""
    public = key.with_suffix(".pub").read_text().strip()
    return json.dumps({"drills": {"signers": [public]}})


def test_only_what_was_signed_counts_where_keys_are_named(key: Path, tmp_path: Path) -> None:
    """As ssh-keygen signs; without a signature, or changed afterwards, a record does not count."""
    path = keep(tmp_path / "records", whole())
    assert drilled(tmp_path, asking(key)) == ["unknown"]
    assert "it is not signed" in why(tmp_path, asking(key))
    sign(key, path)
    assert drilled(tmp_path, asking(key)) == []
    (fact,) = gather(topology(asking(key)), "lab", TODAY, root=tmp_path).drills
    assert fact.signer is not None and fact.signer.endswith(" auditor")
    path.write_text(path.read_text().replace("2 processors", "9 processors"), encoding="utf-8")
    assert drilled(tmp_path, asking(key)) == ["unknown"]
    assert "it was changed" in why(tmp_path, asking(key))


def test_a_signature_of_another_key_or_purpose_is_none(key: Path, tmp_path: Path) -> None:
    """Nor is one that was cut, or of which a byte was changed."""
    path = keep(tmp_path / "records", whole())
    other = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(other)], check=True)
    sign(other, path)
    assert "by nobody" in why(tmp_path, asking(key))
    sign(key, path, "file")
    assert "is not for" in why(tmp_path, asking(key))
    good, content = sign(key, path), path.read_bytes()
    signers = [key.with_suffix(".pub").read_text().strip()]
    assert signer_of(content, good, signers) == signers[0]
    lines = good.splitlines()
    for bad in ("", "x", "\n".join(lines[:2]), good.replace(lines[3][:8], "AAAAAAAA"),
                "\n".join([lines[0], lines[1], lines[-1]]), lines[0] + lines[-1]):  # fmt: skip
        with pytest.raises(SignatureError):
            signer_of(content, bad, signers)


def test_an_rsa_key_cannot_be_named() -> None:
    """The model refuses what could not be verified."""
    from tricenter.topology.errors import SpecError

    with pytest.raises(SpecError):
        topology('drills: {signers: ["ssh-rsa AAAAB3NzaC1yc2E= who"]}')
