"""The table of `tricenter plan --cost`."""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from tricenter.cli.output import Table

if TYPE_CHECKING:
    from tricenter.topology.plan import Plan

FORMAT = "tricenter.cost/v1"


def cost_tables(plan: "Plan", files: list[Path]) -> tuple[Table, ...]:
    """What a plan costs a month, line by line, then by site, then the price of one drill."""
    from tricenter.topology.cost import estimate, load_prices, read_prices
    from tricenter.topology.placement import clouds_of

    prices = {cloud: load_prices(cloud) for cloud in clouds_of(plan.target)}
    prices |= {table.cloud: table for table in map(read_prices, files)}
    cost = estimate(plan, prices)
    lines = tuple(
        (
            line.site,
            line.kind,
            line.what,
            f"{line.amount:,.0f} {line.unit}",
            f"{line.price:,.2f}",
            f"{line.month:,.0f}",
        )
        for line in sorted(cost.lines, key=lambda one: (one.site, one.kind, one.what))
    )
    at = ", ".join(f"{cloud} {region}" for cloud, region in cost.priced_in.items())
    title = (
        f"{plan.topology} on target {plan.target}: about {cost.currency} "
        f"{rough(cost.month):,.0f} a month at list prices of {at}"
    )
    data = {
        "format": FORMAT,
        "topology": plan.topology,
        "target": plan.target,
        "currency": cost.currency,
        "month": round(cost.month, 2),
        "by_site": {name: round(month, 2) for name, month in cost.by("site").items()},
        "by_kind": {name: round(month, 2) for name, month in cost.by("kind").items()},
        "drill": round(cost.drill, 2),
        "priced_in": dict(cost.priced_in),
        "stands_in": {cloud: list(regions) for cloud, regions in cost.stands_in.items()},
        "lines": [{**asdict(line), "month": round(line.month, 2)} for line in cost.lines],
        "notes": list(cost.notes),
    }
    columns = ("SITE", "KIND", "WHAT", "AMOUNT", "PRICE", "MONTH")
    sums = tuple((name, f"{month:,.0f}") for name, month in cost.by("site").items())
    drill = (
        f"one drill of two hours in a stack of its own: about {cost.currency} {rough(cost.drill):g}"
    )
    return (
        Table(title=title, columns=columns, rows=lines, data=data),
        Table(columns=("SITE", "MONTH"), rows=sums, notes=(drill, *cost.notes)),
    )


def rough(amount: float) -> float:
    """An amount to two figures: list prices written down by hand bear no more."""
    return float(f"{amount:.2g}")
