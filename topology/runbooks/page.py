"""A scenario's runbook on a cloud: by verbs that work there, the bundle, the cloud itself."""

from collections.abc import Iterable
from typing import Any

from tricenter.topology.addresses import readdress
from tricenter.topology.bundle.changes import OWN, look
from tricenter.topology.bundle.lost import lost_sites
from tricenter.topology.bundle.patroni import Seat
from tricenter.topology.plan import Plan, PlannedScenario
from tricenter.topology.render import fill
from tricenter.topology.runbooks import commands
from tricenter.topology.runbooks.backups import fulls, kept, keys
from tricenter.topology.runbooks.beside import to_moment
from tricenter.topology.runbooks.vaults import NEW_STACK, loads, newest

PARTS = {
    "lose-site": "moves", "lose-pair": "moves", "lose-city": "moves", "isolate": "moves",
    "cut": "stays", "lose-witness": "stays", "lose-vault": "stays", "lose-dns-provider": "stays",
}  # fmt: skip
"""Templates that serve several kinds of scenarios; another kind has one of its own name."""


def cloud_page(plan: Plan, scenario: PlannedScenario, stack: str) -> str:
    """The page of a scenario for a stack (its id) on a cloud."""
    plan = readdress(plan)
    lost = lost_sites(scenario)
    left = [host.name for host in plan.sites if host.name not in lost]
    own = [database for database in plan.databases if database.service in OWN]
    values: dict[str, Any] = {
        "plan": plan,
        "scenario": scenario,
        "stack": stack,
        "part": PARTS.get(scenario.kind, scenario.kind),
        "folder": f"bundles/{scenario.id.replace(':', '-')}",
        "lost": lost,
        "seat": next(iter(left), ""),
        "services": {database.name: database.service for database in plan.databases},
        "own": bool(own),
        "looks": _set(_looks(plan, stack, left)),
        "proofs": [f"dig +short {database.writer}" for database in plan.databases],
        "backups": _set(kept(plan, stack)),
        "fulls": _set(fulls(plan, stack)),
    }
    values |= _moves(plan, scenario, left)
    if scenario.kind == "drop-table":
        struck = next(d for d in plan.databases if d.name == scenario.target)
        backup = commands.backup_of(plan, struck.name)
        values |= {
            "own": struck.service in OWN,
            "restores": list(_set(to_moment(plan, struck, stack))),
            "repository": backup.repositories[0] if backup and backup.repositories else "",
        }
    if scenario.kind == "lose-all":
        values |= _all_gone(plan, stack)
    return fill("runbooks/cloud/page.md.j2", values)


def _set(lines: Iterable[str]) -> list[str]:
    """Lines to paste, after those that ask for the account and the project they name."""
    found = [commands.filled(line) for line in lines]
    return [*commands.first_lines("\n".join(found)), *found]


def _looks(plan: Plan, stack: str, left: list[str]) -> list[str]:
    found: list[str] = []
    for database in plan.databases:
        held = [member.site for member in database.members if member.site in left]
        if held and database.service not in OWN:
            prefer = database.prefer if database.prefer in held else held[0]
            found.append(look(plan, database, prefer, stack, Seat(plan, prefer)).by_hand)
    return found


def _moves(plan: Plan, scenario: PlannedScenario, left: list[str]) -> dict[str, Any]:
    """What a person does where leaders have to move."""
    moved = [o for o in scenario.outcomes if o.leader and o.leader != o.prefer]
    own = any(database.service in OWN for database in plan.databases)
    away = [site.name for site in plan.sites if site.name not in left]
    return {
        "moves": bool(moved),
        "automatic": all(o.decides == "automatic" for o in moved),
        "failovers": [
            f"tricenter failover --database {o.database} --to {o.leader} --accept-loss 0s"
            for o in moved
        ],
        "rejoins": [f"tricenter rejoin {site}" for site in away] if own else [],
    }


def _all_gone(plan: Plan, stack: str) -> dict[str, Any]:
    placed = {vault.name for vault in plan.vaults if vault.place is not None}
    restored: list[dict[str, Any]] = []
    for database in plan.databases:
        backup = commands.backup_of(plan, database.name)
        reached = [name for name in backup.vaults if name in placed] if backup else []
        if not reached:
            continue
        lines = _set(newest(plan, database, stack, reached[0]))
        restored.append(
            {
                "name": database.name,
                "own": database.service in OWN,
                "lines": lines,
                "loads": list(loads(database)),
            }
        )
    has = {one["name"] for one in restored}
    return {
        "new_stack": NEW_STACK,
        "restored": restored,
        "lacking": [d.name for d in plan.databases if d.name not in has],
        "vaults": sorted({vault for backup in plan.backups for vault in backup.vaults}),
        "key": _set(keys(plan, stack)),
        "zone": _set(_servers(plan)),
    }


def _servers(plan: Plan) -> list[str]:
    """The name servers that the new zone has."""
    found: list[str] = []
    if "route53" in plan.zone.services:
        found.append(
            f"aws route53 list-hosted-zones-by-name --dns-name {plan.zone.name} --max-items 1"
        )
    if "cloud-dns" in plan.zone.services:
        found.append(
            f"gcloud dns managed-zones list --filter='dnsName={plan.zone.name}.' "
            "--format='value(nameServers)' --project=$PROJECT"
        )
    return found or [f"dig +short NS {plan.zone.name}"]
