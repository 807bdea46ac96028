"""The commented spec that `tricenter init` writes: valid as it is, and a lesson in the format."""

from importlib.resources import files


def template_text(name: str = "ledger") -> str:
    """The template as a spec of the given name."""
    text = files(__name__).joinpath("topology.yaml").read_text(encoding="utf-8")
    return text.replace("\nname: ledger\n", f"\nname: {name}\n", 1)
