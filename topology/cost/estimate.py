"""The estimate: lines by site and kind from a plan and the prices of its clouds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tricenter.topology.clouds.catalog import catalog
from tricenter.topology.cost.prices import HOURS, Prices
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedHost, PlannedMember

ASSUMED_SIZE_MIB = 100 * 1024
"""Of a database whose size the spec does not state."""
DRILL_HOURS = 2.0
"""A drill on a cloud: creation, the fault, measurement, removal. Managed databases alone take half
an hour each to come and to go (an assumption; a drill's record has the time it took)."""
EVERYWHERE = "all"
EXCLUDED = (
    "traffic between regions and to clients, input and output of storage, monitoring, logs, "
    "support, taxes"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CostLine:
    """One kind of thing in one place: `amount` of `unit` at `price` each, a month."""

    site: str
    kind: str
    what: str
    amount: float
    unit: str
    price: float

    @property
    def month(self) -> float:
        """What it costs a month."""
        return self.amount * self.price


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """The estimate of a plan in one currency; `drill` is what a drill of two hours costs.

    `priced_in` is the region whose list prices were taken, by cloud; `stands_in` where the plan is.
    """

    currency: str
    priced_in: Mapping[str, str]
    stands_in: Mapping[str, tuple[str, ...]]
    lines: tuple[CostLine, ...]
    drill: float
    notes: tuple[str, ...]

    @property
    def month(self) -> float:
        """All lines together, a month."""
        return sum(line.month for line in self.lines)

    def by(self, key: str) -> Mapping[str, float]:
        """The months by `site` or by `kind`."""
        found: dict[str, float] = {}
        for line in self.lines:
            name: str = getattr(line, key)
            found[name] = found.get(name, 0.0) + line.month
        return dict(sorted(found.items()))


def estimate(plan: Plan, prices: Mapping[str, Prices]) -> Cost:
    """The cost of a plan; `prices` by cloud. PriceError for an instance without a price."""
    lines = tuple(
        line
        for made in (_instances, _storage, _backups, _names, _keys)
        for line in made(plan, prices)
    )
    used = [prices[cloud] for cloud in sorted(_clouds(plan))]
    hourly = sum(line.month for line in lines if line.kind != "backup") / HOURS
    notes = [
        f"{table.cloud}: list prices of {table.region}, dated {table.dated}, "
        f"{table.confidence} confidence: {table.source}"
        for table in used
    ]
    stands = {cloud: _regions(plan, cloud) for cloud in sorted(_clouds(plan))}
    notes += [
        f"{table.cloud}: the plan stands in {', '.join(elsewhere)}, whose own prices are not in "
        f"the table; by {table.region}'s they are of the right size, and no more"
        for table in used
        if (elsewhere := [r for r in stands[table.cloud] if r != table.region])
    ]
    return Cost(
        currency=used[0].currency if used else "USD",
        priced_in={table.cloud: table.region for table in used},
        stands_in=stands,
        lines=lines,
        drill=hourly * DRILL_HOURS,
        notes=(*notes, f"not counted: {EXCLUDED}"),
    )


def _regions(plan: Plan, cloud: str) -> tuple[str, ...]:
    places = (host.place for host in plan.hosts)
    return tuple(sorted({place.region for place in places if place and place.cloud == cloud}))


def _clouds(plan: Plan) -> frozenset[str]:
    return frozenset(host.place.cloud for host in plan.hosts if host.place)


def _members(plan: Plan) -> Iterator[tuple[PlannedDatabase, PlannedMember, PlannedHost]]:
    for database in plan.databases:
        for member in database.members:
            host = plan.host(member.site)
            if host.place is not None:
                yield database, member, host


def _instances(plan: Plan, prices: Mapping[str, Prices]) -> Iterator[CostLine]:
    shared: set[str] = set()
    for database, member, host in _members(plan):
        if host.place is None:
            continue
        service = catalog(host.place.cloud).services[database.service]
        machine = member.machine or service.example
        what = f"{database.name}: {machine}"
        if database.service == "self-managed":
            # One machine a site carries every database that is self-managed there.
            if host.name in shared:
                continue
            shared.add(host.name)
            what = machine
        yield CostLine(
            site=host.name,
            kind="compute",
            what=what,
            amount=1,
            unit="instance",
            price=prices[host.place.cloud].month_of(machine),
        )


def _storage(plan: Plan, prices: Mapping[str, Prices]) -> Iterator[CostLine]:
    held: set[tuple[str, str]] = set()
    for database, _, host in _members(plan):
        if host.place is None:
            continue
        table = prices[host.place.cloud]
        by_region = table.storage_copies[database.service] == "region"
        once = (database.name, host.place.region if by_region else host.name)
        if once in held:
            continue
        held.add(once)
        yield CostLine(
            site=host.name,
            kind="storage",
            what=f"{database.name}, {'its region' if by_region else 'its own copy'}",
            amount=(database.size_mib or ASSUMED_SIZE_MIB) / 1024,
            unit="GiB",
            price=table.storage[database.service],
        )


def _backups(plan: Plan, prices: Mapping[str, Prices]) -> Iterator[CostLine]:
    sizes = {d.name: (d.size_mib or ASSUMED_SIZE_MIB) / 1024 for d in plan.databases}
    vaults = {vault.name: vault.place for vault in plan.vaults}
    for backup in plan.backups:
        held = sum(sizes[name] for name in backup.databases)
        # Snapshots are incremental after the first; each kept one is taken for a twentieth.
        kept = 1 + 0.05 * (backup.daily + backup.weekly + backup.monthly)
        for copy in (*backup.repositories, *backup.vaults):
            place = vaults[copy] if copy in vaults else plan.host(copy).place
            if place is None:
                continue
            table = prices[place.cloud]
            yield CostLine(
                site=copy,
                kind="backup",
                what=f"{backup.name}, {backup.daily + backup.weekly + backup.monthly} kept",
                amount=held * kept,
                unit="GiB",
                price=table.cold if copy in vaults else table.backup,
            )


def _names(plan: Plan, prices: Mapping[str, Prices]) -> Iterator[CostLine]:
    clouds = {"route53": "aws", "cloud-dns": "gcp"}
    checks = sum(len(found) for record in plan.zone.records for _, found in record.addresses)
    for service in plan.zone.services:
        table = prices[clouds[service]]
        for what, amount, price in (
            (f"{service}: zone {plan.zone.name}", 1, table.zone),
            (f"{service}: health checks", checks, table.health_check),
        ):
            yield CostLine(
                site=EVERYWHERE, kind="names", what=what, amount=amount, unit="each", price=price
            )


def _keys(plan: Plan, prices: Mapping[str, Prices]) -> Iterator[CostLine]:
    regions = sorted({(h.place.cloud, h.place.region) for h in plan.hosts if h.place})
    for cloud, region in regions:
        yield CostLine(
            site=EVERYWHERE,
            kind="keys",
            what=f"key of {region}",
            amount=1,
            unit="each",
            price=prices[cloud].key,
        )
