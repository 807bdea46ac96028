"""A preview with the policy pack and without it: `python -P benchmarks/pack.py`.

Some 300 resources of AWS on the emulated cloud, in turn: without a pack, with ours, and with a pack
of Pulumi's SDK that has as many policies, which judge nothing: what the SDK needs to unpack each
resource once for each policy is why ours answers the engine itself.
"""

import json
import os
import resource
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from tricenter.offline.session import environment, start, stop
from tricenter.setup.toolchain import pulumi_environment

ROOT = Path(__file__).resolve().parents[1]
PREVIEW = runpy.run_path(str(Path(__file__).with_name("preview.py")))
ROUNDS = 3
TIMES = 3
"""How many times the databases of the reference spec: some 290 resources."""
MOST_S = 1.5
IN_THE_SDK = '''"""As many policies as tricenter's, in the SDK's own service; they judge nothing."""

from pulumi_policy import PolicyPack

from tricenter.policies.pack.catalog import find_policies

PolicyPack(
    "sdk",
    [
        type(one)(name=one.name, description=one.description, validate=lambda args, report: None)
        for one in find_policies()
    ],
)
'''


def previewed(folder: Path, variables: Mapping[str, str], *flags: str) -> tuple[float, float, int]:
    """Seconds of one `pulumi preview`, those of processors, and of how many resources it was."""
    begun, busy = time.perf_counter(), processors()
    done = subprocess.run(
        ["pulumi", "preview", "--stack", folder.name, "--non-interactive", "--json", *flags],
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    took, busy = time.perf_counter() - begun, processors() - busy
    if done.returncode:
        sys.exit(done.stdout[-3000:] + done.stderr[-2000:])
    return took, busy, len(json.loads(done.stdout)["steps"])


def processors() -> float:
    """Seconds that processes started from here have computed: engine, program, plugins, pack."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def packs(home: Path) -> dict[str, tuple[str, ...]]:
    """The flags of each way; violations must not end a preview that is measured."""
    advisory = home / "advisory.json"
    advisory.write_text(json.dumps({"all": "advisory"}))
    told = ("--policy-pack-config", str(advisory))
    sdk = home / "sdk"
    sdk.mkdir()
    (sdk / "__main__.py").write_text(IN_THE_SDK)
    yaml = (ROOT / "policies" / "PulumiPolicy.yaml").read_text()
    (sdk / "PulumiPolicy.yaml").write_text(yaml.replace("../.venv", str(Path(sys.prefix))))
    return {
        "without": (),
        "with ours": ("--policy-pack", str(ROOT / "policies"), *told),
        "in the SDK": ("--policy-pack", str(sdk), *told),
    }


def main() -> None:
    """Measure in turn; print medians and what each pack adds."""
    with tempfile.TemporaryDirectory(prefix="tricenter-benchmark-") as name:
        home = Path(name)
        os.environ["XDG_STATE_HOME"] = str(home / "state")
        emulated = start("aws")
        print(emulated)
        try:
            base = {**os.environ, **pulumi_environment()}
            variables = {**base, **environment((emulated,), base)}
            spec = PREVIEW["enlarge"]("aws", TIMES, home)
            folder = PREVIEW["direct"](home / "bench", spec, "aws", variables)
            ways = packs(home)
            took: dict[str, list[tuple[float, float, int]]] = {way: [] for way in ways}
            for _ in range(ROUNDS):
                for way, flags in ways.items():
                    took[way].append(previewed(folder, variables, *flags))
            report(took)
        finally:
            stop("aws")


def report(took: Mapping[str, list[tuple[float, float, int]]]) -> None:
    """The medians, and what is added to a preview without a pack; exit code 1 if it is too much.

    The processors' seconds are shown beside: on a machine with other work they move less.
    """
    walls = {way: statistics.median(wall for wall, _, _ in runs) for way, runs in took.items()}
    busy = {way: statistics.median(cpu for _, cpu, _ in runs) for way, runs in took.items()}
    print(f"  {took['without'][0][2]} resources, {ROUNDS} previews each in turn")
    for way, seconds in walls.items():
        more, computed = seconds - walls["without"], busy[way] - busy["without"]
        print(f"  {way:11} {seconds:6.2f} s {more:+6.2f} s, computing {computed:+6.2f} s")
    added = walls["with ours"] - walls["without"]
    print(f"  the pack adds {added:.2f} s; at most {MOST_S:.1f} are asked for")
    if added > MOST_S:
        sys.exit(1)


if __name__ == "__main__":
    main()
