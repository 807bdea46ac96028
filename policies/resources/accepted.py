"""Whether vaults take what a backup plan puts into them, and why not.

Checked 2026-11-30 in botocore's model of AWS Backup (Lifecycle, PutBackupVaultLockConfiguration),
and at https://docs.aws.amazon.com/aws-backup/latest/devguide/point-in-time-recovery.html
"""

from collections.abc import Iterator, Sequence

from tricenter.policies.resources.backup_facts import Kept, Schedule, Vault, VaultLock
from tricenter.policies.resources.graph import Graph, leads_to
from tricenter.policies.resources.values import UNKNOWN, Known

LONGEST_CONTINUOUS = 35
"""Days for which AWS Backup keeps a log."""
COLD = 90
"""Days that a backup stays in cold storage at least."""
Range = tuple[Known[float] | None, Known[float] | None]
"""The fewest and the most days that a vault takes."""


def refused(graph: Graph, schedule: Schedule) -> Iterator[Known[str]]:
    """Why backups of a rule, or copies of them, are refused; not known where some vault may."""
    if schedule.kept is None:
        return
    yield from _continuous(schedule, schedule.kept)
    first = _targets(graph, schedule, schedule.kept)
    for number, kept in enumerate((schedule.kept, *schedule.copies)):
        yield from _cold(kept)
        vaults = first if number == 0 else _others(graph, kept, first)
        answers = [_by_vault(graph, kept, vault) for vault in vaults]
        answers = answers or [_by_range(kept, _locks_by_name(graph, kept), "its vault")]
        if all(isinstance(answer, str) for answer in answers):
            yield answers[0] or ""
        elif any(answer is not None for answer in answers):
            yield UNKNOWN


def _continuous(schedule: Schedule, kept: Kept) -> Iterator[Known[str]]:
    if schedule.continuous is not True or kept.days is UNKNOWN:
        return
    if kept.days is None or kept.days > LONGEST_CONTINUOUS:
        time = "for ever" if kept.days is None else f"for {kept.days:g} days"
        yield f"keeps a log {time}; the service keeps one for {LONGEST_CONTINUOUS} days at most"


def _cold(kept: Kept) -> Iterator[Known[str]]:
    if kept.cold is None or kept.days is None:
        return
    if kept.cold is UNKNOWN or kept.days is UNKNOWN:
        yield UNKNOWN
    elif kept.days < kept.cold + COLD:
        yield (
            f"moves backups into cold storage after {kept.cold:g} days and deletes them after "
            f"{kept.days:g}; they stay there for {COLD} at least"
        )


def _targets(graph: Graph, schedule: Schedule, kept: Kept) -> tuple[Vault, ...]:
    """The vaults that a rule may fill first, which are in its region."""
    found = () if kept.vault is None else graph.all(kept.vault, Vault)
    here = schedule.place.region
    return tuple(one for one in found if one.place.region in (here, None) or here is None)


def _others(graph: Graph, kept: Kept, first: Sequence[Vault]) -> tuple[Vault, ...]:
    """The vaults that a copy may go into: where that is not said yet, another than the first."""
    found = () if kept.vault is None else graph.all(kept.vault, Vault)
    if kept.vault is not None and kept.vault.name is not UNKNOWN:
        return found
    return tuple(one for one in found if one not in first) or found


def _by_vault(graph: Graph, kept: Kept, vault: Vault) -> Known[str] | None:
    ranges: list[Range] = [(vault.least, vault.most)]
    for lock in graph.of(VaultLock):
        if lock.vault is not None and leads_to(lock.vault, vault):
            ranges.append((lock.least, lock.most))
    return _by_range(kept, ranges, vault.title)


def _locks_by_name(graph: Graph, kept: Kept) -> list[Range]:
    """The locks of a vault that is not in the stack, by its name."""
    link = kept.vault
    if link is None or link.name is UNKNOWN:
        return []
    name = link.name.rpartition(":")[2]
    return [
        (lock.least, lock.most)
        for lock in graph.of(VaultLock)
        if lock.vault is not None
        and lock.vault.name == name
        and (lock.vault.region == link.region or None in (lock.vault.region, link.region))
    ]


def _by_range(kept: Kept, ranges: Sequence[Range], vault: str) -> Known[str] | None:
    doubtful = False
    for least, most in ranges:
        for limit in (least, most):
            doubtful = doubtful or limit is UNKNOWN or (limit is not None and kept.days is UNKNOWN)
        if kept.days is UNKNOWN:
            continue
        if isinstance(least, float) and kept.days is not None and kept.days < least:
            return f"keeps for {kept.days:g} days what {vault} refuses below {least:g}"
        if isinstance(most, float) and (kept.days is None or kept.days > most):
            time = "for ever" if kept.days is None else f"for {kept.days:g} days"
            return f"keeps {time} what {vault} refuses beyond {most:g}"
    return UNKNOWN if doubtful else None
