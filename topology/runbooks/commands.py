"""What commands of runbooks are made of: who is asked, by which name, with which account.

Names that only an account knows are asked of it by the commands themselves. AWS's command line as
its version 2 has it, Google's as of 2026-11-30: https://docs.aws.amazon.com/cli/latest/reference/,
https://cloud.google.com/sdk/gcloud/reference
"""

from tricenter.topology.gcp_names import gcp_name
from tricenter.topology.managed_instances import instance_of, managed_instances
from tricenter.topology.plan import Plan, PlannedBackup, PlannedDatabase, PlannedPlace
from tricenter.topology.render.pgbackrest import ETC, SECRETS

ACCOUNT = "ACCOUNT=$(aws sts get-caller-identity --query Account --output text)"
PROJECT = "PROJECT=$(gcloud config get-value project)"
SCRATCH = "/srv/scratch"
SCRATCH_PORT = 6432


def first_lines(text: str) -> tuple[str, ...]:
    """The lines that set what a text of commands asks of the account, before it."""
    return tuple(line for name, line in (("$ACCOUNT", ACCOUNT), ("$PROJECT", PROJECT))
                 if name in text)  # fmt: skip


def filled(by_hand: str) -> str:
    """A call's own command with the account and project that `first_lines` sets."""
    return by_hand.replace("{account}", "$ACCOUNT").replace("{project}", "$PROJECT")


def place_of(plan: Plan, database: PlannedDatabase, gone: tuple[str, ...] = ()) -> PlannedPlace:
    """Where a database is asked: at its preferred site, or another that is not gone."""
    sites = [database.prefer, *(member.site for member in database.members)]
    left = [site for site in sites if site not in gone] or sites
    place = plan.host(left[0]).place
    assert place is not None  # noqa: S101 - a plan of a cloud has places
    return place


def backup_of(plan: Plan, name: str) -> PlannedBackup | None:
    """The schedule that covers a database."""
    return next((backup for backup in plan.backups if name in backup.databases), None)


def scratch_of(database: PlannedDatabase) -> str:
    """Where a database is restored on a machine of ours: its data, and its socket."""
    return f"{SCRATCH}/{database.name}"


def backrest(stanza: str, *more: str, secrets: str = SECRETS) -> str:
    """pgBackRest on the machine of a repository, for one database."""
    own = [f"--config={ETC}/repository.conf", f"--config-include-path={secrets}"]
    return " ".join(["pgbackrest", *own, f"--stanza={stanza}", *more])


def instance(plan: Plan, database: PlannedDatabase, stack: str) -> str:
    """The name of the managed instance, or cluster, at the site that a database prefers."""
    found = instance_of(managed_instances(plan, database), database.prefer)
    return gcp_name(stack, found.site, database.name)


def project_of(place: PlannedPlace) -> str:
    """The project of a place, as commands name it."""
    return place.owner or "$PROJECT"
