"""Our own stacks keep the rules about resources, and what is said of them names the spec's line."""

import pytest

from tests.recorded import Recordings, stack
from tests.resource_examples import ROOT, findings, resources_of, said, settled
from tricenter.policies.judge import Violation, locate
from tricenter.policies.resources.backup_facts import Schedule, Vault, Volume
from tricenter.policies.resources.dns_facts import Record
from tricenter.policies.resources.facts import Bucket, Database, Fact
from tricenter.policies.resources.origin import Family
from tricenter.policies.rule import Finding
from tricenter.policies.rules import find_rules
from tricenter.topology import document
from tricenter.topology.errors import join_path

MIXED = pytest.param("mixed", marks=pytest.mark.long)
"""Made of what the other two are made of."""
PROFILES = ("production", "drill")
SEEN: dict[str, set[type[Fact]]] = {
    "aws": {Database, Vault, Schedule, Record, Bucket},
    "gcp": {Database, Record, Bucket},
    "mixed": {Volume, Schedule, Record, Bucket},
}
"""What the rules must have seen of each: a stack that nothing is read of keeps every rule."""


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("target", ["aws", "gcp", MIXED])
def test_our_stacks_keep_every_rule_about_resources(
    recorded: Recordings, target: str, profile: str
) -> None:
    """No violation; and what is not known are rights alone, which name what is made only now."""
    graph = settled(resources_of(recorded(target, profile), stack(profile)), stack(profile))
    assert graph.profile == profile
    assert said(graph) == []
    assert SEEN[target] <= {type(fact) for fact in graph.facts}
    unknown = {rule for rule, found in findings(graph) if found.verdict == "unknown"}
    assert unknown <= {"least-privilege"}


def test_the_lab_has_nothing_to_refuse(recorded: Recordings) -> None:
    """Its own resources are no cloud's; its topology is judged by the rules about specs."""
    assert said(settled(resources_of(recorded("lab", "drill"), "drill-1"), "drill-1")) == []


def test_a_drill_in_a_production_stack_is_refused(recorded: Recordings) -> None:
    """The same resources in a stack that is named so."""
    graph = settled(resources_of(recorded("aws", "drill"), "prod"), "prod")
    assert {line.split()[0] for line in said(graph)} == {"drill-profile-not-in-production"}


@pytest.mark.parametrize(
    ("target", "name", "path", "line"),
    [
        ("aws", "ledger-ap-northeast-1-cluster-ledger-a", "databases.ledger-a", "ledger-a:"),
        ("aws", "ledger-jurong-instance-ledger-a", "databases.ledger-a.prefer", "prefer: jurong"),
        (
            "aws",
            "ledger-changi-instance-ledger-a",
            "databases.ledger-a.replicas.changi",
            "replicas",
        ),
        ("aws", "ledger-dns-api-a-sg", "dns.records.api", "api:"),
        ("aws", "ledger-cold-vault-vault", "vaults.cold-vault", "cold-vault:"),
        ("aws", "ledger-ap-northeast-1-backup-nightly", "backups.nightly", "nightly:"),
        (
            "gcp",
            "ledger-kowloon-database-ledger-b",
            "databases.ledger-b.replicas.kowloon",
            "kowloon",
        ),
        pytest.param(
            *("mixed", "ledger-changi-data", "sites.changi", "changi:"), marks=pytest.mark.long
        ),
    ],
)
def test_a_finding_names_the_line_that_its_resource_is_of(
    recorded: Recordings, target: str, name: str, path: str, line: str
) -> None:
    """From the resource up to the component that says what it is for."""
    made = resources_of(recorded(target))
    family = Family({one.urn: one for one in made})
    urn = next(
        one.urn for one in made if one.name == name and not one.type.startswith("tricenter:")
    )
    found = family.place(urn)
    assert found is not None
    assert join_path(found).startswith(path)
    read = document.load(ROOT / "stacks" / f"ledger-{target}.yaml")
    rule = find_rules()[0]
    finding = Finding(message="", path=found, at="key", resource=urn)
    (located,) = locate(read, [Violation(rule=rule, finding=finding, standing="violation")])
    assert line in read.text.splitlines()[located.position.line - 1]
