"""Who is told, on every cloud: the addresses that the stack's configuration names."""

import pulumi

KEY = "notify"
"""The configuration that names people: mail addresses, parted by commas."""


def addresses() -> tuple[str, ...]:
    """The addresses that the stack's configuration names, each once."""
    said = pulumi.Config("tricenter").get(KEY) or ""
    found = (one.strip() for one in said.split(","))
    return tuple(dict.fromkeys(one for one in found if one))


def warn_of_nobody(*, reach: str) -> None:
    """Say that nobody is named, and how to name somebody; `reach` is whom things reach then."""
    pulumi.log.warn(
        f"tricenter:{KEY} is not set: alerts, and the question whether to fail over, reach "
        f"{reach}. pulumi config set tricenter:{KEY} NAME@EXAMPLE.COM"
    )
