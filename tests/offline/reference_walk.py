"""The walk that every reference deployment must pass offline, with the README's own commands."""

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, cast
from unittest import mock

import yaml

from tests.conftest import runs
from tests.engine import SAVED_AT_THE_END
from tricenter.drills.cloud.leftovers import find_begun
from tricenter.topology.cloud_types import by_type
from tricenter.topology.cloud_types.row import Again
from tricenter.topology.placement import clouds_of

ROOT = Path(__file__).resolve().parent.parent.parent
SECRET = "4dabf18193072939515e22adb298388d"
"""How Pulumi marks a secret's value in a state."""
BUCKET_OBJECT = "gcp:storage/bucketObject:BucketObject"
SHORTEST_SECRET = 12
PUBLIC = re.compile(
    r"(?=\S*[.:/-])[a-z0-9.:/-]+$|-----BEGIN CERTIFICATE|C=[A-Z]{2},|\d{4}-\d\d-\d\dT"
)
"""What the providers mark as secret but is not: names, addresses, certificates, their dates."""
LONGEST_S = 600


class WalkError(AssertionError):
    """A command of the walk did not do what it should; the text has its last lines."""


@dataclass
class Walk:
    """One deployment in a state of its own; everything printed is kept in `logs`.

    It is of the target's reference, or of another `spec`. The engine saves its state at the end
    of a run, which halves the time of one; after each step, as it does for users, where a test is
    about what a killed run leaves.
    """

    target: str
    state: Path
    path: str = ""
    spec: Path | None = None
    saves_each_step: bool = False
    environment: dict[str, str] = field(default_factory=dict[str, str])
    logs: list[str] = field(default_factory=list[str])
    secrets: set[str] = field(default_factory=set[str])

    @property
    def stack(self) -> str:
        """The name of the stack, which no other test has."""
        return f"walk-{self.target}-{os.getpid()}"

    @property
    def settings(self) -> Path:
        """The stack's settings, where the project keeps them."""
        return ROOT / "stacks" / f"Pulumi.{self.stack}.yaml"

    def begin(self) -> None:
        """The environment of `tricenter offline env`, and a stack with the reference's settings."""
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "AWS_"))}
        path = os.pathsep.join(filter(None, (str(Path(sys.executable).parent), self.path)))
        self.environment = {
            **clean,
            "XDG_STATE_HOME": str(self.state),
            "PATH": os.pathsep.join((path, clean.get("PATH", ""))),
            **({} if self.saves_each_step else SAVED_AT_THE_END),
        }
        for line in self.tricenter("offline", "env").splitlines():
            if line.startswith("export "):
                name, _, value = line.removeprefix("export ").partition("=")
                self.environment[name] = shlex.split(value)[0] if value else ""
        self.pulumi("stack", "init", self.stack, "--no-select", stack=False)
        config = {"tricenter:spec": f"stacks/ledger-{self.target}.yaml"}
        config |= {"tricenter:target": self.target, "tricenter:profile": "drill"}
        kept: dict[str, Any] = {"config": config}
        told: dict[str, Any] = {}
        if self.settings.is_file():
            told = yaml.safe_load(self.settings.read_text(encoding="utf-8")) or {}
        if self.spec:
            kept["config"]["tricenter:spec"] = str(self.spec)
        self.settings.write_text(yaml.safe_dump(kept | told), encoding="utf-8")

    def end(self) -> None:
        """Stop the emulated clouds and forget the settings, whatever came before."""
        with suppress(WalkError):
            self.tricenter("offline", "stop")
        self.settings.unlink(missing_ok=True)

    def pulumi(self, verb: str, *flags: str, stack: bool = True) -> str:
        """What a command of Pulumi prints; WalkError when it fails."""
        named = ("--stack", self.stack) if stack else ()
        plain = ("--non-interactive", "--color", "never")
        return self._run("pulumi", verb, *flags, *named, *plain)

    def tricenter(self, *arguments: str) -> str:
        """What a command of tricenter prints; WalkError when it fails."""
        return self._run("tricenter", *arguments)

    def aws_client(self, service: str, region: str) -> Any:
        """A client of the walk's emulated AWS."""
        import boto3

        keys = {"aws_access_key_id": "offline", "aws_secret_access_key": "offline"}
        url = self.environment["AWS_ENDPOINT_URL"]
        return boto3.client(service, region_name=region, endpoint_url=url, **keys)

    def unchanged(self) -> None:
        """Neither a refresh nor an update finds anything to change."""
        for verb in ("refresh", "up"):
            self.pulumi(verb, "--yes", "--skip-preview", "--expect-no-changes")

    def learn_secrets(self) -> None:
        """Remember every secret value of the state as it is now, to look for them later.

        Google's provider calls what is in a bucket secret, which is not: it is the runbooks and
        bundles, and a place where no secret may be.
        """
        exported = self._ask("pulumi", "stack", "export", "--show-secrets", "--stack", self.stack)
        for resource in json.loads(exported)["deployment"]["resources"]:
            if resource["type"] == BUCKET_OBJECT:
                self.logs.append(json.dumps(resource))
            else:
                self.secrets |= set(_secrets_in(resource))

    def refuse_secrets_in_clear(self, *folders: Path) -> None:
        """AssertionError naming the place where a known secret stands in clear."""
        places = {f"output {number}": text for number, text in enumerate(self.logs)}
        for folder in folders:
            files = (path for path in sorted(folder.rglob("*")) if path.is_file())
            places |= {str(p): p.read_text(encoding="utf-8", errors="replace") for p in files}
        shown = [
            f"{place}: a value of {len(secret)} characters"
            for place, text in places.items()
            for secret in self.secrets
            if secret in text
        ]
        assert not shown, "; ".join(shown)

    def _run(self, *command: str) -> str:
        done = self._start(*command)
        printed = done.stdout + done.stderr
        self.logs.append(printed)
        if done.returncode:
            last = "\n".join(printed.splitlines()[-40:])
            raise WalkError(f"{' '.join(command)}: exit code {done.returncode}\n{last}")
        return done.stdout

    def _ask(self, *command: str) -> str:
        """As `_run`, for what is secret: it is kept nowhere."""
        done = self._start(*command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def _start(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            list(command),
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )


class Begin(Protocol):
    """Begins a walk on a target; `spec` and `saves_each_step` as a walk has them."""

    def __call__(
        self, target: str, *, spec: Path | None = None, saves_each_step: bool = False
    ) -> Walk: ...


def _secrets_in(data: object) -> Iterator[str]:
    """The texts inside every secret value of an exported state."""
    if isinstance(data, Mapping):
        entry = cast(Mapping[str, Any], data)
        if SECRET in entry and "plaintext" in entry:
            yield from _texts(json.loads(entry["plaintext"]))
        for value in entry.values():
            yield from _secrets_in(value)
    elif isinstance(data, list):
        for value in cast(list[object], data):
            yield from _secrets_in(value)


def _texts(value: object) -> Iterator[str]:
    """The longer texts of a value, also inside JSON that it holds; a name or address is none."""
    if isinstance(value, Mapping):
        for inner in cast(Mapping[str, object], value).values():
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in cast(list[object], value):
            yield from _texts(inner)
    elif isinstance(value, str):
        with suppress(ValueError):
            read: object = json.loads(value)
            if isinstance(read, dict | list):
                yield from _texts(cast(object, read))
                return
        # One line is enough to know a key by, and no form of quoting changes it.
        line = max(value.splitlines(), key=len, default="")
        if len(line) >= SHORTEST_SECRET and not PUBLIC.match(value):
            yield line


def walk_up(walk: Walk) -> None:
    """Preview and deploy; then nothing is left to change, for a refresh and for an update."""
    walk.pulumi("preview")
    walk.pulumi("up", "--yes", "--skip-preview")
    walk_on(walk)


def walk_on(walk: Walk) -> None:
    """What is deployed would be known after a kill, and nothing is left to change."""
    every_id_is_told(walk)
    walk.learn_secrets()
    walk.unchanged()


def leaders(walk: Walk) -> dict[str, str]:
    """Who leads what, as `tricenter status` tells."""
    told = json.loads(walk.tricenter("status", "--stack", walk.stack, "--format", "json"))
    return {entry["database"]: entry["leader"] for entry in told["databases"]}


def walk_roles(walk: Walk, remote: str) -> None:
    """Force one database to the remote site, and hand it back: nothing is left to change.

    Each verb ends with a refresh and a preview of its own, and with exit code 1 if that finds
    anything.
    """
    before = leaders(walk)
    moved = min(before)
    # Nobody offline measures a lag, so what may be lost is not known.
    forced = ("--to", remote, "--accept-loss", "unknown", "--database", moved)
    walk.tricenter("failover", *forced, "--stack", walk.stack, "--yes")
    assert leaders(walk) == before | {moved: remote}
    walk.tricenter("failback", "--stack", walk.stack, "--yes")
    assert leaders(walk) == before


def walk_drill(walk: Walk, scenario: str, records: Path) -> dict[str, Any]:
    """Rehearse a loss in a stack of its own; its record."""
    command = ["drill", "run", scenario, "--target", walk.target, "--records", str(records)]
    walk.tricenter(*command, *(("--spec", str(walk.spec)) if walk.spec else ()))
    (record,) = records.glob("*-rehearsal-*.json")
    return json.loads(record.read_text(encoding="utf-8"))


def walk_away(walk: Walk, records: Path) -> None:
    """Destroy; nothing is left in any cloud, and nowhere is a secret in clear.

    In the long run it is deployed and destroyed once more: what is gone is in nobody's way.
    """
    exported = walk.pulumi("stack", "export")
    walk.pulumi("destroy", "--yes", "--skip-preview")
    for _ in range(runs(0, 1)):
        walk.pulumi("up", "--yes", "--skip-preview")
        walk.pulumi("destroy", "--yes", "--skip-preview")
    walk.tricenter("leftovers", "--target", walk.target, "--stack", walk.stack)
    walk.tricenter("leftovers", "--target", walk.target)
    assert SECRET in exported or not walk.secrets
    # The clouds' own state is left out: there the secrets are where they belong.
    walk.refuse_secrets_in_clear(walk.state / "tricenter" / "pulumi", records)


def every_id_is_told(walk: Walk) -> None:
    """Had the run that made it been killed, each resource would be known by the id that it has."""
    deployed: dict[str, Any] = json.loads(walk.pulumi("stack", "export"))["deployment"]
    made = [one for one in deployed["resources"] if one["custom"] and ":" in one["type"]]
    operations = [{"type": "creating", "resource": one} for one in made]
    with mock.patch.dict(os.environ, walk.environment):
        begun = {
            urn: one.id
            for cloud in clouds_of(walk.target)
            for urn, one in find_begun(cloud, operations, f"ledger-{walk.stack}").items()
        }
    ids = {one["urn"]: one["id"] for one in made if one["urn"] in begun}
    assert begun == ids
    rows = {token: row for cloud in clouds_of(walk.target) for token, row in by_type(cloud).items()}
    looked_for = [one for one in made if one["type"] in rows]
    again = {one["urn"] for one in looked_for if isinstance(rows[one["type"]].known, Again)}
    forgotten = {one["urn"] for one in looked_for} - again - begun.keys()
    assert not forgotten, "\n".join(sorted(forgotten))
