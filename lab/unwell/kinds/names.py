"""Name servers that are silent, or that send clients elsewhere than to the leader."""

from collections.abc import Iterator

from tricenter.lab.observed import DatabaseStatus, ServerStatus, Status
from tricenter.lab.stack import Stack
from tricenter.lab.unwell import UP, Breaks, Unwell
from tricenter.topology.plan import Plan


def find(stack: Stack, plan: Plan, seen: Status) -> Iterator[Unwell]:
    """What the servers of sites with power answer, held against who leads."""
    del stack
    off = {host.name for host in seen.hosts if not host.on}
    for server in seen.servers:
        if server.site not in off:
            yield from _wrong(plan, seen.databases, server)


def _wrong(
    plan: Plan, databases: tuple[DatabaseStatus, ...], server: ServerStatus
) -> Iterator[Unwell]:
    answers = dict(server.answers)
    if all(answer is None for answer in answers.values()):
        yield Unwell(
            code="nameserver-silent",
            where=server.site,
            says=f"the name server of {server.site} does not answer",
            next=UP,
            mends="up",
        )
        return
    for database, status in zip(plan.databases, databases, strict=True):
        wanted = {m.address for m in database.members if m.site == status.leader}
        if set(answers[database.writer] or ()) != wanted:
            named = ", ".join(answers[database.writer] or ()) or "nobody"
            yield Unwell(
                code="writer-name-wrong",
                where=server.site,
                says=f"{server.site} names {named} as the writer of {database.name}",
                mends="itself",
                breaks=(Breaks(measure="names", database=database.name),),
            )
