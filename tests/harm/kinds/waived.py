"""Waivers that are over, cover nothing, or name no rule."""

from typing import Any

from tests.harm.edit import Fires, Pick, Spec, harmful


def _waiver(rule: str, target: str, expires: str) -> dict[str, Any]:
    reason = "accepted until the second remote site opens"
    return {"rule": rule, "target": target, "reason": reason, "owner": "desk", "expires": expires}


def _waive(spec: Spec, waiver: dict[str, Any]) -> int:
    spec.setdefault("waivers", []).append(waiver)
    return len(spec["waivers"]) - 1


@harmful("a waiver covers nothing")
def _(spec: Spec, pick: Pick) -> Fires:
    database = pick.one(sorted(spec["databases"]))
    index = _waive(spec, _waiver("replica-per-site", database, "2031-01-01"))
    return {("waiver-needed", ("waivers", index))}


@harmful("a waiver names no rule")
def _(spec: Spec, pick: Pick) -> Fires:
    database = pick.one(sorted(spec["databases"]))
    index = _waive(spec, _waiver("replica-per-sight", database, "2031-01-01"))
    return {("waiver-rule-known", ("waivers", index, "rule"))}


@harmful("a waiver has expired, and what it covered stands")
def _(spec: Spec, pick: Pick) -> Fires:
    name = pick.one(sorted(spec["partners"]))
    del spec["partners"][name]["stream"]
    index = _waive(spec, _waiver("partners-stream", name, "2026-11-24"))
    return {
        ("waiver-current", ("waivers", index, "expires")),
        ("partners-stream", ("partners", name)),
    }


@harmful("the waiver of a vault in the account of the sites is taken away", "aws", "gcp", "mixed")
def _(spec: Spec, pick: Pick) -> Fires:
    (waiver,) = (w for w in spec["waivers"] if w["rule"] == "vault-account-apart")
    spec["waivers"].remove(waiver)
    (vault,) = spec["vaults"]
    (cloud,) = {"aws", "gcp"} & set(spec["vaults"][vault])
    owner = {"aws": "account", "gcp": "project"}[cloud]
    return {("vault-account-apart", ("vaults", vault, cloud, owner))}


@harmful("the waiver of the one DNS provider is taken away", "aws", "gcp")
def _(spec: Spec, pick: Pick) -> Fires:
    (waiver,) = (w for w in spec["waivers"] if w["rule"] == "dns-two-providers")
    spec["waivers"].remove(waiver)
    return {("dns-two-providers", ("dns", "providers"))}


@harmful("a waiver is for a rule about waivers")
def _(spec: Spec, pick: Pick) -> Fires:
    rule = pick.one(["waiver-current", "waiver-needed", "waiver-rule-known"])
    index = _waive(spec, _waiver(rule, "waivers", "2031-01-01"))
    return {("waiver-rule-known", ("waivers", index, "rule"))}


@harmful("a waiver of a whole section covers nothing in it")
def _(spec: Spec, pick: Pick) -> Fires:
    name = pick.one(sorted(spec["partners"]))
    del spec["partners"][name]["stream"]
    index = _waive(spec, _waiver("partners-stream", "partners", "2031-01-01"))
    return {("partners-stream", ("partners", name)), ("waiver-needed", ("waivers", index))}
