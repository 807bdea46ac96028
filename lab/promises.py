"""The promises of a spec at this moment: each objective, kept or not, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from tricenter.lab.unwell import EVERY, Measure, Unwell
from tricenter.topology.plan import Plan
from tricenter.topology.scenario_ids import split_scenario

RESTORED = frozenset({"lose-all", "drop-table", "delete-backup", "lose-vault"})
"""Classes of scenarios after which the data comes from backups."""

RESTS_ON: dict[str, tuple[Measure, ...]] = {"rpo": ("commits",), "rto": ("failover", "names")}
RESTS_ON_BACKUPS: dict[str, tuple[Measure, ...]] = {
    "rpo": ("archive", "restore"),
    "rto": ("restore",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One objective of the spec for one database at this moment.

    `measure` is rpo or rto, `seconds` what is promised; `why` are the sentences that say why it
    is not kept, none where it is.
    """

    scenario: str
    database: str
    measure: str
    seconds: float
    kept: bool
    why: tuple[str, ...]


def promises(plan: Plan, unwell: tuple[Unwell, ...]) -> tuple[Promise, ...]:
    """Each objective of each database, by scenario, held against what is unwell."""
    return tuple(_promises(plan, unwell))


def _promises(plan: Plan, unwell: tuple[Unwell, ...]) -> Iterator[Promise]:
    for objective in plan.objectives:
        kind, _ = split_scenario(objective.scenario)
        rests = RESTS_ON_BACKUPS if kind in RESTORED else RESTS_ON
        for database in plan.databases:
            for measure, on in rests.items():
                why = tuple(
                    entry.says
                    for entry in unwell
                    if any(
                        b.measure in on and b.database in {EVERY, database.name}
                        for b in entry.breaks
                    )
                )
                yield Promise(
                    scenario=objective.scenario,
                    database=database.name,
                    measure=measure,
                    seconds=objective.rpo if measure == "rpo" else objective.rto,
                    kept=not why,
                    why=why,
                )
