"""Every policy that is made on AWS, judged by AWS' published lists of actions and resources."""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest

from tests.components.aws_program import ACCOUNT, CITY, Asked, ask, example, of, variant
from tests.iam_lists import actions_of, overlap, problems

ROLE_POLICY, ATTACHED = "iam/rolePolicy:RolePolicy", "iam/rolePolicyAttachment:RolePolicyAttachment"
OF_RESOURCES = (
    "backup/vaultPolicy:VaultPolicy",
    "kms/key:Key",
    "s3/bucketPolicy:BucketPolicy",
    "sns/topicPolicy:TopicPolicy",
)
RECOVERY_POINTS = (
    f"arn:aws:rds:{CITY}:{ACCOUNT}:cluster-snapshot:awsbackup:job-0a1b",
    f"arn:aws:rds:{CITY}:{ACCOUNT}:snapshot:awsbackup:job-0a1b",
    f"arn:aws:rds:{CITY}:{ACCOUNT}:cluster-auto-backup:continuous:cluster-0a1b",
    f"arn:aws:rds:{CITY}:{ACCOUNT}:auto-backup:ab-0a1b",
)
"""Recovery points of Aurora and RDS as AWS Backup names them (checked 2026-11-30).

https://docs.aws.amazon.com/aws-backup/latest/devguide/access-control.html
"""


@pytest.fixture(scope="module")
def deployments(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Asked, ...]]:
    """What is asked for in production, in a drill, of RDS, and of machines of our own."""
    plain = (("databases", "ledger-a", "replicas", "tokyo-1"), {})
    on_rds = (("databases", "ledger-a", "aws"), {"service": "rds"})
    machines = {"service": "self-managed", "instance": "m6g.large"}
    own = tuple(
        change
        for name in ("ledger-a", "ledger-b")
        for change in (
            (("databases", name, "aws"), machines),
            (("databases", name, "version"), "16"),
        )
    )
    return {
        "production": example(),
        "drill": example("drill"),
        "rds": ask(variant(tmp_path_factory.mktemp("rds"), on_rds, plain)),
        "machines": ask(variant(tmp_path_factory.mktemp("machines"), *own)),
    }


def _statements(one: Asked) -> list[dict[str, Any]]:
    return json.loads(one.inputs["policy"])["Statement"]


@pytest.mark.parametrize("name", ["production", "drill", "rds", "machines"])
def test_roles_may_do_what_aws_knows(
    deployments: Mapping[str, tuple[Asked, ...]], name: str
) -> None:
    """Each action is one of AWS', on a resource that it knows, and on everything only to read."""
    policies = of(deployments[name], ROLE_POLICY)
    assert policies
    wrong = [f"{one.name}: {said}" for one in policies for said in problems(_statements(one))]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["production", "rds", "machines"])
def test_policies_of_resources_name_actions_of_aws(
    deployments: Mapping[str, tuple[Asked, ...]], name: str
) -> None:
    """Keys, buckets, topics and vaults."""
    asked = [one for kind in OF_RESOURCES for one in of(deployments[name], kind)]
    assert asked
    for one in asked:
        for said in _statements(one):
            actions = [said["Action"]] if isinstance(said["Action"], str) else said["Action"]
            assert all(actions_of(action) for action in actions), (one.name, actions)


@pytest.mark.parametrize("name", ["production", "drill", "machines"])
def test_attached_policies_are_there(
    deployments: Mapping[str, tuple[Asked, ...]], name: str
) -> None:
    """AWS' own policies are those of the list that moto ships."""
    listed = pytest.importorskip("moto.iam.aws_managed_policies").aws_managed_policies_data
    known = {
        f"arn:aws:iam::aws:policy{told['Path']}{own}" for own, told in json.loads(listed).items()
    }
    attached = {one.inputs["policyArn"] for one in of(deployments[name], ATTACHED)}
    assert attached and attached <= known, attached - known


@pytest.mark.parametrize("name", ["production", "rds"])
def test_recovery_points_may_be_copied(
    deployments: Mapping[str, tuple[Asked, ...]], name: str
) -> None:
    """The list lets a recovery point be of any service, so its real names are tried as well."""
    (rights,) = (one for one in of(deployments[name], ROLE_POLICY) if one.name == "ledger-backup")
    named = [
        resource
        for said in _statements(rights)
        if "backup:CopyFromBackupVault" in said["Action"]
        for resource in said["Resource"]
    ]
    for point in RECOVERY_POINTS:
        assert any(fnmatchcase(point, resource) for resource in named), point
    assert not any(fnmatchcase(f"arn:aws:rds:{CITY}:{ACCOUNT}:db:x", one) for one in named)


def test_a_failover_turns_the_names_of_its_databases_alone(
    deployments: Mapping[str, tuple[Asked, ...]],
) -> None:
    """The record as the component has it, by a right on that name of that zone and on no other."""
    names = {
        one.inputs["name"]: one.inputs
        for one in of(deployments["rds"], "route53/record:Record")
        if one.inputs["type"] == "CNAME"
    }
    own = names["ledger-a-rw.pay.example.com"]
    machines = of(deployments["rds"], "sfn/stateMachine:StateMachine")
    forced = [one for one in machines if one.name.endswith("-forced")]
    rights = {one.name: _statements(one) for one in of(deployments["rds"], ROLE_POLICY)}
    assert len(forced) == len(names) == 2
    for one in forced:
        (first, second) = json.loads(one.inputs["definition"])["States"]["Move"]["Branches"]
        asked = first["States"]["Turn ledger-a"]["Parameters"]
        (change,) = asked["ChangeBatch"]["Changes"]
        record = change["ResourceRecordSet"]
        assert asked["HostedZoneId"] == own["zoneId"] and change["Action"] == "UPSERT"
        assert [record[key] for key in ("Name", "Type", "Ttl")] == [
            own[key] for key in ("name", "type", "ttl")
        ]
        assert not any(name.startswith("Turn") for name in second["States"])
        (said,) = [s for s in rights[one.name] if "route53:" in str(s["Action"])]
        (condition,) = said["Condition"].values()
        assert said["Resource"] == ["arn:aws:route53:::hostedzone/Z1"]
        assert list(condition.values()) == [[own["name"]], ["CNAME"], ["UPSERT"]]
    others = [said for name, said in rights.items() if name not in {one.name for one in forced}]
    assert "route53:" not in json.dumps(others)


def test_the_judge_finds_what_is_wrong() -> None:
    """An action that is none, a resource of something else, a write on everything, a condition."""

    def said(action: str, resource: str, **more: Any) -> list[str]:
        return list(problems([{"Action": [action], "Resource": [resource], **more}]))

    cluster = f"arn:aws:rds:{CITY}:{ACCOUNT}:cluster:x"
    assert said("rds:ModifyDBCluster", cluster) == []
    assert "no action" in said("rds:ModifyDbCluster2", cluster)[0]
    assert any(
        "is no resource" in one
        for one in said("rds:ModifyDBCluster", f"{cluster}".replace(":cluster:", ":db:"))
    )
    assert any("on everything" in one for one in said("rds:ModifyDBCluster", "*"))
    assert any("knows no resource" in one for one in said("sns:ListTopics", cluster))
    condition = {"Bool": {"kms:GrantIsForAWSResource": "true"}}
    assert any(
        "no condition" in one for one in said("rds:ModifyDBCluster", cluster, Condition=condition)
    )
    assert overlap("arn:*:rds:*:x", "arn:aws:rds:eu:*") and not overlap("a*b", "a*c")


def test_flow_logs_may_do_what_the_service_asks() -> None:
    """Five actions, whether the group is there or not; on everything only what is a list.

    Checked 2026-12-01: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs-iam-role.html
    """
    roles = [one for one in of(example(), ROLE_POLICY) if one.name.endswith("-flow-logs")]
    assert len(roles) == 2
    for one in roles:
        may = {
            action: set(said["Resource"]) for said in _statements(one) for action in said["Action"]
        }
        # Whoever lists groups is asked on all of them.
        assert may.pop("logs:DescribeLogGroups") == {"*"}
        asked = ("CreateLogGroup", "CreateLogStream", "DescribeLogStreams", "PutLogEvents")
        assert set(may) == {f"logs:{action}" for action in asked}
        (group,) = (each for each in may["logs:PutLogEvents"] if each.endswith("/flow-logs"))
        assert all(resources == {group, f"{group}:*"} for resources in may.values())
