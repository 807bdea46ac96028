"""`python -m tricenter.setup`: lab programs, then the Pulumi CLI, then the same check as doctor.

With `--clouds` also the language host for YAML; with `--engine-only` nothing but the Pulumi CLI, as
a pipeline needs it that previews and deploys no lab.
"""

import sys
from collections.abc import Callable

from tricenter.setup import pulumi_cli, yaml_host
from tricenter.setup.checks import examine
from tricenter.setup.packages import install_programs
from tricenter.setup.steps import Stopped, say

STEPS: tuple[Callable[[], None], ...] = (install_programs, pulumi_cli.provide)


def done(step: Callable[[], None]) -> bool:
    """Whether a step came to its end; what stopped it is told."""
    try:
        step()
    except Stopped as stopped:
        print(f"setup: cannot go on: {stopped}", file=sys.stderr)
        return False
    return True


def main() -> int:
    """Runs every step, also after one that stopped; returns 0 if nothing is missing, else 4."""
    if "--engine-only" in sys.argv[1:]:
        return 0 if done(pulumi_cli.provide) else 4
    for step in (*STEPS, *([yaml_host.provide] if "--clouds" in sys.argv[1:] else [])):
        done(step)
    missing = [finding for finding in examine() if not finding.ok]
    for finding in missing:
        kind = "not there (optional)" if finding.check.optional else "MISSING"
        say(f"{kind}: {finding.check.title}: {finding.detail}. Mend it with: {finding.mend}")
    if any(not finding.check.optional for finding in missing):
        return 4
    say('ready. Plain pulumi in this shell: eval "$(.venv/bin/tricenter env)"')
    return 0


sys.exit(main())
