"""The calls of databases that are our own: Patroni and etcd on the machine of a surviving site."""

from tricenter.topology.bundle.model import Call, Cloud, Expect
from tricenter.topology.plan import Plan, PlannedDatabase, PlannedHost
from tricenter.topology.render.etcd import CLIENT_PORT

PATRONI = "/srv/etc/patroni"
ETCD = "/srv/etc/etcd/etcd.yml"
ALONE = "/srv/etc/etcd/alone.yml"
TLS = "/srv/tls"
SETTLED_S = 300
ALONE_S = "10"
"""Seconds that the store runs to forget its other voices."""
ENDED_BY_TIMEOUT = 124


class Seat:
    """The machine on which a bundle runs: a site's own on a cloud, the lab's otherwise."""

    def __init__(self, plan: Plan, site: str) -> None:
        self.plan = plan
        self.host = plan.host(site)
        self.lab = self.host.place is None
        self.cloud: Cloud = "lab" if self.lab else "site"

    @property
    def region(self) -> str:
        """Where the machine is; the site's own name on the lab."""
        return self.host.place.region if self.host.place else self.host.name

    def command(self, service: str, operation: str, *argv: str, **more: object) -> Call:
        """A program on the machine."""
        inside = ("tricenter", "exec", self.host.name, "--", *argv) if self.lab else argv
        return Call(
            cloud=self.cloud,
            service=service,
            operation=operation,
            region=self.region,
            argv=inside,
            **more,  # pyright: ignore[reportArgumentType]
        )

    def as_postgres(self, *argv: str, **more: object) -> Call:
        """A program on the machine, as the user of the databases."""
        return self.command("machine", argv[0], "runuser", "-u", "postgres", "--", *argv, **more)

    def patronictl(self, verb: str, database: str, *more: str) -> Call:
        """Patroni's own command line."""
        folder = "/run/tricenter/venv" if self.lab else "/opt/patroni"
        program = (f"{folder}/bin/patronictl", "-c", f"{PATRONI}/{database}")
        return self.command("patroni", verb, *program, verb, database, *more)

    def etcdctl(self, *argv: str, **more: object) -> Call:
        """The store's own command line, at the machine's voice."""
        address = f"https://{self.host.address}:{CLIENT_PORT}"
        tls = ("--cacert", f"{TLS}/ca.crt", "--cert", f"{TLS}/host.crt", "--key", f"{TLS}/host.key")
        return self.command("etcd", argv[0], "etcdctl", "--endpoints", address, *tls, *argv, **more)

    def service(self, verb: str, name: str) -> Call:
        """Start or stop a service of the machine."""
        if self.lab:
            argv = ("tricenter", "service", self.host.name, verb, name)
            return Call(
                cloud="lab", service="machine", operation=verb, region=self.region, argv=argv
            )
        return self.command("machine", verb, "systemctl", verb, f"tricenter-{name}.service")


def observe(seat: Seat, database: str) -> Call:
    """Ask the machine's member who leads."""
    return seat.patronictl("list", database)


def blackhole(seat: Seat, lost: PlannedHost) -> tuple[Call, ...]:
    """Stop talking to a lost site: it gets no acknowledgement from here, dead or alive."""
    return tuple(
        seat.command("machine", "ip route", "ip", "route", "replace", "blackhole", f"{address}/32")
        for address in _addresses(seat.plan, lost)
    )


def open_again(seat: Seat, lost: PlannedHost) -> tuple[Call, ...]:
    """Talk to a site again."""
    return tuple(
        seat.command(
            "machine", "ip route", "ip", "route", "del", "blackhole", f"{a}/32", exits=(0, 2)
        )
        for a in _addresses(seat.plan, lost)
    )


def _addresses(plan: Plan, host: PlannedHost) -> tuple[str, ...]:
    """Where the services of a site talk from, without those of its clients."""
    return (host.address, *(member.address for member in plan.members_of(host.name)))


def store_alone(seat: Seat) -> tuple[Call, ...]:
    """Make the machine's voice a store of its own: its data stays, the others are forgotten."""
    if seat.lab:
        script = f"(cat {ETCD}; echo 'force-new-cluster: true') > {ALONE}"
        settings = seat.command("machine", "write", "sh", "-c", script)
    else:
        settings = Call(
            cloud="site",
            service="machine",
            operation="write",
            region=seat.region,
            write={"path": ALONE, "copy": ETCD, "append": "force-new-cluster: true\n"},
        )
    once = ("timeout", ALONE_S, "etcd", "--config-file", ALONE)
    return (
        seat.service("stop", "etcd"),
        settings,
        seat.as_postgres(*once, exits=(0, ENDED_BY_TIMEOUT)),
        seat.service("start", "etcd"),
        seat.etcdctl("endpoint", "health", seconds=SETTLED_S),
    )


def forget_leader(seat: Seat, database: str) -> Call:
    """Take away the lease of a leader that is gone."""
    return seat.etcdctl("del", f"/service/{database}/leader")


def switchover(seat: Seat, database: str, to: str) -> Call:
    """Hand over in order: refused unless the other has everything."""
    return seat.patronictl("switchover", database, "--candidate", to, "--force")


def failover(seat: Seat, database: str, to: str) -> Call:
    """Make a site lead whatever it has."""
    return seat.patronictl("failover", database, "--candidate", to, "--force")


def leads(seat: Seat, database: PlannedDatabase, site: str) -> Call:
    """Wait until a site's member says that it leads: Patroni answers 200 there alone."""
    member = next(m for m in database.members if m.site == site)
    url = f"https://{member.address}:{member.rest_port}/primary"
    if seat.lab:
        # A lab's addresses exist inside its hosts alone.
        return seat.patronictl("list", database.name)
    return Call(
        cloud=seat.cloud,
        service="patroni",
        operation="GET /primary",
        region=seat.region,
        urls=(url,),
        expect=Expect(),
        seconds=SETTLED_S,
        by_hand=f"curl --cacert {TLS}/ca.crt --cert {TLS}/host.crt --key {TLS}/host.key {url}",
    )
