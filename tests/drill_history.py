"""A made-up drill for tests: a history as clients and the drill write it, to be spoilt at will."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from tricenter.drills import evidence
from tricenter.drills.case import Case, compress
from tricenter.drills.checkers import judge
from tricenter.drills.history import Event, in_order
from tricenter.drills.rebuild_evidence import rebuild_part
from tricenter.drills.verdict import worst
from tricenter.policies.records.drill import FaultPart, Record, StepPart
from tricenter.topology.compile import compile_plan
from tricenter.topology.forecast import forecast
from tricenter.topology.validate import load

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "stacks" / "ledger.yaml"
TOPOLOGY = load(SPEC)
PLAN = compile_plan(TOPOLOGY)
SCENARIO = forecast(TOPOLOGY).scenario("lose-site:binjiang")
WORKERS = tuple(
    f"{client.name}/{database.name}/{number}"
    for client in PLAN.clients
    for database in PLAN.databases
    for number in range(2)
)
START, WALL = 5000.0, 1_795_000_000.0
FAULT, BACK, HEAL, END = 20.0, 43.2, 55.0, 110.0
DESTROYED, BUILDS, BUILT = 72.0, 76.0, 99.0
"""When the site is lost with its disks, deployed again, and the rebuild is over."""
OPENING, ACCOUNTS = 100_000, 20
Change = Callable[[list[Event]], list[Event]]


@dataclass
class Books:
    """What a database really holds, by worker and account."""

    written: dict[str, list[int]] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)


def event(at: float, kind: str, source: str, **data: Any) -> Event:
    """An event `at` seconds after the start."""
    return Event(at=START + at, wall=WALL + at, kind=kind, source=source, data=data)


def address(database: str, site: str) -> str:
    """The address of a database's copy."""
    members = next(d.members for d in PLAN.databases if d.name == database)
    return next(m.address for m in members if m.site == site)


def make_events(back: float = BACK) -> list[Event]:
    """A drill that goes as forecast; writes to ledger-a are back at `back` seconds."""
    return list(_events(back))


@lru_cache
def _events(back: float) -> tuple[Event, ...]:
    rng = random.Random(1)
    books = {database.name: Books() for database in PLAN.databases}
    events = [event(0.0, "workload", "drill", workers=len(WORKERS))]
    events += [
        event(0.0, "opening", "drill", database=name, total=OPENING * ACCOUNTS) for name in books
    ]
    for worker in WORKERS:
        events += _writes(worker, books, back, rng)
    for client in PLAN.clients:
        events += _answers(client.name, back)
    events += _control(books, back)
    return in_order(events)


def _writes(worker: str, books: dict[str, Books], back: float, rng: random.Random) -> list[Event]:
    database = worker.split("/")[1]
    book, found, at, seq = books[database], [], rng.random() * 0.2, 0
    while at < END - 5:
        seq += 1
        struck = database == "ledger-a" and at >= FAULT - 0.03
        down = struck and at < back
        site = "xihu" if struck or database == "ledger-b" else "binjiang"
        found.append(event(at, "write-start", worker, database=database, seq=seq))
        if down:
            found.append(
                event(
                    at + 2.4,
                    "write-unknown",
                    worker,
                    database=database,
                    seq=seq,
                    began=START + at,
                    reason="connection lost",
                )
            )
            at = back + rng.random() * 0.4
            continue
        took = 0.045 + rng.random() * 0.02
        server = address(database, site)
        found.append(
            event(
                at + took,
                "write-ok",
                worker,
                database=database,
                seq=seq,
                began=START + at,
                server=server,
            )
        )
        book.written.setdefault(worker, []).append(seq)
        one, two = rng.sample(range(1, ACCOUNTS + 1), 2)
        book.moved[str(one)] = book.moved.get(str(one), 0) - 7
        book.moved[str(two)] = book.moved.get(str(two), 0) + 7
        if seq % 20 == 0:
            found.append(
                event(
                    at + took + 0.01,
                    "sum",
                    worker,
                    database=database,
                    total=OPENING * ACCOUNTS,
                    server=server,
                )
            )
        at += took + 0.2 + rng.random() * 0.03
    return found


def _answers(client: str, back: float) -> list[Event]:
    found: list[Event] = []
    moment = 0.1
    while moment < END - 5:
        for database in PLAN.databases:
            site = database.prefer
            if database.name == "ledger-a" and moment > FAULT:
                site = "xihu" if moment > back - 1.5 else None
            addresses = [address(database.name, site)] if site else []
            found.append(
                event(
                    moment,
                    "answer",
                    client,
                    name=database.writer,
                    addresses=addresses,
                    server="10.77.3.10",
                )
            )
        gone = FAULT + 3 < moment < HEAL + 2
        public = [
            a
            for site, some in PLAN.zone.records[0].addresses
            for a in some
            if not (gone and site == "binjiang")
        ]
        found.append(
            event(
                moment,
                "answer",
                client,
                name="api.pay.example.com",
                addresses=public,
                server="10.77.3.10",
            )
        )
        moment += 0.5
    return found


def _control(books: dict[str, Books], back: float) -> list[Event]:
    found = [
        event(1.0, "leader", "drill", database="ledger-a", site="binjiang"),
        event(1.0, "leader", "drill", database="ledger-b", site="xihu"),
        event(FAULT, "fault-start", "drill", fault="site-loss", sites=["binjiang"]),
        event(FAULT + 0.4, "fault-on", "drill", fault="site-loss", sites=["binjiang"]),
        event(back - 1.8, "leader", "drill", database="ledger-a", site="xihu"),
        event(HEAL, "heal-start", "drill", fault="site-loss"),
        event(HEAL + 1, "fault-end", "drill", fault="site-loss"),
    ]
    found += _rebuild(books)
    for name, book in books.items():
        found.append(
            event(
                HEAL + 9,
                "rejoined",
                "drill",
                database=name,
                site="binjiang",
                seconds=8.1,
                how="pg_rewind",
                full_copy_logged=False,
                system_before="7",
                system_after="7",
                files=980,
                files_kept=975,
            )
        )
        balances = {str(n): OPENING + book.moved.get(str(n), 0) for n in range(1, ACCOUNTS + 1)}
        found.append(
            event(
                END,
                "final-read",
                "drill",
                database=name,
                site="xihu",
                opening=OPENING,
                balances=balances,
                moved=book.moved,
                transfers={w: compress(seqs) for w, seqs in book.written.items()},
            )
        )
        for site in ("binjiang", "xihu", "tianfu"):
            found.append(
                event(
                    END,
                    "member-read",
                    "drill",
                    database=name,
                    site=site,
                    total=OPENING * ACCOUNTS,
                    digest="d" * 8,
                )
            )
    return found


def _rebuild(databases: Iterable[str]) -> list[Event]:
    """The site lost with its disks and built anew: two copies, one voice."""
    limits = {name: [0.0, 2.0] for name in databases}
    facts = {"fault": "site-destroyed", "sites": ["binjiang"], "text": "its disk was deleted"}
    others = {"xihu": ["b1"], "tianfu": ["c1"]}
    return [
        event(DESTROYED, "destroy-start", "drill", forecast=limits, **facts),
        event(DESTROYED + 0.5, "destroy-on", "drill", fault="site-destroyed"),
        event(BUILDS, "rebuild-start", "drill", by="by `pulumi up`"),
        *(
            event(
                BUILDS + 13,
                "rebuilt",
                "drill",
                database=name,
                site="binjiang",
                seconds=12.6,
                how="full copy by basebackup",
                full_copy_logged=True,
                system_before="7",
                system_after="7",
                files=980,
                files_old=0,
            )
            for name in limits
        ),
        event(BUILDS + 18, "rebuild-deployed", "drill"),
        event(BUILT, "rebuild-end", "drill"),
        event(
            BUILT + 0.1,
            "voice-rebuilt",
            "drill",
            site="binjiang",
            before={"binjiang": ["a1"], **others},
            after={"binjiang": ["a2"], **others},
        ),
        event(BUILT + 1.5, "status-after", "drill", says=[]),
    ]


def make_case(change: Change | None = None, back: float = BACK, *, rebuilds: bool = True) -> Case:
    """The case of such a drill, its events changed by `change` before."""
    events = make_events(back)
    if change is not None:
        events = change(events)
    return Case(
        plan=PLAN, scenario=SCENARIO, workers=WORKERS, events=in_order(events), rebuilds=rebuilds
    )


def make_record() -> Record:
    """The record of a drill that goes as forecast."""
    case = make_case()
    findings = judge(case)
    first, last = case.events[0], case.events[-1]
    return Record(
        schema="tricenter/drill-record/v1",
        run="7f3a00",
        scenario="lose-site:binjiang",
        title="binjiang is destroyed",
        topology="ledger",
        digest=PLAN.digest,
        verdict=worst(findings),
        started=evidence.clock(first.wall),
        ended=evidence.clock(last.wall),
        length=round(last.at - first.at, 3),
        fault=FaultPart(
            text="the network of binjiang was cut, then every process in it killed (SIGKILL)",
            sites=("binjiang",),
            start=evidence.clock(WALL + FAULT),
            complete_after=0.4,
            healed=evidence.clock(WALL + HEAL),
        ),
        units=evidence.units(case),
        rebuild=rebuild_part(case),
        capacity=evidence.capacity(case),
        checks=evidence.checks(findings),
        steps=(StepPart(name="deploy", text="deploy the spec", seconds=31.2),),
        versions={"tricenter": "0.1.0", "PostgreSQL": "15.18"},
        machine="2 processors",
        workload="12 connections",
        limits=("kill -9 proves replication, not fsync.",),
        leftovers=(),
        history_digest=evidence.history_digest(case.events),
        repeat=("tricenter drill run lose-site --spec stacks/ledger.yaml",),
    )
