"""What `pulumi up` runs: the configured spec becomes components and the target's resources."""

import gc
import os
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, NoReturn

import pulumi

from tricenter.components.readiness import prepare_roles
from tricenter.components.settings import Checked, Settings, read_settings
from tricenter.components.topology import Topology
from tricenter.components.tree import Tree, plant
from tricenter.topology import document, spec
from tricenter.topology.compile import compile_plan
from tricenter.topology.errors import SpecError, TricenterError
from tricenter.topology.forecast import Forecast
from tricenter.topology.names import stack_id
from tricenter.topology.positions import Document
from tricenter.topology.validate import diagnose, validate

BAIL = 32
"""Pulumi's exit code of a program that has told the user what is wrong."""
YOUNG = 50_000
"""New objects before Python looks for garbage. After its default of 700 it would walk through the
thousands of classes of the SDKs again and again: a quarter of the program's time (2026-11-25)."""


def run(root: Path) -> None:
    """Deploy the spec that the stack's configuration names; `root` is the project's folder."""
    # The engine interrupts a program that it has no more use for: that is no error to show.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(YOUNG)
    try:
        deploy(read_settings(root))
    except TricenterError as error:
        refuse(*map(str, getattr(error, "diagnostics", (error,))))


def deploy(settings: Settings, *, asks: bool = True) -> None:
    """Load, forecast, compile with the roles that hold now, and hand the plan to the target.

    Without `asks` nothing is asked of the target: the preferred sites lead, and addresses for
    documentation pass, since nothing is deployed by a program that only says what it would.
    """
    for name, value in build(document.load(settings.spec), settings, asks=asks).outputs.items():
        pulumi.export(name, value)


def build(
    read: Document,
    settings: Settings,
    *,
    asks: bool = True,
    opts: pulumi.ResourceOptions | None = None,
    name: str | None = None,
) -> Topology:
    """Deploy a spec that has been read, and give the root with its outputs; see deploy, plant."""
    topology = validate(read)
    offline = not asks or bool(os.environ.get("TRICENTER_OFFLINE"))
    refuse_misplaced(topology, read, settings.target_name, offline=offline)
    from tricenter.policies.gather import expect

    expected = expect(topology, settings.target_name, today())
    judge(topology, read, expected, settings.target_name, settings.profile, settings.enforce)
    if asks and name is None and settings.profile == "production":
        refuse_destroyed(topology, read, settings.target_name)
    plan = compile_plan(topology, settings.target_name, expected=expected)
    stack = stack_id(plan.topology, settings.stack)
    if asks:
        seen = settings.target.observe(stack, plan)
        plan = compile_plan(
            topology, settings.target_name, seen.leaders, expected, running=seen.running
        )
        if isinstance(settings.target, Checked):
            settings.target.check_account(plan)
    tree = plant(plan, topology, read, settings.profile, opts, name)
    settings.target.deploy(tree, plan, stack, settings.profile)
    if asks:
        prepare_roles(settings.target_name, tree, plan, stack)
    tree.root.outputs |= {"stack": stack, **name_servers(tree)}
    tree.finish()
    return tree.root


def refuse_misplaced(
    topology: spec.Topology, read: Document, target: str, *, offline: bool
) -> None:
    """Refuse what the target cannot have."""
    from tricenter.topology.clouds import find_misplaced

    misplaced = tuple(diagnose(read, find_misplaced(topology, target, offline=offline)))
    if misplaced:
        raise SpecError(misplaced)


def judge(
    topology: spec.Topology,
    read: Document,
    expected: Forecast,
    target: str,
    profile: str,
    enforce: str,
) -> None:
    """Refuse a spec that does not keep the rules, or with `tricenter:enforce: advisory` say so.

    The same rules, in the same words, as `tricenter check` and the policy pack.
    """
    from tricenter.policies.gather import gather
    from tricenter.policies.judge import RefusedError, locate
    from tricenter.policies.judge import judge as find_violations

    facts = gather(topology, target, today(), profile=profile, expected=expected)
    found = locate(read, find_violations(facts))
    refusing = [located for located in found if located.violation.refuses()]
    if refusing and enforce == "mandatory":
        raise RefusedError(refusing)
    for located in found:
        if located.violation.standing != "unknown":
            pulumi.log.warn(str(located))
    unknown = sorted({o.violation.rule.id for o in found if o.violation.standing == "unknown"})
    if unknown:
        pulumi.log.info(f"not to be judged yet (tricenter check says why): {', '.join(unknown)}")


def refuse_destroyed(topology: spec.Topology, read: Document, target: str) -> None:
    """Refuse to destroy data of what is deployed, which the engine's protection cannot all see.

    It sees what is deleted and replaced, not what shrinks or moves in place.
    """
    from tricenter.components.deployed import deployed_spec, forbidden_losses
    from tricenter.policies.diff.refused import DestroyedError
    from tricenter.topology.compile import digest

    before = deployed_spec(digest(topology))
    if before is None:
        return
    allowed = pulumi.Config("tricenter").get_object("allow") or ()
    if lost := forbidden_losses(before, topology, read, target, today(), allowed):
        raise DestroyedError(lost)


def today() -> date:
    """The day that waivers and drills are judged by, in UTC."""
    return datetime.now(tz=UTC).date()


def name_servers(tree: Tree) -> Mapping[str, Any]:
    """What the owner of the parent zone must enter there, by the service that answers."""
    return {name: of for name, of in tree.dns.outputs.items() if name.startswith("nameServers")}


def refuse(*messages: str) -> NoReturn:
    """End the program with these errors and without a traceback."""
    for message in messages:
        pulumi.log.error(message)
    sys.stdout.flush()
    sys.stderr.flush()
    # Not sys.exit: what the SDK has begun would complain that nobody waits for it.
    os._exit(BAIL)
