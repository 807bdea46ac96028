"""Failover automation: what is forced stands in the region that takes over, outside the city that
it guards; what is planned in the region that leads, where AWS takes the call for it."""

import json
from collections.abc import Mapping, Sequence

import pulumi
from pulumi_aws import cloudwatch, iam, lambda_, route53, sfn, sns

from tricenter.components.aws.alarms import Alarms, both, make_alarms
from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.duty import make_topics
from tricenter.components.aws.failover_moves import chosen, moves_of, names_to_turn
from tricenter.components.aws.failover_rights import machine_rights
from tricenter.components.aws.fencing import make_fence
from tricenter.components.aws.guards import Guard, find_guards
from tricenter.components.aws.keys import Keys
from tricenter.components.aws.managed import Databases
from tricenter.components.aws.moves import Move, Variant
from tricenter.components.aws.network import Networks
from tricenter.components.aws.states import Machine, definition
from tricenter.components.aws.trust import allow, policy, role_name, trust
from tricenter.topology.aws_names import identifier, partition_of

LONGEST_MACHINE = 80
VARIANTS: tuple[Variant, ...] = ("graceful", "forced")
LOSE_SITE = "the service moves to the region's other zone by itself; nothing is called"


def make_failover(
    deployment: Deployment,
    networks: Networks,
    keys: Keys,
    databases: Databases,
    zone: route53.Zone | None,
) -> None:
    """Topics and alarms in each region, and for each city what moves its databases away.

    A lost site needs nothing of ours; a lost city has a planned and a forced machine. The forced
    one starts with an alarm of its own region, and asks people where the spec says so.
    """
    topics = make_topics(deployment, networks, keys)
    alarms = make_alarms(deployment, databases, topics)
    managed = {name: one.database for name, one in databases.items()}
    machines: dict[str, dict[str, pulumi.Output[str]]] = {}
    for guard in find_guards(deployment.plan, managed):
        fence = make_fence(deployment, guard, networks, keys)
        made: dict[str, sfn.StateMachine] = {}
        for variant in VARIANTS:
            moved = chosen(guard, variant, databases)
            if moved:
                role = _role(deployment, guard, variant, moved, topics, fence, keys, zone)
                cut = (fence, networks) if variant == "forced" else None
                moves = moves_of(deployment, guard, moved, zone)
                made[variant] = _machine(deployment, guard, variant, moves, topics, cut, role)
        _start_by_alarm(deployment, guard, alarms, made["forced"])
        machines.setdefault(guard.scenario, {}).update(
            {f"{variant} to {guard.region}": one.arn for variant, one in made.items()}
        )
    if databases:
        deployment.tree.failover.outputs |= {"machines": machines, "lose-site": LOSE_SITE}


def region_of(guard: Guard, variant: Variant) -> str:
    """The region whose endpoint takes the call: of a switchover the one that leads, of a failover
    the one that shall lead. A state machine calls no other region (checked 2026-11-30).

    https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html
    """
    return guard.region if variant == "forced" else guard.lost_region


def _subject(guard: Guard, variant: Variant) -> str:
    """What a machine is called by: in the region that leads there may be one for each other."""
    return f"{guard.city}-{variant}" + (f"-to-{guard.region}" if variant == "graceful" else "")


def _machine(
    deployment: Deployment,
    guard: Guard,
    variant: Variant,
    moved: Sequence[pulumi.Output[Move]],
    topics: Mapping[str, sns.Topic],
    cut: tuple[lambda_.Function, Networks] | None,
    role: tuple[iam.Role, pulumi.Resource],
) -> sfn.StateMachine:
    """A machine in its region; `cut` is the fence and the networks that it may cut."""
    subject, region = _subject(guard, variant), region_of(guard, variant)
    name = deployment.name(region, "failover", subject)
    own = identifier(deployment.stack, "failover", subject, longest=LONGEST_MACHINE)
    parent = deployment.tree.failover
    log = cloudwatch.LogGroup(
        name,
        region=region,
        name=f"/aws/vendedlogs/states/{own}",
        retention_in_days=deployment.log_days,
        tags=deployment.tags(name),
        opts=deployment.options(parent),
    )
    fence = [cut[0].name, cut[1][guard.lost_region].vpc.default_network_acl_id] if cut else []
    moves = pulumi.Output.all(*moved)
    asks = cut is not None and guard.mode == "approve"

    def write(told: list[object]) -> str:
        moves, topic, *cut = told
        machine = Machine(
            title=f"{deployment.stack} {guard.scenario} to {guard.region} ({variant})",
            variant=variant,
            moves=moves,  # pyright: ignore[reportArgumentType]
            topic=str(topic),
            region=region,
            approve_seconds=int(guard.decide) if asks else None,
            fence=(str(cut[0]), {"region": guard.lost_region, "acl": str(cut[1])}) if cut else None,
        )
        # Services are called by names of the partition that the machine stands in.
        return json.dumps(definition(machine)).replace(
            "arn:aws:states:::", f"arn:{partition_of(region)}:states:::"
        )

    return sfn.StateMachine(
        name,
        region=region,
        name=own,
        role_arn=role[0].arn,
        definition=pulumi.Output.all(moves, topics[region].arn, *fence).apply(write),
        type="STANDARD",
        logging_configuration=sfn.StateMachineLoggingConfigurationArgs(
            level="ALL",
            # The data of an execution holds the token that approves it, and logs have many readers.
            include_execution_data=False,
            log_destination=log.arn.apply(lambda arn: f"{arn}:*"),
        ),
        tags=deployment.tags(name),
        opts=deployment.options(parent, after=[role[1]]),
    )


def _role(
    deployment: Deployment,
    guard: Guard,
    variant: Variant,
    moved: Databases,
    topics: Mapping[str, sns.Topic],
    fence: lambda_.Function,
    keys: Keys,
    zone: route53.Zone | None,
) -> tuple[iam.Role, pulumi.Resource]:
    """A machine's role: the call of its move on these databases alone."""
    subject, region = _subject(guard, variant), region_of(guard, variant)
    name = deployment.name(region, "failover", subject)
    parent = deployment.tree.failover
    role = iam.Role(
        name,
        name=role_name(deployment.stack, region, "failover", subject),
        description=f"Moves databases of {deployment.stack} to {guard.region} ({variant})",
        assume_role_policy=trust("states.amazonaws.com", deployment.account),
        tags=deployment.tags(name),
        opts=deployment.options(parent),
    )
    grouped = [one for one in moved.values() if one.group_arn is not None]
    groups = [one.group_arn for one in grouped]
    members = [arn for one in grouped for arn in one.arns.values()]
    copies = [one.arns[guard.region] for one in moved.values() if one.group_arn is None]
    names = names_to_turn(deployment, moved)
    told = pulumi.Output.all(
        pulumi.Output.all(*groups, *members),
        pulumi.Output.all(*copies),
        topics[region].arn,
        keys[region].arn,
        fence.arn if variant == "forced" else None,
        *([zone.arn, names] if zone is not None and names else []),
    )
    rights = iam.RolePolicy(
        name,
        role=role.id,
        policy=told.apply(lambda args: machine_rights(variant, *args)),
        opts=deployment.options(parent),
    )
    return role, rights


def _start_by_alarm(
    deployment: Deployment, guard: Guard, alarms: Alarms, machine: sfn.StateMachine
) -> None:
    """The forced machine starts when every database of the city is silent at once.

    Only a change from OK counts: an alarm that has never heard anything is no loss.
    """
    parent = deployment.tree.failover
    name = deployment.name(guard.region, "lost", guard.city)
    watched = [alarms[one, guard.region].arn for one in guard.databases]
    silent = cloudwatch.CompositeAlarm(
        name,
        region=guard.region,
        alarm_name=identifier(deployment.stack, "lost", guard.city, longest=255),
        alarm_description=f"No database of {guard.city} is heard in {guard.region}",
        alarm_rule=pulumi.Output.all(*watched).apply(both),
        tags=deployment.tags(name),
        opts=deployment.options(parent),
    )
    rule = cloudwatch.EventRule(
        name,
        region=guard.region,
        name=identifier(deployment.stack, "lost", guard.city, longest=64),
        description=f"{guard.scenario}: starts the forced failover to {guard.region}",
        event_pattern=silent.arn.apply(_pattern),
        tags=deployment.tags(name),
        opts=deployment.options(parent),
    )
    role = iam.Role(
        name,
        name=role_name(deployment.stack, guard.region, "lost", guard.city),
        description=f"Starts the failover of {guard.city}",
        assume_role_policy=trust("events.amazonaws.com", deployment.account),
        tags=deployment.tags(name),
        opts=deployment.options(parent),
    )
    rights = iam.RolePolicy(
        name,
        role=role.id,
        policy=machine.arn.apply(lambda arn: policy([allow(["states:StartExecution"], [arn])])),
        opts=deployment.options(parent),
    )
    cloudwatch.EventTarget(
        name,
        region=guard.region,
        rule=rule.name,
        target_id="forced",
        arn=machine.arn,
        role_arn=role.arn,
        opts=deployment.options(parent, after=[rights]),
    )


def _pattern(alarm: str) -> str:
    return json.dumps(
        {
            "source": ["aws.cloudwatch"],
            "detail-type": ["CloudWatch Alarm State Change"],
            "resources": [alarm],
            "detail": {"state": {"value": ["ALARM"]}, "previousState": {"value": ["OK"]}},
        }
    )
