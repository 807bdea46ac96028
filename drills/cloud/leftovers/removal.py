"""The command that deletes one leftover by hand, where no state is there to destroy it by.

On AWS the names of operations and their arguments are botocore's; a test compares them. gcloud's
are those of its reference: https://cloud.google.com/sdk/gcloud/reference (2026-11-25).
"""

import re
import shlex

from tricenter.drills.cloud.leftovers import Leftover
from tricenter.topology.aws_names import suffix_of
from tricenter.topology.cloud_types import removals

SECRET_SUFFIX = re.compile(r"-[A-Za-z0-9]{6}$")
"""What Secrets Manager adds to a secret's name in its ARN."""


def removal(left: Leftover) -> str:
    """The command, quoted for a shell; a sentence for what has none here."""
    template = removals(left.cloud).get(left.kind)
    if left.kind == "compute address":
        where = "--global" if left.place == left.owner else "--region {place}"
        template = f"compute addresses delete {{name}} {where}"
    if template is None:
        return f"look for {left.reference or left.name} in the console: no command is known here"
    name = left.name
    if left.kind == "secretsmanager secret":
        name = SECRET_SUFFIX.sub("", name)
    told = {"name": name, "place": left.place, "reference": left.reference, "owner": left.owner}
    if left.cloud == "aws":
        told["suffix"] = suffix_of(left.place)
    words = [word.format(**told) for word in template.split()]
    if left.cloud == "aws":
        where = [] if left.place == "global" else ["--region", left.place]
        return shlex.join(["aws", *words, *where])
    return shlex.join(["gcloud", *words, "--project", left.owner])
