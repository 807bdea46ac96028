"""Single points of failure as `status` finds them: disks, links, certificates, second servers."""

import errno
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509

from tricenter.lab import certificates
from tricenter.lab.certificates import fault_of
from tricenter.lab.errors import LabError
from tricenter.lab.files import write_host_file
from tricenter.lab.network.probe import ECHOES, checksum, echo
from tricenter.lab.observed import SECOND, UNLED, DatabaseStatus
from tricenter.lab.patroni import MemberState
from tricenter.lab.secrets import ca, host_certificate
from tricenter.lab.services.nameserver import IN_FORCE, zone_word
from tricenter.lab.stack import Stack
from tricenter.lab.status import member_status
from tricenter.lab.unwell.kinds import certificates as certificates_kind
from tricenter.lab.unwell.kinds.disks import Disk, judged, largest_folder, room_of_image
from tricenter.lab.unwell.kinds.links import can_lose_one
from tricenter.lab.unwell.kinds.links import judged as judged_links
from tricenter.lab.unwell.kinds.seconds import second
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.validate import load

THREE = ("binjiang", "tianfu", "xihu")
NOW = datetime.now(UTC)


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan of the example."""
    return compile_plan(load(Path(__file__).parent.parent / "stacks/ledger.yaml"))


def carried(**lost: int) -> dict[tuple[str, str], int]:
    """What arrives in a lab of three where `a__b` is how many packets of a do not reach b."""
    counts = {(a, b): ECHOES for a in THREE for b in THREE if a != b}
    return counts | {tuple(p.split("__")): ECHOES - n for p, n in lost.items()}  # pyright: ignore


def links(counts: dict[tuple[str, str], int], *fenced: str) -> list[tuple[str, str, int]]:
    """Code, place and number of broken promises of what is said."""
    found = judged_links(counts, set(fenced), frozenset(THREE), len(THREE))
    return [(entry.code, entry.where, len(entry.breaks)) for entry in found]


def test_each_direction_of_a_link_is_named() -> None:
    """A one-way cut is not a cut of both; one packet lost is chance; a lossy link says so."""
    assert links(carried()) == []
    assert links(carried(binjiang__xihu=ECHOES)) == [("link-cut", "binjiang>xihu", 1)]
    assert links(carried(binjiang__xihu=1)) == []
    assert links(carried(xihu__tianfu=8)) == [("link-lossy", "xihu>tianfu", 0)]


def test_a_host_that_hears_nobody_is_one_thing() -> None:
    """Four cut directions have one cause; a fence is told from a cut, and has its own way back."""
    alone = {f"{a}__{b}": ECHOES for a in THREE for b in THREE if a != b and "xihu" in (a, b)}
    assert links(carried(**alone)) == [("link-cut", "xihu", 1)]
    assert links(carried(**alone), "xihu") == [("fenced", "xihu", 1)]
    two = {f"{a}__{b}": ECHOES for a in THREE for b in THREE if a != b}
    found = links(carried(**two), "xihu", "tianfu")
    assert found == [("fenced", "tianfu", 1), ("fenced", "xihu", 1)]
    pair = {("binjiang", "xihu"): 0, ("xihu", "binjiang"): 0}
    assert [where for _, where, _ in links(pair)] == ["binjiang>xihu", "xihu>binjiang"]


def test_a_cut_counts_where_the_next_loss_finds_no_majority() -> None:
    """Of three voices each pair may be all that is left; five have a way around one cut."""
    cut = {("binjiang", "xihu")}
    assert not can_lose_one(frozenset(THREE), cut, 3)
    assert can_lose_one(frozenset((*THREE, "one", "two")), cut, 5)
    assert can_lose_one(frozenset(THREE), set(), 3)
    assert not can_lose_one(frozenset(), set(), 3)


def test_an_echo_request_has_its_checksum() -> None:
    """A kernel drops a packet whose sum is wrong."""
    assert checksum(echo(0xBEEF, 7)) == 0
    assert len(echo(1, 2)) == 8


@pytest.mark.parametrize(
    ("free", "code", "breaks"),
    [
        (0, "disk-full", ["failover", "archive"]),
        (3, "disk-full", ["failover", "archive"]),
        (5, "disk-nearly-full", []),
    ],
)
def test_a_disk_is_full_or_nearly(free: int, code: str, breaks: list[str]) -> None:
    """At 97 % it is called full, and breaks what needs this host; the largest folder is named."""
    disk = Disk(hosts=("xihu",), size=100 << 20, free=free << 20, largest=("/srv/pg/a", 50 << 20))
    found = judged(disk, keeps=True, spare=False)
    assert (found.code, [b.measure for b in found.breaks]) == (code, breaks)
    assert "/srv/pg/a (50 MiB)" in found.says
    assert judged(disk, keeps=False, spare=True).breaks == ()


def test_the_largest_folder_is_found(tmp_path: Path) -> None:
    """Two levels below /srv, as the host names it; a large file there is named itself."""
    for name, size in (("pg/a/base/1", 20), ("pg/b/base/1", 50), ("junk", 90)):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * (size << 12))
    assert (largest_folder(tmp_path) or ("", 0))[0] == "/srv/junk"
    (tmp_path / "junk").unlink()
    assert (largest_folder(tmp_path) or ("", 0))[0] == "/srv/pg/b"


def test_a_full_disk_does_not_end_the_supervisor() -> None:
    """What it cannot write into its log is lost, and the service is planned again."""
    code = (
        "from tricenter.lab.supervised import Service\n"
        "s = Service({'name': 'x', 'argv': ['x']}, '/srv/log', '/run')\n"
        "s.fail(0.0, 'exit code 1')\n"
        "raise SystemExit(0 if s.state == 'backoff' else 3)\n"
    )
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([sys.executable, "-c", code], stderr=full, check=False)
    assert done.returncode == 0


@pytest.fixture
def stack(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stack:
    """A stack without hosts."""
    monkeypatch.setenv("TRICENTER_LAB_HOME", str(tmp_path / "lab"))
    found = Stack("one")
    found.create(network="loopback")
    return found


def test_each_fault_of_a_certificate_has_its_word(stack: Stack) -> None:
    """Missing, unreadable, with another's key, of another authority, expired, or soon to be."""
    pair, other = host_certificate(stack, "xihu"), host_certificate(stack, "tianfu")
    held, key, issuer = pair.certificate.read_bytes(), pair.key.read_bytes(), ca(stack).read_bytes()
    ends = x509.load_pem_x509_certificate(held).not_valid_after_utc
    stranger = Stack("two")
    stranger.create(network="loopback")
    for arguments, word in (
        ((held, key, issuer, NOW), None),
        ((None, key, issuer, NOW), "missing"),
        ((held, None, issuer, NOW), "missing"),
        ((b"garbage", key, issuer, NOW), "unreadable"),
        ((held, b"garbage", issuer, NOW), "unreadable"),
        ((held, other.key.read_bytes(), issuer, NOW), "key-differs"),
        ((held, key, ca(stranger).read_bytes(), NOW), "foreign"),
        ((held, key, None, NOW), "foreign"),
        ((held, key, issuer, ends - timedelta(days=29)), "expires"),
        ((held, key, issuer, ends), "expired"),
    ):
        found = fault_of(*arguments)
        assert (found.word if found else None) == word
        if found:
            said = certificates_kind.judged("xihu", found, spare=False)
            assert said.code == f"certificate-{word}"
            assert len(said.breaks) == (word != "expires")


@pytest.mark.parametrize("damage", [b"garbage", b"", None])
def test_a_damaged_certificate_is_made_anew(stack: Stack, damage: bytes | None) -> None:
    """What the stack keeps of a host, or of its authority, is mended by asking for it."""
    for of in ("ca", "host-xihu"):
        for end in ("crt", "key"):
            host_certificate(stack, "xihu")
            path = stack.path / "secrets" / f"{of}.{end}"
            path.write_bytes(damage) if damage is not None else path.unlink()
            pair, issuer = host_certificate(stack, "xihu"), ca(stack).read_bytes()
            held, key = pair.certificate.read_bytes(), pair.key.read_bytes()
            assert fault_of(held, key, issuer, NOW) is None


def test_what_expires_soon_is_made_anew(stack: Stack, monkeypatch: pytest.MonkeyPatch) -> None:
    """`status` names it from the same day on."""
    usual = certificates.VALID
    monkeypatch.setattr(certificates, "VALID", certificates.RENEWED - timedelta(hours=1))
    short = host_certificate(stack, "xihu").certificate.read_bytes()
    monkeypatch.setattr(certificates, "VALID", usual)
    assert host_certificate(stack, "xihu").certificate.read_bytes() != short


def test_a_hosts_certificate_ends_long_before_its_authority(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A key that was lost is of no use after a year; none outlives who signed it."""
    held = x509.load_pem_x509_certificate(host_certificate(stack, "xihu").certificate.read_bytes())
    issuer = x509.load_pem_x509_certificate(ca(stack).read_bytes())
    left = held.not_valid_after_utc - datetime.now(UTC)
    assert certificates.RENEWED * 2 < left <= timedelta(days=397)
    assert held.not_valid_after_utc < issuer.not_valid_after_utc
    monkeypatch.setattr(certificates, "VALID", certificates.AUTHORITY_VALID * 2)
    longest = host_certificate(stack, "binjiang").certificate.read_bytes()
    assert x509.load_pem_x509_certificate(longest).not_valid_after_utc == issuer.not_valid_after_utc


def state(site: str, **known: object) -> MemberState:
    """A leader as it says of itself."""
    usual: dict[str, object] = {
        "site": site, "state": "running", "leads": True, "streams": False, "timeline": 2,
        "position": 100, "sync": None,
    }  # fmt: skip
    return MemberState(**{**usual, **known})  # pyright: ignore[reportArgumentType]


def test_only_who_holds_the_lease_is_shown_as_leader() -> None:
    """An isolated old leader is a second server; without any leader it has no lease."""
    new, old = state("xihu"), state("binjiang", timeline=1)
    assert member_status("xihu", new, "xihu", new).role == "leader"
    assert member_status("binjiang", old, "xihu", new).role == SECOND
    assert member_status("binjiang", old, None, None).role == UNLED
    assert member_status("binjiang", replace(old, leads=False), "xihu", new).role == "replica"


def test_a_leader_that_hands_over_is_not_said_to_lag() -> None:
    """While it stops nobody leads, and that is said; a replica that stops is said itself."""
    stopping = state("binjiang", state="stopping")
    assert member_status("binjiang", stopping, None, None).settled
    assert not member_status("binjiang", replace(stopping, leads=False), None, None).settled


def test_a_second_server_says_what_it_means(plan: Plan) -> None:
    """Commits there wait for nobody only where the database is asynchronous."""
    planned = plan.databases[0]
    member = member_status("binjiang", state("binjiang"), "xihu", state("xihu"))
    status = DatabaseStatus(name=planned.name, leader="xihu", members=(member,))
    found = second(planned, status, member, silent=False)
    assert (found.code, found.where, found.next) == (
        "second-server", f"{planned.name}/binjiang", None,
    )  # fmt: skip
    assert "their commits wait" in found.says
    assert found.breaks == ()
    alone = second(replace(planned, mode="async"), status, member, silent=True)
    assert "are lost later" in alone.says
    assert [b.measure for b in alone.breaks] == ["commits"]
    assert alone.next == f"tricenter service binjiang restart database-{planned.name}"


ZONE = "a.example: \n\t Status: {}\n\t Internal ID: 1\n\t On-disk file: /srv/etc/pdns/zone ({})\n"


@pytest.mark.parametrize(
    ("said", "word"),
    [
        (ZONE.format("parsed into memory at 2026-11-30 08:08:15 +0000", 1700), IN_FORCE),
        (ZONE.format("parsed into memory at 2026-11-30 08:08:15 +0000", 1600), "of another file"),
        (ZONE.format("error at 2026-11-30 08:08:15 +0000 parsing", 1700), "not loaded"),
        ("a.example no such domain\n", "not loaded"),
        ("", "no answer"),
    ],
)
def test_the_zone_in_force_is_the_one_of_the_file(said: str, word: str) -> None:
    """A file that was changed and put back, with the server loading what was between, differs."""
    assert zone_word(said, 1700) == word


def test_a_vault_is_measured_without_a_mount(tmp_path: Path) -> None:
    """Its superblock says what is free; a folder or a file that is none says nothing."""
    image = tmp_path / "vault.img"
    with image.open("wb") as file:
        file.truncate(32 << 20)
    subprocess.run(["mkfs.ext4", "-q", "-F", "-m", "0", str(image)], check=True)
    size, free = room_of_image(image)
    assert size == 32 << 20
    assert 20 << 20 < free < size
    image.write_bytes(b"x" * 4096)
    assert room_of_image(image) == room_of_image(tmp_path) == (0, 0)
    full = judged(Disk(hosts=("cold-vault",), size=100, free=1, vault=True), keeps=True, spare=True)
    assert (full.code, full.next) == ("disk-full", "tricenter backups")
    assert [b.measure for b in full.breaks] == ["archive"]


def test_a_full_disk_is_named_where_a_file_cannot_be_written(
    stack: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`up` says which host has no room, and what to run, not a number of the system's."""

    def no_room(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("tricenter.lab.files.replace_file_in", no_room)
    with pytest.raises(LabError, match="the disk of xihu is full, and /srv/etc/x cannot be"):
        write_host_file(stack, "xihu", "/srv/etc/x", b"y")
