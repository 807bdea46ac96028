"""The promises of a spec at this moment: each objective, kept or not, and why."""

from collections.abc import Iterator
from dataclasses import dataclass

from tricenter.lab.unwell import EVERY, Measure, Unwell
from tricenter.topology.plan import Plan, PlannedObjective
from tricenter.topology.scenario_ids import split_scenario

RESTORED = frozenset({"lose-all", "drop-table", "delete-backup", "lose-vault"})
"""Classes of scenarios after which the data comes from backups."""


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


def rests_on(objective: PlannedObjective) -> dict[str, tuple[Measure, ...]]:
    """What must hold now for the objective's RPO and RTO.

    An RPO above zero is bounded by the log that is archived, whoever confirms commits meanwhile.
    """
    if split_scenario(objective.scenario)[0] in RESTORED:
        return {"rpo": ("archive", "restore"), "rto": ("restore",)}
    return {
        "rpo": ("commits",) if objective.rpo == 0 else ("archive",),
        "rto": ("failover", "names"),
    }


def _promises(plan: Plan, unwell: tuple[Unwell, ...]) -> Iterator[Promise]:
    for objective in plan.objectives:
        for database in plan.databases:
            for measure, on in rests_on(objective).items():
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
