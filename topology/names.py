"""Names that outlive a change of roles: by site and capability, never by who leads."""

import hashlib
import re

LONGEST_STACK_ID = 40
"""Characters of a stack's id; the lab puts it into the names of namespaces and folders."""


def logical_name(
    topology: str, place: str | None, capability: str, subject: str | None = None
) -> str:
    """`<topology>-<site>-<capability>[-<database or record>]`; no site for what serves all."""
    return "-".join(filter(None, (topology, place, capability, subject)))


def stack_id(topology: str, stack: str) -> str:
    """The id of a deployed topology: `ledger-dev` for the spec `ledger` and the stack `dev`.

    `stack` may be qualified (`organization/project/dev`). What an id cannot hold is replaced, and
    then a digest keeps two stacks apart that would look alike.
    """
    wanted = f"{topology}-{stack.rpartition('/')[2]}"
    usable = re.sub(r"[^a-z0-9]+", "-", wanted.lower()).strip("-")
    if usable == wanted and len(usable) <= LONGEST_STACK_ID:
        return usable
    digest = hashlib.sha256(wanted.encode()).hexdigest()[:6]
    return f"{usable[: LONGEST_STACK_ID - 7].rstrip('-')}-{digest}"
