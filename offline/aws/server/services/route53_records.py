"""Changes of records in Route 53, all of a batch or none, with what the real service asks of each.

moto takes away every record of a set identifier, whatever its name, and creates records twice
(moto 5.2.5): so batches are done here, on moto's zones.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportUnknownLambdaType=false

from collections.abc import Mapping, Sequence
from typing import Any

from moto.core import utils as moto_utils
from moto.moto_api._internal import mock_random
from moto.route53.models import RecordSet, route53_backends

from tricenter.offline.aws.server.call import Call, refuse
from tricenter.offline.aws.server.services.route53_subnets import refuse_unknown

SERVICE = "route53"
POLICIES = (
    "Weight", "Region", "Failover", "GeoLocation", "MultiValueAnswer", "CidrRoutingConfig"
)  # fmt: skip
INVALID = "InvalidChangeBatch"
Key = tuple[str, str, str | None]
"""Name, type and set identifier: what makes a record set one."""


def _full(name: str) -> str:
    return name.lower().rstrip(".") + "."


def _key(record: Any) -> Key:
    return _full(record.name), record.type, record.set_identifier


def _zone(call: Call) -> Any:
    name = str(call.params["HostedZoneId"]).rpartition("/")[2]
    found = route53_backends[call.account]["aws"].zones.get(name)
    return found or refuse("NoSuchHostedZone", f"No hosted zone found with ID: {name}")


def change(call: Call) -> Mapping[str, Any]:
    """Do a batch of changes; one that cannot be done leaves everything as it was."""
    zone = _zone(call)
    records: dict[Key, Any] = {_key(record): record for record in zone.rrsets}
    for wanted in call.params["ChangeBatch"]["Changes"]:
        _apply(zone, records, wanted["Action"], wanted["ResourceRecordSet"])
    for wanted in call.params["ChangeBatch"]["Changes"]:
        if wanted["Action"] != "DELETE":
            _sound(call, zone, records, wanted["ResourceRecordSet"])
    zone.rrsets = list(records.values())
    name = mock_random.get_random_string(length=14).upper()
    info = {"Id": f"/change/C{name}", "Status": "INSYNC", "SubmittedAt": moto_utils.utcnow()}
    return {"ChangeInfo": info}


def _apply(zone: Any, records: dict[Key, Any], action: str, given: Mapping[str, Any]) -> None:
    made = _record(given)
    key, what = _key(made), f"[name='{_full(given['Name'])}', type='{given['Type']}']"
    if not f".{key[0]}".endswith(f".{_full(zone.name)}"):
        refuse(INVALID, f"RRSet {what} is not permitted in zone {zone.name}")
    if action == "CREATE" and key in records:
        refuse(INVALID, f"Tried to create resource record set {what} but it already exists")
    if action != "DELETE":
        records[key] = made
        return
    if key not in records:
        refuse(INVALID, f"Tried to delete resource record set {what} but it was not found")
    if _values(records[key]) != _values(made):
        refuse(INVALID, f"Tried to delete {what} but the values do not match the current ones")
    if key[0] == _full(zone.name) and key[1] in {"NS", "SOA"}:
        refuse(INVALID, f"A HostedZone must contain {what}")
    del records[key]


def _record(given: Mapping[str, Any]) -> Any:
    values = [entry["Value"] for entry in given.get("ResourceRecords") or []]
    made: Any = RecordSet({**given, "Name": _full(given["Name"]), "ResourceRecords": values})
    # moto writes out what a record set has by the names of botocore's model.
    made.cidr_routing_config = given.get("CidrRoutingConfig")
    return made


def _values(record: Any) -> Sequence[Any]:
    alias = record.alias_target or {}
    target = _full(alias["DNSName"]) if alias else ""
    health = record.health_check_id
    return (
        record.ttl,
        sorted(record.records or []),
        target,
        record.weight,
        record.failover,
        health,
    )


def _sound(call: Call, zone: Any, records: Mapping[Key, Any], given: Mapping[str, Any]) -> None:
    """One routing policy a name, and health checks and targets of aliases that exist."""
    name, kind = _full(given["Name"]), given["Type"]
    check = given.get("HealthCheckId")
    if check and check not in route53_backends[call.account]["aws"].health_checks:
        refuse("NoSuchHealthCheck", f"no health check {check}")
    if cidr := given.get("CidrRoutingConfig"):
        refuse_unknown(call, cidr)
    policies = {policy for policy in POLICIES if given.get(policy) is not None}
    if policies and "SetIdentifier" not in given:
        refuse("InvalidInput", f"{min(policies)} needs a SetIdentifier")
    own = (name, kind, given.get("SetIdentifier"))
    for key, other in records.items():
        if key[:2] == (name, kind) and _policies(other) != policies:
            refuse(INVALID, f"{name} {kind} would have records of several routing policies")
        if key[:2] == (name, kind) and key != own and _same_turn(other, given):
            refuse(
                INVALID,
                f"{name} {kind} has a record of that failover type or place already, with "
                f"identifier {key[2]}",
            )
        if key[0] == name and (key[1] == "CNAME") != (kind == "CNAME"):
            refuse(INVALID, f"a CNAME record at {name} excludes every other type")
    target = given.get("AliasTarget")
    if target and target["HostedZoneId"] == zone.id:
        wanted = (_full(target["DNSName"]), kind)
        if wanted not in {key[:2] for key in records}:
            where = f"targets {wanted[0]}, type {kind} in zone {zone.id}"
            refuse(INVALID, f"Tried to create an alias that {where}, but it was not found")


def _same_turn(record: Any, given: Mapping[str, Any]) -> bool:
    """Whether two record sets of a name would answer in the same case: both the first or both the
    second of a failover pair, or for the same place.

    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-failover.html
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-values-geo.html
    (checked 2026-11-30)
    """
    if given.get("Failover"):
        return record.failover == given["Failover"]
    if cidr := given.get("CidrRoutingConfig"):
        return getattr(record, "cidr_routing_config", None) == cidr
    place = given.get("GeoLocation")
    return bool(place) and _place(record.geo_location) == _place(place)


def _place(found: Any) -> tuple[Any, ...]:
    return tuple(
        (found or {}).get(f"{kind}Code") for kind in ("Continent", "Country", "Subdivision")
    )


def _policies(record: Any) -> set[str]:
    values = (
        record.weight,
        record.region,
        record.failover,
        record.geo_location,
        record.multi_value_answer,
        getattr(record, "cidr_routing_config", None),
    )
    return {name for name, value in zip(POLICIES, values, strict=True) if value is not None}


ANSWERS = {"ChangeResourceRecordSets": change}
