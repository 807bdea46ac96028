"""How late each standby of the lab is, as the leader's server measures it."""

from tricenter.lab.errors import LabError
from tricenter.lab.host import run_in_host
from tricenter.lab.stack import Stack
from tricenter.topology.plan import PlannedDatabase
from tricenter.topology.render.patroni import socket_folder

LAGS = "SELECT application_name, extract(epoch FROM flush_lag) FROM pg_stat_replication"


def flush_lags(stack: Stack, database: PlannedDatabase, leads: str) -> dict[str, float]:
    """Seconds by which each standby has the log later on its disk; one that is idle is absent.

    Empty when the leader's server cannot be asked.
    """
    port = str(next(m.port for m in database.members if m.site == leads))
    argv = ["psql", "-XAtqw", "-F", "=", "-h", socket_folder(database.name), "-p", port]
    try:
        done = run_in_host(
            stack, leads, [*argv, "-d", "postgres", "-c", LAGS], user="postgres", timeout=10.0
        )
    except LabError:
        return {}
    rows = (line.partition("=") for line in done.stdout.splitlines() if "=" in line)
    return {site: float(lag) for site, _, lag in rows if lag}
