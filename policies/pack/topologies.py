"""What the rules about specs say of the topologies in a stack: judged once each."""

from dataclasses import dataclass

from tricenter.policies.gather import gather
from tricenter.policies.judge import Located, judge, locate
from tricenter.policies.pack.program_folder import records_root
from tricenter.policies.pack.settings import PackSettings
from tricenter.policies.resources.origin import PROFILES
from tricenter.policies.resources.resource import Resource
from tricenter.policies.resources.values import UNKNOWN
from tricenter.policies.rules import rules_about
from tricenter.topology import document
from tricenter.topology.document import Document
from tricenter.topology.errors import SpecError
from tricenter.topology.spec import Topology
from tricenter.topology.validate import validate


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A topology's spec as it was read, and what the rules say; `broken` where it cannot be."""

    read: Document | None = None
    topology: Topology | None = None
    located: tuple[Located, ...] = ()
    broken: tuple[str, ...] = ()


def judge_topology(root: Resource, settings: PackSettings) -> Judged:
    """What the rules say of the spec that a root component carries; raises nothing."""
    source, file, target = (root.read(key) for key in ("source", "file", "target"))
    if not isinstance(source, str) or not isinstance(file, str) or not isinstance(target, str):
        missing = (
            "is known only after the deployment"
            if UNKNOWN in (source, file, target)
            else ("is not there: the component is of another version than the pack")
        )
        return Judged(broken=(f"{root.name}: the spec's text, file or target {missing}",))
    try:
        read = document.parse(source, file)
        topology = validate(read)
    except SpecError as error:
        return Judged(broken=tuple(map(str, error.diagnostics)))
    facts = gather(
        topology,
        target,
        settings.today,
        root=records_root(file, source, settings.records),
        profile=PROFILES.get(str(root.read("profile")), None),
    )
    chosen = [rule for rule in rules_about("spec") if rule.topic in settings.topics]
    located = locate(read, judge(facts, chosen))
    kept = tuple(one for one in located if one.violation.rule.topic in settings.topics)
    return Judged(read=read, topology=topology, located=kept)
