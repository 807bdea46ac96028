"""The time a recovery takes: each term from the settings of the programs that cause it."""

from dataclasses import dataclass

from tricenter.topology.forecast.model import Term
from tricenter.topology.spec import Topology


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """Settings and facts, in seconds, that recovery times are derived from.

    The first five are the spec's. The others are constants of the programs, read in their
    source or documentation, or measured on the lab (2 cores, 2026-11).
    """

    ttl: float
    loop_wait: float
    retry_timeout: float
    client_timeout: float
    writer_ttl: float

    store_election: float = 2.0
    """etcd: an election starts after one to two election timeouts of 1 s."""
    lease_extension: float = 1.0
    """etcd: a new leader restarts every lease with its full life and one election timeout."""
    expiry_scan: float = 0.5
    """etcd: expired leases are looked for every 500 ms."""
    member_timeout: float = 2.0
    """Patroni: fixed patience with a silent member in the leader race (fetch_node_status)."""
    promotion: tuple[float, float] = (0.1, 2.0)
    """PostgreSQL: end of recovery; measured below 1 s with little to replay."""
    wal_sender_timeout: float = 5.0
    """PostgreSQL: a silent standby is dropped after this (our configuration)."""
    shrink: tuple[float, float] = (1.0, 4.0)
    """Patroni: taking lost voters off the list, beside one round; measured 2.1 to 3 s."""
    reconnect: float = 1.0
    """PostgreSQL: a standby asks its new leader again after this (our wal_retrieve_retry_interval).
    """
    name_check: float = 1.0
    """Name servers ask for the leader once a second."""
    reply: float = 2.0
    """A client's request that was under way asks the next name server or connection."""
    noticed: tuple[float, float] = (0.0, 80.0)
    """A person is told of a loss and types the command; a drill knows at once."""
    prepared: tuple[float, float] = (0.0, 280.0)
    """A person chooses the copy and the moment that are restored, and where."""
    store_alone: tuple[float, float, float] = (1.7, 2.0, 2.2)
    """The store is restarted without the voices that are lost; measured 1.7 to 2.2 s."""
    appointed: tuple[float, float, float] = (2.2, 4.0, 8.4)
    """A leader is appointed by the verb; measured 2.2 to 8.4 s."""
    restore_start: tuple[float, float, float] = (7.0, 11.0, 22.0)
    """Fetching the catalogue, starting PostgreSQL, first write; 11 s measured for 35 MiB."""
    restore_rate: float = 100.0
    """MiB a second that a restore writes as a rule, where no restore test was measured: assumed."""
    replay_rate: float = 40_000.0
    """Transactions a second that replay makes as a rule: an assumption, no test measures it."""


def timings_of(topology: Topology) -> Timings:
    """The timings of a topology as the lab runs it."""
    timing = topology.timing
    return Timings(
        ttl=timing.ttl,
        loop_wait=timing.loop_wait,
        retry_timeout=timing.retry_timeout,
        client_timeout=timing.client_timeout,
        writer_ttl=topology.dns.writer_ttl,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """The terms that do not depend on who was lost, made once for all scenarios."""

    lease: Term
    fence: Term
    race: Term
    shrink: Term
    voter_lost: Term
    dns: Term
    client: Term
    reply: Term
    noticed: Term
    by_hand: Term
    """A leader is appointed where the store's majority is lost and comes first."""
    appointed: Term
    """The same where the store decides."""
    demotion: float
    """Longest time that a leader without the store goes on, in seconds."""
    alone: float
    """Longest time that a new leader's commits wait for nobody, in seconds.

    Patroni empties synchronous_standby_names when it promotes and names who follows in a later
    round (ha.py 4.1.5, enforce_primary_role, 2026-11-30); 1.0 s was measured."""


def terms_of(t: Timings) -> Terms:
    """The terms for these timings."""
    # The lease is renewed in every round or every second one: it may be two rounds old.
    youngest = max(0.0, t.ttl - 2 * t.loop_wait)
    oldest = t.ttl + t.store_election + t.lease_extension + t.expiry_scan
    # The last renewal was half a round ago, and the scan finds that it is over.
    usual = max(youngest, t.ttl - t.loop_wait / 2 + t.expiry_scan)
    demotion = t.retry_timeout + 2 * t.loop_wait + t.reply
    lease = (
        f"the leader's lease ends: ttl {t.ttl:g} s, renewed within {2 * t.loop_wait:g} s; "
        "longest if the store's own leader was lost with it"
    )
    fence = (
        f"the old leader stops by itself within {demotion:g} s of losing the store "
        f"(retry_timeout {t.retry_timeout:g} s), before its lease ends"
    )
    race = (
        f"the leader race waits {t.member_timeout:g} s for the silent member, "
        "then PostgreSQL promotes"
    )
    asked = f"name servers ask every {t.name_check:g} s, answers live {t.writer_ttl:g} s"
    tried = f"a connection tried too early is given up after {t.client_timeout:g} s"
    first, last = (t.member_timeout + seconds for seconds in t.promotion)
    return Terms(
        lease=Term(name="detect", low=youngest, high=oldest, source=lease, likely=usual),
        fence=Term(name="fence", low=0.0, high=0.0, source=fence),
        race=Term(name="promote", low=first, high=last, source=race, likely=first + 0.4),
        shrink=_shrink(t),
        voter_lost=_voter_lost(t),
        dns=Term(name="dns", low=0.0, high=t.name_check + t.writer_ttl, source=asked),
        client=Term(name="client", low=0.0, high=t.client_timeout, source=tried),
        reply=Term(
            name="client",
            low=0.0,
            high=t.reply,
            source="writes go on; a request under way may be asked again",
            likely=t.reply / 4,
        ),
        noticed=_noticed(t),
        by_hand=_by_hand(t),
        appointed=_appointed(t),
        demotion=demotion,
        alone=2 * t.loop_wait + t.reconnect,
    )


def _noticed(t: Timings) -> Term:
    low, high = t.noticed
    source = "a person is told of the loss, and types the command"
    return Term(name="detect", low=low, high=high, source=source, person=True)


def _appointed(t: Timings) -> Term:
    low, likely, high = t.appointed
    return Term(name="promote", low=low, high=high, source="a leader is appointed", likely=likely)


def _by_hand(t: Timings) -> Term:
    both = zip(t.store_alone, t.appointed, strict=True)
    low, likely, high = (alone + appointed for alone, appointed in both)
    source = (
        "no majority of the voices is left: the store is restarted without the lost ones, then a "
        "leader is appointed"
    )
    return Term(name="promote", low=low, high=high, source=source, likely=likely)


def _shrink(t: Timings) -> Term:
    source = (
        "no voter is left to acknowledge: commits wait until the lost ones are "
        f"off the list (loop_wait {t.loop_wait:g} s)"
    )
    low, high = (t.loop_wait + seconds for seconds in t.shrink)
    return Term(name="commit", low=low, high=high, source=source)


def _voter_lost(t: Timings) -> Term:
    source = (
        f"commits wait for the lost voter: dropped after {t.wal_sender_timeout:g} s, "
        "then off the list"
    )
    low = t.wal_sender_timeout + t.shrink[0] - 0.5
    high = t.wal_sender_timeout + t.loop_wait + t.shrink[1]
    return Term(name="commit", low=low, high=high, source=source)
