"""Compute Engine."""

from tricenter.offline.gcp.server.call import Call, Handler, Kind
from tricenter.offline.gcp.server.compute import disk, health, machine, network, region, router, vpn
from tricenter.offline.gcp.server.operations import done
from tricenter.offline.gcp.server.refusal import Json
from tricenter.offline.gcp.server.resources import check_stamp, fingerprint

HOST = "compute.googleapis.com"
DOCUMENT = "compute"
LABELLED = (
    "addresses", "disks", "firewalls", "forwardingRules", "globalAddresses", "instances",
    "regionDisks", "snapshots", "vpnGateways", "vpnTunnels", "externalVpnGateways",
)  # fmt: skip


def _operation(call: Call) -> Json:
    return call.get(call.path.removesuffix("/wait"))


def _set_labels(call: Call) -> Json:
    path = call.path.rpartition("/")[0]
    body = call.get(path)
    check_stamp(call, body, call.body)
    body["labels"] = call.body.get("labels", {})
    body["labelFingerprint"] = fingerprint(call.store.number("stamp", 1))
    call.put(path, body)
    return done(call, path, "setLabels")


KINDS: dict[str, Kind] = {
    **network.KINDS,
    **router.KINDS,
    **vpn.KINDS,
    **health.KINDS,
    **disk.KINDS,
    **machine.KINDS,
}
HANDLERS: dict[str, Handler] = {
    **{f"compute.{scope}Operations.wait": _operation for scope in ("global", "region", "zone")},
    **{f"compute.{kind}.setLabels": _set_labels for kind in LABELLED},
    **network.HANDLERS,
    **disk.HANDLERS,
    **machine.HANDLERS,
    **region.HANDLERS,
}
