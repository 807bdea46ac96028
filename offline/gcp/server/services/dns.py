"""Cloud DNS: zones, record sets by themselves or in changes, routing policies."""

import re

from tricenter.offline.gcp.server import links
from tricenter.offline.gcp.server.call import Call, Handler, Kind
from tricenter.offline.gcp.server.fields import values
from tricenter.offline.gcp.server.places import check_region
from tricenter.offline.gcp.server.refusal import Json, Refused, invalid, precondition

HOST = "dns.googleapis.com"
DOCUMENT = "dns"
NAME = re.compile(r"(?:[a-z0-9_*](?:[-a-z0-9_]{0,62})?\.)+")


def _zone_path(call: Call) -> str:
    return f"projects/{call.project}/managedZones/{call.params['managedZone']}"


def _record_path(zone: str, record: Json) -> str:
    return f"{zone}/rrsets/{record['name']}/{record['type']}"


def _made(call: Call, path: str, body: Json) -> None:
    """A new zone has name servers and the two records that every zone has."""
    _complete(body)
    if not NAME.fullmatch(body["dnsName"]):
        raise invalid(f"Invalid value for 'entity.managedZone.dnsName': '{body['dnsName']}'")
    public = body["visibility"] == "public"
    if not any(body.get("privateVisibilityConfig", {}).values()):
        body.pop("privateVisibilityConfig", None)
        if not public:
            raise invalid("A private zone names the networks that see it.")
    servers = [f"ns-cloud-{group}{n}.googledomains.com." for group in "a" for n in (1, 2, 3, 4)]
    body["nameServers"] = servers if public else ["ns-gcp-private.googledomains.com."]
    soa = f"{body['nameServers'][0]} cloud-dns-hostmaster.google.com. 1 21600 3600 259200 300"
    for kind, data in (("NS", body["nameServers"]), ("SOA", [soa])):
        record = {"name": body["dnsName"], "type": kind, "ttl": 21600, "rrdatas": data}
        call.put(_record_path(path, record), record | {"kind": "dns#resourceRecordSet"})


def _changed(call: Call, before: Json, body: Json) -> None:
    """A changed zone is as complete as a new one."""
    del call, before
    _complete(body)


def _complete(body: Json) -> None:
    if "dnssecConfig" in body:
        body["dnssecConfig"] |= {"kind": "dns#managedZoneDnsSecConfig"}


def _removed(call: Call, path: str, body: Json) -> None:
    """A zone goes only when nothing but its own NS and SOA is left."""
    own = {(body["dnsName"], "NS"), (body["dnsName"], "SOA")}
    records = call.store.below(DOCUMENT, f"{path}/rrsets/").values()
    left = [one for one in records if (one["name"], one["type"]) not in own]
    if left:
        raise Refused(
            400,
            f"The resource named '{path.rpartition('/')[2]}' cannot be deleted because it "
            "contains one or more 'resource records'.",
            reason="containerNotEmpty",
        )


def _check_record(call: Call, zone: Json, record: Json) -> None:
    name, end = record.get("name", ""), zone["dnsName"]
    if not NAME.fullmatch(name) or not (name == end or name.endswith(f".{end}")):
        raise invalid(f"Invalid value for 'entity.change.additions.name': '{name}' is not in {end}")
    if not record.get("type"):
        raise invalid("The record set has no type", reason="required")
    policy = record.get("routingPolicy")
    if bool(record.get("rrdatas")) == bool(policy):
        raise invalid("A record set has either rrdatas or a routingPolicy.")
    if policy:
        _check_policy(call, zone, policy)


def _check_policy(call: Call, zone: Json, policy: Json) -> None:
    kinds = [name for name in ("geo", "wrr", "primaryBackup") if policy.get(name)]
    if len(kinds) != 1:
        raise invalid("A routing policy has exactly one of geo, wrr and primaryBackup.")
    geos = [policy.get("geo"), policy.get("primaryBackup", {}).get("backupGeoTargets")]
    for geo in filter(None, geos):
        places = [item["location"] for item in geo.get("items", ())]
        for place in places:
            check_region(place)
        if len(set(places)) != len(places):
            raise invalid("Each location may occur once in a geo policy.")
    if check := policy.get("healthCheck"):
        links.target(call, check, "compute")
    _check_targets(zone, policy, policy.get("healthCheck"))


ITEMS = ("geo.items", "wrr.items", "primaryBackup.backupGeoTargets.items")


def _check_targets(zone: Json, policy: Json, check: str | None) -> None:
    """Public zones check addresses on the Internet, private zones internal load balancers."""
    public = zone["visibility"] == "public"
    items = [item for base in ITEMS for item in values(policy, base)]
    targets: list[Json] = [item.get("healthCheckedTargets", {}) for item in items]
    targets.append(policy.get("primaryBackup", {}).get("primaryTargets", {}))
    external: list[list[str]] = [
        one["externalEndpoints"] for one in targets if "externalEndpoints" in one
    ]
    internal = any(one.get("internalLoadBalancers") for one in targets)
    if public and internal:
        raise invalid(
            "Internal load balancers are not allowed in public zones.",
            reason="internalLoadBalancerDisallowedInPublicZone",
        )
    if external and not check:
        raise invalid("External endpoints need a health check in the routing policy.")
    signed = zone.get("dnssecConfig", {}).get("state") == "on"
    # The document's text on signatureRrdatas: one health-checked address an item with DNSSEC.
    if signed and any(len(one) > 1 for one in external):
        raise invalid("With DNSSEC an item may have at most one health checked address.")


def _create_record(call: Call) -> Json:
    zone = call.get(_zone_path(call))
    record = _whole(call.body)
    _check_record(call, zone, record)
    path = _record_path(_zone_path(call), record)
    if call.find(path):
        raise Refused(
            409,
            f"The resource 'entity.rrset' named '{record['name']} ({record['type']})' already"
            " exists",
        )
    call.put(path, record)
    return record


def _whole(record: Json) -> Json:
    return {"ttl": 0, **record, "kind": "dns#resourceRecordSet"}


def _patch_record(call: Call) -> Json:
    zone, path = call.get(_zone_path(call)), _own_record(call)
    after = call.get(path) | call.body
    _check_record(call, zone, after)
    call.put(path, after)
    return after


def _own_record(call: Call) -> str:
    return f"{_zone_path(call)}/rrsets/{call.params['name']}/{call.params['type']}"


def _get_record(call: Call) -> Json:
    return call.get(_own_record(call))


def _delete_record(call: Call) -> Json:
    path = _own_record(call)
    call.get(path)
    _not_own(call.get(_zone_path(call)), call.params["name"], call.params["type"])
    call.drop(path)
    return {}


def _not_own(zone: Json, name: str, kind: str) -> None:
    if name == zone["dnsName"] and kind in {"NS", "SOA"}:
        raise invalid(f"The {kind} record set of the zone itself cannot be deleted.")


def _list_records(call: Call) -> Json:
    zone = _zone_path(call)
    call.get(zone)
    found = call.store.below(DOCUMENT, f"{zone}/rrsets/").values()
    name, kind = call.query.get("name"), call.query.get("type")
    fitting = [one for one in found if name in (None, one["name"]) and kind in (None, one["type"])]
    return {"kind": "dns#resourceRecordSetsListResponse", "rrsets": fitting}


def _change(call: Call) -> Json:
    """Deletions first, each of a record set as it is; then additions; all or nothing."""
    path = _zone_path(call)
    zone = call.get(path)
    for record in call.body.get("deletions", ()):
        found = call.find(_record_path(path, record))
        if found is None:
            raise Refused(
                404,
                f"The 'entity.change.deletions[0]' resource named '{record['name']} "
                f"({record['type']})' does not exist.",
            )
        if not _same(found, record):
            raise precondition(
                f"Precondition not met for 'entity.change.deletions' {record['name']}"
            )
        call.drop(_record_path(path, record))
    for record in call.body.get("additions", ()):
        whole = _whole(record)
        _check_record(call, zone, whole)
        if call.find(_record_path(path, whole)):
            raise Refused(
                409,
                f"The resource 'entity.change.additions[0]' named '{record['name']} "
                f"({record['type']})' already exists",
            )
        call.put(_record_path(path, whole), whole)
    number = str(call.store.number(f"change {path}", 1))
    body = call.body | {"kind": "dns#change", "id": number, "startTime": call.now, "status": "done"}
    call.put(f"{path}/changes/{number}", body)
    return body


def _same(found: Json, named: Json) -> bool:
    fields = ("ttl", "rrdatas", "routingPolicy")
    return all(name not in named or named[name] == found.get(name) for name in fields)


KINDS: dict[str, Kind] = {
    "managedZones": Kind(
        needed=("dnsName", "description"),
        defaults={"visibility": "public"},
        made=_made,
        changed=_changed,
        removed=_removed,
    ),
}
HANDLERS: dict[str, Handler] = {
    "dns.resourceRecordSets.create": _create_record,
    "dns.resourceRecordSets.patch": _patch_record,
    "dns.resourceRecordSets.get": _get_record,
    "dns.resourceRecordSets.delete": _delete_record,
    "dns.resourceRecordSets.list": _list_records,
    "dns.changes.create": _change,
}
