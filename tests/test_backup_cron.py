"""What cron runs for backups on a machine of a cloud, by a real shell; its pgBackRest fails."""

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tricenter.topology.addresses import readdress
from tricenter.topology.compile import compile_plan
from tricenter.topology.render import cloud_init
from tricenter.topology.validate import load

ROOT = Path(__file__).parent.parent
FAKE = """#!/bin/sh
echo "$*" >> asked
case "$*" in
    *backup) n=$(grep -c "backup$" asked); test "$n" -gt "$FAILS" ;;
esac
"""


def lines(what: str) -> list[str]:
    """The commands of cron that have some words, without their times and their user."""
    plan = readdress(compile_plan(load(ROOT / "stacks/ledger.yaml"), "aws"))
    found: list[str] = []
    for host in plan.hosts:
        told = yaml.safe_load(cloud_init.user_data(plan, host, "ledger-dev"))
        for file in told["write_files"]:
            if file["path"] == "/etc/cron.d/tricenter-backup":
                found += [one for one in file["content"].splitlines() if what in one]
    return [line.split(None, 6)[6] for line in found]


def run(folder: Path, command: str, fails: int) -> list[str]:
    """What pgBackRest is asked by a command of cron, its first backups failing."""
    for name, text in {"pgbackrest": FAKE, "sleep": "#!/bin/sh\necho sleep $1 >> asked\n"}.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "FAILS": str(fails)}
    subprocess.run(["/bin/sh", "-c", command], cwd=folder, env=environment, check=False)
    return [
        line.split()[-1] for line in (folder / "asked").read_text(encoding="utf-8").splitlines()
    ]


PAUSE = str(cloud_init.BACKUP_AGAIN_S)


@pytest.mark.parametrize(
    ("fails", "asked"),
    [
        (0, ["backup", "expire"]),
        (1, ["backup", PAUSE, "backup", "expire"]),
        (3, ["backup", PAUSE, "backup", PAUSE, "backup", PAUSE]),
    ],
)
def test_a_full_backup_that_fails_is_tried_again(
    tmp_path: Path, fails: int, asked: list[str]
) -> None:
    """Twice, and nothing expires before one is there."""
    found = lines("--type=full")
    assert found
    assert run(tmp_path, found[0], fails) == asked


@pytest.mark.parametrize(("fails", "asked"), [(0, ["backup"]), (1, ["backup", PAUSE, "backup"])])
def test_an_incremental_backup_that_fails_is_tried_again(
    tmp_path: Path, fails: int, asked: list[str]
) -> None:
    """As a full one; it lets nothing expire."""
    found = lines("--type=incr")
    assert found
    assert run(tmp_path, found[0], fails) == asked


def test_cron_takes_the_lines() -> None:
    """Debian's cron cuts no command that is shorter than this, and `%` would end one."""
    for line in lines("pgbackrest"):
        assert len(line) < 1000 and "%" not in line
