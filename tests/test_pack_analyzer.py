"""The pack's service, asked as the engine asks it: once a resource, secrets and unknowns apart."""

from dataclasses import replace
from typing import Any

import pytest
from google.protobuf import struct_pb2
from pulumi.runtime import proto
from pulumi_policy.proxy import UNKNOWN_BOOLEAN_VALUE, UNKNOWN_STRING_VALUE

from tests.rule_examples import EXAMPLE, spec_text
from tricenter.policies.pack import session
from tricenter.policies.pack.analyzer import Analyzer
from tricenter.policies.pack.catalog import find_policies
from tricenter.policies.pack.events import located, read_policy_event
from tricenter.policies.pack.settings import OWN, PACK, UNKNOWNS, WAIVED
from tricenter.policies.pack.wire import SECRET, SIGNATURE, opened
from tricenter.policies.resources.values import UNKNOWN, Secret
from tricenter.policies.rule import SEVERITIES, Rule
from tricenter.policies.rules import find_rules

URN = "urn:pulumi:dev::shop::"


def request(kind: str, name: str, props: dict[str, Any], parent: str = "") -> Any:
    """A request of the engine's for one resource."""
    packed = struct_pb2.Struct()
    packed.update(props)
    return proto.AnalyzeRequest(
        type=kind,
        name=name,
        urn=f"{URN}{kind}::{name}",
        properties=packed,
        options=proto.AnalyzerResourceOptions(parent=parent),
    )


def configured(**config: dict[str, Any] | str) -> Analyzer:
    """A pack with this config: a level, or properties for a policy."""
    analyzer = Analyzer()
    sent = proto.ConfigureAnalyzerRequest()
    levels = {policy.name: analyzer.level(policy.name) for policy in find_policies()}
    for name, level in levels.items():
        sent.policyConfig[name].enforcementLevel = getattr(proto, level.name)
    for key, value in config.items():
        name = key.replace("_", "-")
        if isinstance(value, str):
            sent.policyConfig[name].enforcementLevel = getattr(proto, value.upper())
        else:
            sent.policyConfig[name].properties.update(value)
    analyzer.Configure(sent, None)
    return analyzer


def said(response: Any) -> dict[str, str]:
    """By policy, the last line of what it says."""
    return {one.policyName: one.message.splitlines()[-1] for one in response.diagnostics}


def test_every_rule_is_a_policy_with_all_that_it_says() -> None:
    """Severity, level, framework, remediation and topic of each, beside the pack's own three."""
    info = Analyzer().GetAnalyzerInfo(None, None)
    assert [p.name for p in info.policies][:3] == [PACK, UNKNOWNS, WAIVED]
    assert {p.name for p in info.policies} == {rule.id for rule in find_rules()} | OWN
    rules = {rule.id: rule for rule in find_rules()}
    for policy in info.policies:
        if policy.name in OWN:
            continue
        rule = rules[policy.name]
        assert policy.severity == 1 + SEVERITIES[::-1].index(rule.severity)
        assert (policy.enforcementLevel == proto.ADVISORY) == (rule.severity == "low")
        assert policy.remediation_steps == rule.fix
        assert policy.framework.name
        assert policy.framework.specification
        assert rule.topic in policy.tags
        assert policy.description.startswith(rule.sentence)
        kind = proto.POLICY_TYPE_STACK if rule.scope == "stack" else proto.POLICY_TYPE_RESOURCE
        assert policy.policy_type == kind


def test_values_are_known_secret_or_unknown() -> None:
    """As the engine writes them."""
    packed = struct_pb2.Struct()
    packed.update(
        {
            "plain": "text",
            "later": UNKNOWN_STRING_VALUE,
            "hidden": {SIGNATURE: SECRET, "value": "hunter2"},
            "inside": [{"on": UNKNOWN_BOOLEAN_VALUE}],
            "__defaults": [],
        }
    )
    read = opened(packed)
    assert read == {
        "plain": "text",
        "later": UNKNOWN,
        "hidden": Secret("hunter2"),
        "inside": [{"on": UNKNOWN}],
    }
    assert "hunter2" not in repr(read)


def test_an_unknown_value_is_neither_passed_nor_refused() -> None:
    """It is said by a policy of its own, which a configuration can make mandatory."""
    made = request(
        "aws:rds/instance:Instance", "orders", {"deletionProtection": UNKNOWN_BOOLEAN_VALUE}
    )
    answer = Analyzer().Analyze(made, None)
    assert "deletion-protection" not in said(answer)
    (unknown,) = (d for d in answer.diagnostics if "deletion-protection" in d.message)
    assert unknown.policyName == UNKNOWNS
    assert unknown.enforcementLevel == proto.ADVISORY
    strict = configured(**{UNKNOWNS: "mandatory"}).Analyze(made, None)
    (unknown,) = (d for d in strict.diagnostics if "deletion-protection" in d.message)
    assert unknown.enforcementLevel == proto.MANDATORY
    off = configured(deletion_protection="disabled").Analyze(made, None)
    assert not [d for d in off.diagnostics if "deletion-protection" in d.message]


def test_a_password_is_clear_or_secret_by_the_engines_mark() -> None:
    """The value itself is never repeated."""
    kind = "aws:rds/instance:Instance"
    clear = Analyzer().Analyze(request(kind, "orders", {"password": "hunter2hunter2"}), None)
    assert "secrets-not-in-clear" in said(clear)
    assert "hunter2" not in str(clear)
    hidden = {SIGNATURE: SECRET, "value": "hunter2hunter2"}
    secret = Analyzer().Analyze(request(kind, "orders", {"password": hidden}), None)
    assert "secrets-not-in-clear" not in said(secret)
    assert "hunter2" not in str(secret)


def test_a_threshold_is_the_configurations() -> None:
    """Of the policy that compares with it."""
    made = request("aws:kms/key:Key", "data", {"deletionWindowInDays": 10})
    assert "key-deletion-slow" in said(Analyzer().Analyze(made, None))
    assert "key-deletion-slow" not in said(
        configured(key_deletion_slow={"days": 7}).Analyze(made, None)
    )


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"topics": ["sitez"]}, "topics: sitez: not one of"),
        ({"asOf": "soon"}, "asOf: 'soon' is no day"),
    ],
)
def test_a_configuration_that_cannot_be_used_refuses(config: dict[str, Any], words: str) -> None:
    """Else a misspelled topic would switch every rule off in silence."""
    made = request("aws:kms/key:Key", "data", {})
    answer = configured(tricenter=config).Analyze(made, None)
    (refused,) = answer.diagnostics
    assert refused.policyName == PACK
    assert refused.enforcementLevel == proto.MANDATORY
    assert words in refused.message


def test_a_topology_that_cannot_be_read_refuses() -> None:
    """With the line of the spec; and so does one without its text."""
    kind = "tricenter:index:Topology"
    broken = {"source": "name: [", "file": "spec.yaml", "target": "lab", "profile": "drill"}
    (refused,) = Analyzer().Analyze(request(kind, "ledger", broken), None).diagnostics
    assert refused.policyName == PACK
    assert "spec.yaml:1:" in refused.message
    (refused,) = Analyzer().Analyze(request(kind, "ledger", {}), None).diagnostics
    assert "of another version than the pack" in refused.message


def test_a_waived_finding_is_said_once_with_its_owner() -> None:
    """As advice, by a policy of its own."""
    waiver = """
cities: {chengdu: {at: [31.23, 121.47]}}
waivers: [{rule: remote-distance, target: chengdu, reason: opens next year, owner: platform,
           expires: 2999-12-31}]
"""
    props = {"source": spec_text(waiver), "file": "spec.yaml", "target": "lab", "profile": "drill"}
    answer = Analyzer().Analyze(request("tricenter:index:Topology", "ledger", props), None)
    assert "remote-distance" not in said(answer)
    (one,) = (d for d in answer.diagnostics if "remote-distance" in d.message)
    assert (one.policyName, one.enforcementLevel) == (WAIVED, proto.ADVISORY)
    assert "waived[remote-distance]" in one.message
    assert "waived by platform until 2999-12-31" in one.message


def test_events_lead_back_to_the_rule_and_the_line() -> None:
    """What the engine's stream says is read as findings again; another pack's words are kept."""
    source = EXAMPLE.read_text(encoding="utf-8").replace(
        "replicas: {xihu: {voter: true}, tianfu: {voter: true}}", "replicas: {xihu: {voter: true}}"
    )
    props = {"source": source, "file": "stacks/my spec.yaml", "target": "lab", "profile": "drill"}
    answer = Analyzer().Analyze(request("tricenter:index:Topology", "ledger", props), None)
    events = [
        {
            "policyName": one.policyName,
            "policyPackName": PACK,
            "message": f"{one.message}\n",
            "resourceUrn": one.urn,
            "enforcementLevel": "mandatory",
        }
        for one in answer.diagnostics
    ]
    spoken = [read_policy_event(event) for event in events]
    one = next(s for s in spoken if s.rule == "replica-per-site")
    assert one.file == "stacks/my spec.yaml"
    assert source.splitlines()[one.line - 1][one.column - 1 :].startswith("replicas")
    assert one.path == "databases.ledger-a.replicas"
    again = {str(found) for found in located(spoken)}
    assert str(one) in again
    other = read_policy_event({"policyName": "own", "message": "No.\nnot: so", "severity": "high"})
    assert (other.rule, other.file, str(other)) == ("own", "", "own: No.\nnot: so")
    assert located([other]) == ()


def test_what_was_not_asked_for_is_the_default_and_not_unknown() -> None:
    """A preview's outputs are unknown for whatever the program left out."""
    kind, analyzer = "aws:rds/instance:Instance", Analyzer()
    analyzer.Analyze(request(kind, "orders", {"multiAz": True}), None)
    shown = request(
        kind, "orders", {"multiAz": True, "backupRetentionPeriod": UNKNOWN_STRING_VALUE}
    )
    whole = proto.AnalyzeStackRequest(
        resources=[
            proto.AnalyzerResource(
                type=kind,
                name="orders",
                urn=shown.urn,
                properties=shown.properties,
                options=shown.options,
            )
        ]
    )
    found = said(analyzer.AnalyzeStack(whole, None))
    assert "has no backups" in found["database-backed-up"]
    assert "database-in-several-zones" not in found


def test_a_rule_that_stumbles_has_not_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said to be unknown, without what it stumbled over, and the others are judged."""

    def stumble(_graph: object) -> None:
        raise KeyError("hunter2")

    rule = next(rule for rule in find_rules() if rule.id == "deletion-protection")
    broken = replace(rule, find=stumble)  # pyright: ignore[reportArgumentType]
    others = [broken if rule.id == broken.id else rule for rule in find_rules()]

    def about_resources(about: str) -> list[Rule]:
        return [one for one in others if one.about == about]

    monkeypatch.setattr(session, "rules_about", about_resources)
    answer = Analyzer().Analyze(request("aws:rds/instance:Instance", "orders", {}), None)
    assert "unknown[deletion-protection]" in said(answer)[UNKNOWNS]
    assert "encrypted-at-rest" in said(answer)
    assert "hunter2" not in str(answer)


def test_a_resource_that_cannot_be_read_is_said() -> None:
    """A value of a form that no service has is no crash, and nothing is passed in silence."""
    odd = {"destroyScheduledDuration": "two weeks"}
    answer = Analyzer().Analyze(request("gcp:kms/cryptoKey:CryptoKey", "data", odd), None)
    (one,) = answer.diagnostics
    assert one.policyName == UNKNOWNS
    assert "data: its properties could not be read" in one.message
