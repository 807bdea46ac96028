"""Type tokens of the lab's resources."""

PACKAGE = "tricenter-lab"


def resource_type(kind: str) -> str:
    """The type token of a kind of unit: `member` -> `tricenter-lab:index:Member`."""
    return f"{PACKAGE}:index:{''.join(word.capitalize() for word in kind.split('_'))}"
