"""The calls that turn a leader's name in Cloud DNS, and the one to AlloyDB that says where to."""

import json

from tricenter.topology.bundle.google import JSON, PROJECT, alloydb
from tricenter.topology.bundle.model import Call, Expect
from tricenter.topology.dns.leader_name import LeaderName, google_zone
from tricenter.topology.endpoints import host_of

ADDRESS = "{address}"
"""Filled in by what an earlier call of the step is told."""
TURN_S = 900
"""Seconds to try again for."""


def turn(
    stack: str, region: str, project: str | None, cluster: str, own: LeaderName
) -> tuple[Call, ...]:
    """Ask for the address of the instance of a cluster, and turn the name to it."""
    ask = alloydb(
        region,
        project,
        "get",
        cluster,
        instance=cluster,
        save={"address": "ipAddress"},
        seconds=TURN_S,
        by_hand=f"ADDRESS=$(gcloud alloydb instances describe {cluster} --cluster={cluster} "
        f"--region={region} --project={project or PROJECT} --format='value(ipAddress)')",
    )
    record = {"name": f"{own.name}.", "type": own.kind, "ttl": own.ttl, "rrdatas": [ADDRESS]}
    write = _call(
        stack,
        region,
        "patch",
        own,
        by_hand=f'gcloud dns record-sets update {own.name}. --rrdatas="$ADDRESS" --ttl={own.ttl}',
        body=json.dumps(record, sort_keys=True),
    )
    return ask, write


def turned(stack: str, region: str, own: LeaderName) -> Call:
    """Wait until the name leads to that address."""
    wanted = Expect(equals={"rrdatas.0": ADDRESS})
    by_hand = f"gcloud dns record-sets describe {own.name}."
    return _call(stack, region, "get", own, by_hand=by_hand, expect=wanted)


def _call(
    stack: str, region: str, operation: str, own: LeaderName, *, by_hand: str, **more: object
) -> Call:
    zone = google_zone(stack)
    path = f"/dns/v1/projects/{PROJECT}/managedZones/{zone}/rrsets/{own.name}./{own.kind}"
    return Call(
        cloud="gcp",
        service="dns",
        operation=f"resourceRecordSets.{operation}",
        region=region,
        method={"get": "GET"}.get(operation, "PATCH"),
        urls=(f"https://{host_of('gcp', 'dns', region)}{path}",),
        headers=JSON,
        seconds=TURN_S,
        by_hand=f"{by_hand} --type={own.kind} --zone={zone} --project={PROJECT}",
        **more,  # pyright: ignore[reportArgumentType]
    )
