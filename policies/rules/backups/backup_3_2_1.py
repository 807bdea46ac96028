"""Three copies of the data, on two media, one of them off site."""

from collections.abc import Iterator

from tricenter.policies.clauses import cite
from tricenter.policies.facts import Facts
from tricenter.policies.rule import Finding, Rule
from tricenter.topology.spec import Topology
from tricenter.topology.spec_backups import Backup

COPIES, MEDIA, OFF_SITE = 3, 2, 1


def find(facts: Facts) -> Iterator[Finding]:
    """Backups that do not count to that; the data itself is the first copy, replicas are none."""
    topology = facts.topology
    for name, backup in sorted(topology.backups.items()):
        copies, media, off_site = counts(topology, backup)
        if copies < COPIES or media < MEDIA or off_site < OFF_SITE:
            message = (
                f"{name} counts {copies} copies of the data on {_many(media, 'medium', 'media')}, "
                f"{off_site} off site: {COPIES}, {MEDIA} and {OFF_SITE} are asked for"
            )
            yield Finding(path=("backups", name, "copies"), at="key", message=message)


def counts(topology: Topology, backup: Backup) -> tuple[int, int, int]:
    """Copies (the data itself among them), media, and copies off the sites that lead the data.

    The disks of sites are one medium; a vault is attached only while it is written, so its
    medium is another one, a disk too.
    """
    leading = {topology.databases[database].prefer for database in backup.of}
    media = {topology.vaults[p].medium for p in backup.copies if p in topology.vaults}
    off_site = [place for place in backup.copies if place not in leading]
    return 1 + len(backup.copies), 1 + len(media), len(off_site)


def _many(count: int, one: str, several: str) -> str:
    return f"{count} {one if count == 1 else several}"


RULE = Rule(
    severity="high",
    clauses=(cite("3-2-1"),),
    fix="copy it to a site that does not lead the data and to a vault",
    passes="backups: {nightly: {copies: [tianfu, xihu, cold-vault]}}",
    fails="{backups: {nightly: {copies: [tianfu]}}, vaults: null}",
    find=find,
)
