"""What a state machine moves: which databases, to which target, and which names follow them."""

from collections.abc import Sequence

import pulumi
from pulumi_aws import route53

from tricenter.components.aws.deployment import Deployment
from tricenter.components.aws.guards import Guard
from tricenter.components.aws.managed import Databases
from tricenter.components.aws.moves import Move, Variant
from tricenter.components.aws.turns import Turn
from tricenter.topology.dns.leader_name import LeaderName, name_to_turn


def chosen(guard: Guard, variant: Variant, databases: Databases) -> Databases:
    """What a machine moves: a planned one no RDS, which has only a promotion that loses writes."""
    found = {name: databases[name] for name in guard.databases}
    return {n: one for n, one in found.items() if variant == "forced" or one.group_id is not None}


def names_to_turn(deployment: Deployment, moved: Databases) -> list[str]:
    """The names of the leaders that a machine turns."""
    names = [name_to_turn(deployment.plan, one.database) for one in moved.values()]
    return [own.name for own in names if own is not None]


def moves_of(
    deployment: Deployment, guard: Guard, moved: Databases, zone: route53.Zone | None
) -> list[pulumi.Output[Move]]:
    """The databases that move, with target and zone as they are known only after creation."""
    moves: list[pulumi.Output[Move]] = []
    for name, managed in moved.items():
        group, own = managed.group_id, name_to_turn(deployment.plan, managed.database)

        def move(
            told: Sequence[str],
            name: str = name,
            group: str | None = group,
            own: LeaderName | None = own,
        ) -> Move:
            arn, *zones = told
            target = arn if group else arn.rpartition(":")[2]
            turn = Turn(zone=zones[0], name=own) if own and zones else None
            return Move(database=name, group=group, target=target, turn=turn)

        known = [managed.arns[guard.region], *([zone.zone_id] if own and zone else [])]
        moves.append(pulumi.Output.all(*known).apply(move))
    return moves
