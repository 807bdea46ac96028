"""What the plugin knows of each kind, and where the real plugin is found, without an engine."""

import os
from pathlib import Path

import pulumi_aws
import pytest
from pulumi import _types as pulumi_types

from tricenter.offline import aws
from tricenter.offline.aws.endpoints import SERVICES, provider_arguments, provider_config
from tricenter.offline.aws.model import UNKNOWN, input_shape, request_problems
from tricenter.offline.aws.plugin.judge import judged, named
from tricenter.offline.aws.plugin.kind import Kind
from tricenter.offline.aws.plugin.kinds import find_kinds
from tricenter.offline.aws.plugin.resources import difference, foreseen
from tricenter.offline.aws.plugin.translate import alike

KINDS = find_kinds()
CLUSTER = KINDS["aws:rds/cluster:Cluster"]


@pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)
def test_rows_name_what_there_is(kind: Kind) -> None:
    """Every argument, operation and member that a row names is one of the SDK or of the API."""
    arguments = kind.sdk.arguments
    told = {name.partition(".")[0] for name in (*kind.names, *kind.modify_names)}
    assert told <= arguments.keys() | {"tags"}
    assert kind.own | kind.replace | kind.computed <= arguments.keys()
    shape = input_shape(kind.service, kind.create)
    for name, member in kind.names.items():
        if member and "." not in name:
            assert member.partition(".")[0] in shape.members, (name, member)
    if kind.modify:
        assert input_shape(kind.service, kind.modify) is not None
    assert ("tags" in arguments) == (kind.tags is not None)


@pytest.mark.parametrize(
    ("token", "given", "sentence"),
    [
        (
            "ec2/vpc:Vpc",
            {"cidrBlok": "10.0.0.0/16"},
            "cidrBlok: is not an argument of the SDK (did",
        ),
        ("ec2/vpc:Vpc", {"enableDnsSupport": "yes"}, "enableDnsSupport: is str, not true or false"),
        ("kms/alias:Alias", {"name": "alias/x"}, "targetKeyId: is required"),
        ("kms/key:Key", {"keyUsage": "SING"}, "keyUsage: 'SING' is not one of SIGN_VERIFY, ENC"),
        ("cloudwatch/logGroup:LogGroup", {"name": "with space"}, "name: 'with space' does not"),
        ("secretsmanager/secret:Secret", {"name": "x" * 600}, "name: has 600 characters, at most"),
        (
            "backup/plan:Plan",
            {"name": "p", "rules": [{"ruleNam": "x"}]},
            "rules[0].ruleNam: is not",
        ),
        ("rds/instance:Instance", {"instanceClass": "db.r6g.large"}, "engine: is required unless"),
    ],
)
def test_mistakes_are_named(token: str, given: dict[str, object], sentence: str) -> None:
    """A name, a type, what is missing, a choice, a pattern, a length, one level down, a rule."""
    found = [
        f"{failure.path}: {failure.reason}" for failure in judged(KINDS[f"aws:{token}"], given)
    ]
    assert any(line.startswith(sentence) for line in found), found


def test_a_request_is_judged_as_far_as_it_is_known() -> None:
    """An unknown value passes, a known one beside it does not."""
    wrong = request_problems("kms", "CreateAlias", {"AliasName": "x" * 300, "TargetKeyId": UNKNOWN})
    assert [problem.path for problem in wrong] == ["AliasName"]


def test_what_is_not_supported_is_said() -> None:
    """An argument of the SDK that the stand-in cannot send is refused, never dropped."""
    given = {"engine": "aurora-postgresql", "s3Import": UNKNOWN}
    assert "does not know this of rds.Cluster" in next(judged(CLUSTER, given)).reason


def test_updates_and_replacements() -> None:
    """What the API can change is an update; a chosen name lets the old one go first."""
    old = {"clusterIdentifier": "a", "engine": "aurora-postgresql", "backupRetentionPeriod": 7}
    found = difference(CLUSTER, old, {**old, "backupRetentionPeriod": 14})
    assert (found.changed, found.replacing) == ({"backupRetentionPeriod"}, frozenset())
    found = difference(CLUSTER, old, {**old, "storageEncrypted": True})
    assert found.replacing == {"storageEncrypted"} and found.delete_first


def test_a_write_only_value_is_never_kept() -> None:
    """It is no output, and its change alone is none."""
    given = {"engine": "aurora-postgresql", "masterPasswordWo": "x", "masterPasswordWoVersion": 1}
    assert "masterPasswordWo" not in foreseen(CLUSTER, given)
    assert not difference(CLUSTER, given, {**given, "masterPasswordWo": "y"}).changed
    assert difference(CLUSTER, given, {**given, "masterPasswordWoVersion": 2}).changed


def test_names_are_made_once() -> None:
    """A resource without a name gets one from its logical name, and keeps it."""
    first = named(CLUSTER, "ledger", {}, {}, b"seed")
    assert first["clusterIdentifier"].startswith("ledger-")
    assert named(CLUSTER, "ledger", {}, first, b"other") == first


def test_values_that_mean_the_same() -> None:
    """Order, spelling of JSON and what the API adds are no difference."""
    assert alike(["a", "b"], ["b", "a"])
    assert alike('{"a": [1]}', '{"a":[1]}')
    assert alike([{"days": 1}], [{"days": 1, "more": 2}])
    assert not alike({"a": 1}, {"b": 1})
    assert not alike(True, False)


def test_the_real_provider_is_configured_for_each_service() -> None:
    """Each argument and endpoint by which the real plugin is bent exists in its SDK."""
    names = pulumi_types.input_type_py_to_pulumi_names(pulumi_aws.ProviderEndpointArgs)
    assert set(SERVICES) <= set(names.values())
    url = "http://127.0.0.1:1"
    pulumi_aws.ProviderEndpointArgs(**provider_arguments(url)["endpoints"][0])
    arguments = pulumi_types.input_type_py_to_pulumi_names(pulumi_aws.ProviderArgs)
    assert provider_arguments(url).keys() <= arguments.keys()
    config = {key.removeprefix("aws:") for key in provider_config(url)}
    assert config <= set(arguments.values())


def test_the_real_plugin_is_preferred(tmp_path: Path) -> None:
    """On PATH or among Pulumi's own of version 7; the stand-in is not taken for it."""
    home = tmp_path / "home"
    assert aws.provider_plugin(str(aws.STAND_IN), home) is None
    for version in ("6.83.0", "7.9.0", "7.51.1"):
        plugin = home / "plugins" / f"resource-aws-v{version}" / aws.PLUGIN
        plugin.parent.mkdir(parents=True)
        plugin.write_text("#!/bin/sh\n")
        plugin.chmod(0o755)
    found = aws.provider_plugin("", home)
    assert found is not None and found.parent.name == "resource-aws-v7.51.1"
    assert aws.on_path(found, {"PATH": "/x"})["PATH"] == f"{found.parent}{os.pathsep}/x"
    assert aws.on_path(None, {"PATH": "/x"})["PATH"].startswith(str(aws.STAND_IN))
