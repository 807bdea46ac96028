"""Settings of a server that do not come from its configuration: ALTER SYSTEM, ALTER ROLE."""

from collections.abc import Iterator, Sequence

from tricenter.lab.drift import Drift
from tricenter.lab.errors import LabError
from tricenter.lab.host import run_in_host
from tricenter.lab.stack import Stack
from tricenter.topology.promising import PROMISING
from tricenter.topology.render.patroni import socket_folder

AS_STRONG = frozenset({"on", "remote_apply"})
"""Values that weaken nothing, where a setting has an order."""
ASKED = tuple(sorted(name for name, measure in PROMISING.items() if measure != "failover"))

SEEN = """
SELECT 'system', '', name, setting FROM pg_settings
 WHERE sourcefile LIKE '%postgresql.auto.conf' AND name = ANY ('{{{names}}}')
UNION ALL
SELECT coalesce(r.rolname, ''), coalesce(d.datname, ''), split_part(c, '=', 1),
       substr(c, strpos(c, '=') + 1)
  FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) c
  LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase
 WHERE NOT pg_is_in_recovery() AND split_part(c, '=', 1) = ANY ('{{{names}}}')
"""
RESET = """
SELECT format('ALTER SYSTEM RESET %I', name) FROM pg_settings
 WHERE sourcefile LIKE '%postgresql.auto.conf' AND name = ANY ('{{{names}}}')
UNION ALL
SELECT CASE WHEN s.setrole = 0 THEN format('ALTER DATABASE %I RESET %I', d.datname, n)
            WHEN s.setdatabase = 0 THEN format('ALTER ROLE %I RESET %I', r.rolname, n)
            ELSE format('ALTER ROLE %I IN DATABASE %I RESET %I', r.rolname, d.datname, n) END
  FROM pg_db_role_setting s
 CROSS JOIN LATERAL (SELECT split_part(c, '=', 1) n FROM unnest(s.setconfig) c) x
  LEFT JOIN pg_roles r ON r.oid = s.setrole LEFT JOIN pg_database d ON d.oid = s.setdatabase
 WHERE NOT pg_is_in_recovery() AND n = ANY ('{{{names}}}') \\gexec
SELECT pg_reload_conf();
"""


def overrides(stack: Stack, site: str, database: str, port: int) -> tuple[Drift, ...]:
    """Promising settings of a member's server that somebody set in the server itself.

    Roles' and databases' own are told by the leader alone. Empty where it does not answer.
    """
    said = _psql(stack, site, database, port, ["-F", "\t", "-c", SEEN.format(names=_names())])
    return tuple(read_rows(line.split("\t") for line in (said or "").splitlines()))


def reset_overrides(stack: Stack, site: str, database: str, port: int) -> None:
    """Take them away, so that the configuration is in force; LabError when it is refused."""
    if _psql(stack, site, database, port, ["-f", "-"], RESET.format(names=_names())) is None:
        raise LabError(f"the settings of {database} in {site} could not be reset")


def read_rows(rows: Iterator[list[str]]) -> Iterator[Drift]:
    """The settings in rows of role, database, name, value that are weaker than the plan's."""
    for row in rows:
        if len(row) != 4 or row[3] in AS_STRONG:
            continue
        role, database, name, value = row
        where = "ALTER SYSTEM" if role == "system" else f"of role {role or '*'}"
        inside = f" in {database}" if database else ""
        yield Drift(name=f"{where}{inside}.{name}", planned=None, found=value)


def _names() -> str:
    return ",".join(ASKED)


def _psql(
    stack: Stack,
    site: str,
    database: str,
    port: int,
    options: Sequence[str],
    script: str | None = None,
) -> str | None:
    argv = ["psql", "-XAtqw", "-v", "ON_ERROR_STOP=1", "-h", socket_folder(database)]
    argv += ["-p", str(port), "-d", "postgres", *options]
    try:
        done = run_in_host(stack, site, argv, user="postgres", input=script, timeout=10.0)
    except LabError:
        return None
    return done.stdout if done.returncode == 0 else None
