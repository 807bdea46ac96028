"""`python -m tricenter.setup`: all steps, beside each other where they can, then doctor's checks.

With `--clouds` also the cloud SDKs, the language host for YAML and validators of others; with
`--engine-only` nothing but Python and the Pulumi CLI, as a pipeline needs it that previews and
deploys no lab; with `--python-only` nothing but Python. A step of its own is `--step NAME`.
"""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tricenter.setup import cloud_init, judges, pulumi_cli, requirements, yaml_host
from tricenter.setup.alone import alone
from tricenter.setup.checks import examine
from tricenter.setup.packages import install_programs
from tricenter.setup.side_by_side import Step, handled, interrupt, run
from tricenter.setup.steps import Stopped, say

INCOMPLETE = 4
INTERRUPTED = 130  # what a shell reports for an interrupted program
PYTHON, PROGRAMS, CLI, YAML = "python", "lab programs", "pulumi CLI", "YAML host"
JUDGES = "validators"


def main(arguments: Sequence[str]) -> int:
    """All steps, or the one that is named; returns 0 if nothing is missing, else 4."""
    try:
        if arguments[:1] == ["--step"]:
            with handled(interrupt):
                return perform(arguments[1], clouds="--clouds" in arguments)
        with alone(Path(sys.prefix)):
            return everything(set(arguments))
    except KeyboardInterrupt:
        print("setup: interrupted", file=sys.stderr)
        return INTERRUPTED


def perform(name: str, *, clouds: bool) -> int:
    """One step; what stops it is told."""
    parts: dict[str, tuple[Callable[[], None], ...]] = {
        PYTHON: (
            requirements.install_locked,
            *([requirements.install_clouds] if clouds else []),
            requirements.install_project,
        ),
        PROGRAMS: (install_programs,),
        CLI: (pulumi_cli.provide,),
        YAML: (yaml_host.provide,),
        JUDGES: (judges.provide, cloud_init.provide),
    }
    try:
        for part in parts[name]:
            part()
    except Stopped as stopped:
        print(f"setup: cannot go on: {stopped}", file=sys.stderr)
        return INCOMPLETE
    return 0


def everything(flags: set[str]) -> int:
    """What the flags ask for, then what is still missing."""
    python, cli = step(PYTHON, flags, needed=True), step(CLI, flags)
    # Packages half installed would have to be mended by hand.
    programs = step(PROGRAMS, flags, whole=True)
    if "--python-only" in flags:
        return INCOMPLETE if run([[python]]) else 0
    if "--engine-only" in flags:
        return INCOMPLETE if run([[python], [step(CLI, flags, needed=True)]]) else 0
    # One build after the other: what both compile the second one finds.
    builds = [cli, step(YAML, flags)] if "--clouds" in flags else [cli]
    # npm may be one of the programs.
    fetched = [programs, step(JUDGES, flags)] if "--clouds" in flags else [programs]
    failed = run([builds, [python], fetched])
    # An engine that was there before may be one that was not to be used any more.
    return INCOMPLETE if PYTHON in failed else report(ready=CLI not in failed)


def step(name: str, flags: set[str], *, needed: bool = False, whole: bool = False) -> Step:
    """A step as a command of its own."""
    command = [sys.executable, "-P", "-m", "tricenter.setup", "--step", name]
    if "--clouds" in flags:
        command.append("--clouds")
    return Step(name=name, command=command, needed=needed, whole=whole)


def report(*, ready: bool) -> int:
    """Tells what is missing; returns 4 where something is that is needed, or all was not well."""
    missing = [finding for finding in examine() if not finding.ok]
    for finding in missing:
        kind = "not there (optional)" if finding.check.optional else "MISSING"
        say(f"{kind}: {finding.check.title}: {finding.detail}. Mend it with: {finding.mend}")
    if not ready or any(not finding.check.optional for finding in missing):
        return INCOMPLETE
    say('ready. Plain pulumi in this shell: eval "$(.venv/bin/tricenter env)"')
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
