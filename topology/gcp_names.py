"""Names on Google Cloud: made from the stack's id, the site and the subject, within its limits."""

import hashlib
import re
from collections.abc import Iterable

GOOGLE_HOST = "googleapis.com"
"""What the names of Google's APIs end with."""
OWN_LABEL = "tricenter-"
"""How labels of the spec's own begin; Google and the provider add others."""
LONGEST = 63
"""Characters of a name of most Google resources (RFC 1035)."""
LONGEST_ACCOUNT = 30
"""Characters of a service account's id; it has at least six."""


def gcp_name(stack: str, *parts: str | None, longest: int = LONGEST) -> str:
    """A resource's own name: `ledger-dev-binjiang-ledger-a`.

    `stack` is the stack's id; that of a drill has the id of its run, so that no two runs ask for
    the same name. What is too long is cut, and then a digest keeps two names apart.
    """
    wanted = "-".join(_words((stack, *parts)))
    if not wanted[:1].isalpha():
        wanted = f"t-{wanted}"
    if len(wanted) <= longest:
        return wanted
    digest = hashlib.sha256(wanted.encode()).hexdigest()[:6]
    return f"{wanted[: longest - 7].rstrip('-')}-{digest}"


def label_value(text: str) -> str:
    """A label's value as Google allows it: lower case, digits, `_` and `-`, at most 63."""
    return re.sub(r"[^a-z0-9_-]", "-", text.lower())[:LONGEST]


def _words(parts: Iterable[str | None]) -> list[str]:
    return [re.sub(r"[^a-z0-9]+", "-", part.lower()).strip("-") for part in parts if part]
