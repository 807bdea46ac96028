"""The commented spec that `tricenter init` writes: valid as it is, and a lesson in the format.

What nobody can know of its reader is commented out: buildings, guards, partners, claims of levels.
"""

from datetime import date
from importlib.resources import files

EXPIRES = "2027-03-31"
"""The last day of the template's waivers, as its file has it."""


def template_text(name: str = "ledger", expires: date | None = None) -> str:
    """The template as a spec of the given name, its waivers until a day."""
    text = files(__name__).joinpath("topology.yaml").read_text(encoding="utf-8")
    text = text.replace("\nname: ledger\n", f"\nname: {name}\n", 1)
    return text if expires is None else text.replace(EXPIRES, expires.isoformat())
