"""The calls to Route 53 that turn a leader's name, and the one to RDS that says where to.

Which zone it is, is asked when a bundle runs: there may be others of that name.
"""

from xml.sax.saxutils import escape

from tricenter.topology.aws_names import partition_of, regional_id
from tricenter.topology.bundle.aws import rds
from tricenter.topology.bundle.model import Call, Expect
from tricenter.topology.dns.leader_name import KIND, LeaderName, zone_comment
from tricenter.topology.endpoints import ROUTE53, host_of

VERSION = "2013-04-01"
"""The version of Route 53's API."""
SPACE = f"https://route53.amazonaws.com/doc/{VERSION}/"
XML = "application/xml"
TURN_S = 900
"""Seconds to try again for: records are edited in one region, which may have its own disaster."""
ZONE, HOST = "{zone}", "{host}"
"""Filled in by what earlier calls of the step are told: `/hostedzone/ID`, and an endpoint."""


def turn(stack: str, database: str, region: str, own: LeaderName, zone: str) -> tuple[Call, ...]:
    """Find the zone of a stack, ask for the host of a region's instance, turn the name to it."""
    return (
        _find_zone(stack, region, zone),
        _ask_host(stack, database, region),
        _write(region, own),
    )


def turned(region: str, own: LeaderName) -> Call:
    """Wait until the name leads to that host."""
    query = f"maxitems=1&name={own.name}&type={KIND}"
    wanted = Expect(
        element="ResourceRecordSet",
        having={"Name": f"{own.name}.", "Type": KIND},
        equals={"ResourceRecords/ResourceRecord/Value": HOST},
    )
    by_hand = (
        'aws route53 list-resource-record-sets --hosted-zone-id "$ZONE" '
        f"--start-record-name {own.name} --start-record-type {KIND} --max-items 1"
    )
    return _call(
        region, "ListResourceRecordSets", "GET", f"{ZONE}/rrset?{query}", by_hand, expect=wanted
    )


def _find_zone(stack: str, region: str, zone: str) -> Call:
    said = zone_comment(stack)
    mine = {"Name": f"{zone}.", "Config/Comment": said}
    by_hand = (
        f"ZONE=$(aws route53 list-hosted-zones-by-name --dns-name {zone} --output text "
        f"--query \"HostedZones[?Name=='{zone}.'&&Config.Comment=='{said}'].Id\")"
    )
    return _call(
        region,
        "ListHostedZonesByName",
        "GET",
        f"/hostedzonesbyname?dnsname={zone}",
        by_hand,
        expect=Expect(element="HostedZone", having=mine),
        save={"zone": "Id"},
    )


def _ask_host(stack: str, database: str, region: str) -> Call:
    name = regional_id(stack, database, region)
    return rds(
        region,
        "DescribeDBInstances",
        {"DBInstanceIdentifier": name},
        expect=Expect(element="DBInstance", having={"DBInstanceIdentifier": name}),
        save={"host": "Endpoint/Address"},
        seconds=TURN_S,
        by_hand=f"HOST=$(aws rds describe-db-instances --db-instance-identifier {name} "
        f"--region {region} --query 'DBInstances[0].Endpoint.Address' --output text)",
    )


def _write(region: str, own: LeaderName) -> Call:
    record = (
        f"<Name>{escape(own.name)}</Name><Type>{KIND}</Type><TTL>{own.ttl}</TTL><ResourceRecords>"
        f"<ResourceRecord><Value>{HOST}</Value></ResourceRecord></ResourceRecords>"
    )
    change = (
        f"<Change><Action>UPSERT</Action><ResourceRecordSet>{record}</ResourceRecordSet></Change>"
    )
    short = f"{{Name={own.name},Type={KIND},TTL={own.ttl},ResourceRecords=[{{Value=$HOST}}]}}"
    by_hand = (
        'aws route53 change-resource-record-sets --hosted-zone-id "$ZONE" --change-batch '
        f'"Changes=[{{Action=UPSERT,ResourceRecordSet={short}}}]"'
    )
    return _call(
        region,
        "ChangeResourceRecordSets",
        "POST",
        f"{ZONE}/rrset/",
        by_hand,
        headers={"Content-Type": XML},
        body=f'<ChangeResourceRecordSetsRequest xmlns="{SPACE}"><ChangeBatch><Changes>{change}'
        "</Changes></ChangeBatch></ChangeResourceRecordSetsRequest>",
        expect=Expect(element="ChangeInfo"),
    )


def _call(
    region: str, operation: str, method: str, path: str, by_hand: str, **more: object
) -> Call:
    """A call at the one region of a partition that takes it; tried again for a while."""
    control, _ = ROUTE53[partition_of(region)]
    return Call(
        cloud="aws",
        service="route53",
        operation=operation,
        region=control,
        method=method,
        urls=(f"https://{host_of('aws', 'route53', region)}/{VERSION}{path}",),
        seconds=TURN_S,
        by_hand=by_hand,
        **more,  # pyright: ignore[reportArgumentType]
    )
