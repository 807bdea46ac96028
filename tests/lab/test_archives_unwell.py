"""Archives and repositories made unwell on a real lab: what is said, and how each is closed.

The tests of one stack follow each other, as its life does.
"""

import re
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

import pytest

from tests.conftest import runs
from tests.lab.test_backups import small_spec
from tricenter.cli.app import run
from tricenter.lab.backup import asking
from tricenter.lab.deploy import deploy
from tricenter.lab.files import read_host_file
from tricenter.lab.host import power_off, power_on, run_in_host
from tricenter.lab.patroni import leader
from tricenter.lab.service import restart_service
from tricenter.lab.stack import Stack
from tricenter.lab.status import collect
from tricenter.lab.sweep import leftovers, sweep
from tricenter.lab.unit import Unit, find_kinds, plan_units
from tricenter.lab.unwell import Unwell
from tricenter.lab.waits import until
from tricenter.topology.compile import compile_plan
from tricenter.topology.plan import Plan
from tricenter.topology.render.patroni import socket_folder
from tricenter.topology.validate import load

pytestmark = [
    pytest.mark.lab, pytest.mark.long, pytest.mark.timeout(900),
    pytest.mark.xdist_group("archives"),
]  # fmt: skip

DATABASE, LEADER, HOME = "ledger-a", "binjiang", "tianfu"
REPOSITORY = "/srv/pgbackrest"
ARCHIVE = f"{REPOSITORY}/archive/{DATABASE}"
READY = 300.0
SHUTDOWN_S = 5.0
"""A server may take so long to end with its repository lost; it was over 90 s."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """A lab with one database, its plan, and shorthands."""

    stack: Stack
    plan: Plan

    def inside(self, site: str, script: str) -> str:
        """What a shell in a host says, as root."""
        return run_in_host(self.stack, site, ["sh", "-ec", script], check=True).stdout.strip()

    def sql(self, statement: str, database: str = "app") -> str:
        """The answer of the leader."""
        argv = ["psql", "-XAtq", "-h", socket_folder(DATABASE), "-d", database, "-c", statement]
        site = until(lambda: leader(self.stack, self.plan.databases[0]), READY, "a leader") or ""
        return run_in_host(self.stack, site, argv, user="postgres", check=True).stdout.strip()

    def write(self, segments: int) -> str:
        """Commit something in each of so many segments of the log; the last one's name."""
        name = ""
        for _ in range(segments):
            self.sql("INSERT INTO kept DEFAULT VALUES")
            name = self.sql("SELECT pg_walfile_name(pg_switch_wal())", "postgres")
        return name

    def archived(self, segment: str) -> bool:
        """Whether a segment is in the repository."""
        return bool(self.inside(HOME, f"find {ARCHIVE} -name '{segment}-*.lz4'"))

    def unwell(self) -> tuple[Unwell, ...]:
        """What is unwell now."""
        return collect(self.stack, self.plan).unwell

    def await_code(self, code: str, part: str = "") -> Unwell:
        """What is said under a code, once it is, with a part of the sentence."""

        def said() -> list[Unwell]:
            return [u for u in self.unwell() if u.code == code and part in u.says]

        return until(said, READY, f"{code} {part}", every=0.5)[0]

    def await_well(self) -> None:
        """Return when nothing is unwell."""
        until(lambda: not self.unwell(), READY, "a well stack", every=0.5)

    def schedule(self) -> Unit:
        """The unit that observes and mends the repository."""
        return next(unit for unit in plan_units(self.plan) if unit.kind == "schedule")

    def broken(self) -> dict[str, str]:
        """What `preview` sees of the repository."""
        return (find_kinds()["schedule"].observe(self.stack, self.schedule()) or {})["broken"]

    def mend(self) -> None:
        """What `up` does to it; afterwards nothing is left to change."""
        kind = find_kinds()["schedule"]
        kind.apply(self.stack, self.schedule())
        assert "broken" not in (kind.observe(self.stack, self.schedule()) or {})

    def backed_up(self, why: str) -> bool:
        """Whether a backup was taken for a reason other than its calendar."""
        entries = asking.journal(self.stack, HOME)
        return any(e["event"] == "end" and e["ok"] and e.get("why") == why for e in entries)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """A deployed lab with its first full backup taken and shipped; swept at the end."""
    stack = Stack(f"arc-{uuid.uuid4().hex[:6]}")
    plan = compile_plan(load(small_spec(tmp_path_factory.mktemp("spec"))))
    made = Deployed(stack=stack, plan=plan)
    stack.create(kind="drill")
    try:
        deploy(stack, plan)
        assert made.await_code("backup-missing").mends == "itself"
        shipped = ("end", True, "ship")
        until(
            lambda: any(
                (e["event"], e.get("ok"), e.get("kind")) == shipped
                for e in asking.journal(stack, HOME)
            ),
            READY, "the first shipment", every=0.5,
        )  # fmt: skip
        made.sql("CREATE TABLE kept (at timestamptz DEFAULT clock_timestamp())")
        made.await_well()
        yield made
    finally:
        sweep(stack.id)
        assert leftovers(stack.id) == ()


@pytest.fixture
def command(
    lab: Deployed, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run a verb on the stack: its exit code, and what it wrote."""

    def run_verb(*argv: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run([*argv, "--stack", lab.stack.id])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run_verb


def test_failing_archiving_is_said_and_its_gap_is_closed(
    lab: Deployed, command: Callable[..., tuple[int, str, str]]
) -> None:
    """Refused, dropped, and let in again: each is said, and a backup of its own closes the gap."""
    kept = lab.sql("SELECT count(*) FROM kept")
    assert kept == "0"
    queue = lab.inside(LEADER, f"grep push-queue-max /srv/etc/pgbackrest/{DATABASE}.conf")
    holds = int(re.findall(r"\d+", queue)[0]) // 16
    lab.write(1)
    lab.inside(HOME, f"chown -R root {ARCHIVE}/*-1 && chmod -R go-w {ARCHIVE}/*-1")
    lab.write(2)
    said = lab.await_code("archiving-fails", "Permission denied")
    assert said.next is not None
    assert {b.measure for b in said.breaks} == {"archive"}
    code, out, _ = command("backups")
    assert code == 1
    assert "segments wait" in out

    # What comes after the drop waits: there may be some where the drop was faster than this.
    lab.write(holds + 1)
    lab.await_code("log-has-gap", "dropped")
    lab.inside(HOME, f"chown -R postgres {ARCHIVE}/*-1")
    lab.write(2)
    newest = datetime.fromisoformat(lab.sql("SELECT to_json(max(at))#>>'{}' FROM kept"))
    if not lab.backed_up("a gap in the log"):
        code, _, err = command("restore", "--database", DATABASE, "--format", "json")
        assert code == 0
        assert "has a gap" in err or lab.backed_up("a gap in the log")
    until(lambda: lab.backed_up("a gap in the log"), READY, "a backup after the gap", every=0.5)
    lab.await_well()
    code, out, err = command("restore", "--database", DATABASE, "--format", "json")
    assert (code, err) == (0, "")
    recovered = re.search(r'"recovered": "([^"]+)"', out)
    assert recovered is None or datetime.fromisoformat(recovered[1]) >= newest


def test_a_segment_with_another_content_is_set_aside(lab: Deployed) -> None:
    """It is named; `up` moves it away, and deletes nothing; a full backup follows."""
    # At the very beginning of a segment PostgreSQL names the one before.
    lab.sql("INSERT INTO kept DEFAULT VALUES")
    current = lab.sql("SELECT pg_walfile_name(pg_current_wal_lsn())", "postgres")
    stranger = lab.inside(
        HOME,
        f"f=$(find {ARCHIVE} -name '*.lz4' | grep -E '/[0-9A-F]{{24}}-' | sort | tail -1); "
        f't=$(dirname "$f")/{current}-{"0" * 40}.lz4; cp -p "$f" "$t"; sha256sum < "$t"',
    )
    lab.write(3)
    said = lab.await_code("archiving-stuck-on-duplicate")
    assert current in said.says
    assert (said.next, said.mends) == ("tricenter up", "up")
    assert current in lab.broken()[DATABASE]
    lab.mend()
    assert lab.archived(current)
    kept = f"find {REPOSITORY}/aside -name '{current}-*' -exec sha256sum {{}} +"
    assert stranger.split()[0] in lab.inside(HOME, kept)
    until(lambda: lab.backed_up("segments were set aside"), READY, "a full backup", every=0.5)
    lab.await_well()


@pytest.mark.parametrize("kind", ["archive", "backup"])
def test_what_is_damaged_comes_back_from_the_vault(
    lab: Deployed, command: Callable[..., tuple[int, str, str]], kind: str
) -> None:
    """It is said, also by `restore`, which names the vault; `up` puts back what describes it."""
    files = f"{kind}.info {kind}.info.copy"
    folder = f"{REPOSITORY}/{kind}/{DATABASE}"
    lab.inside(HOME, f"cd {folder}; for f in {files}; do head -c 60 /dev/urandom > $f; done")
    said = lab.await_code("repository-unreadable")
    assert f"{kind}.info" in said.says
    assert said.next == "tricenter up"
    code, _, err = command("restore", "--database", DATABASE)
    assert code == 1
    assert "--from cold-vault" in err
    code, out, _ = command("backups")
    assert code == 1
    assert f"{kind}.info" in out
    assert "unreadable" in lab.broken()[DATABASE]
    lab.mend()
    lab.await_well()
    assert command("restore", "--database", DATABASE)[0] == 0


def test_a_removed_repository_is_made_anew(
    lab: Deployed, command: Callable[..., tuple[int, str, str]]
) -> None:
    """It is said, and the scheduler makes it and takes its first backup by itself."""
    lab.inside(HOME, f"rm -rf {REPOSITORY}")
    code, _, err = command("restore", "--database", DATABASE)
    assert code == 1
    assert "--from cold-vault" in err
    assert lab.await_code("repository-missing").mends == "itself"
    until(lambda: lab.backed_up("no backup in the repository"), READY, "a backup", every=0.5)
    segment = lab.write(1)
    until(lambda: lab.archived(segment), READY, "the archiving of a segment", every=0.5)
    lab.await_well()


def test_no_shutdown_waits_for_a_lost_repository(lab: Deployed) -> None:
    """With segments that cannot be archived, the server ends at once, again and again."""
    path = f"/srv/log/database-{DATABASE}.log"
    for _ in range(runs(1, 3)):
        power_off(lab.stack, HOME)
        lab.write(2)
        before = len(read_host_file(lab.stack, LEADER, path) or b"")
        restart_service(lab.stack, LEADER, f"database-{DATABASE}")

        def lines(before: int = before) -> list[str]:
            said = (read_host_file(lab.stack, LEADER, path) or b"")[before:].decode()
            return said.splitlines()

        ended = until(
            lambda: [at for at in lines() if "database system is shut down" in at], 60.0, "its end"
        )
        begun = [at for at in lines() if "received fast shutdown request" in at]
        took = (_moment(ended[0]) - _moment(begun[0])).total_seconds()
        assert took < SHUTDOWN_S
        power_on(lab.stack, HOME)
        lab.await_well()


def _moment(line: str) -> datetime:
    return datetime.fromisoformat(line[:23])
