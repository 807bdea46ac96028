"""A reference with one of its databases: what a walk needs that is not about the whole."""

from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
KEPT = "ledger-a"


def small_spec(target: str, folder: Path) -> Path:
    """The reference of a target with one database, in a file of its own; it keeps every rule."""
    path = ROOT / "stacks" / f"ledger-{target}.yaml"
    spec: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    (lost,) = spec["databases"].keys() - {KEPT}
    idle = spec["databases"].pop(lost)["prefer"]
    for backup in spec["backups"].values():
        backup["of"] = [KEPT]
    for partner in spec["partners"].values():
        partner["holds"] = [KEPT]
    waiver = {
        "rule": "two-centers-in-one-city",
        "target": f"sites.{idle}",
        "reason": "One database has one leader",
        "owner": "tests",
        "expires": "2031-12-31",
    }
    spec["waivers"] = [*spec.get("waivers", ()), waiver]
    written = folder / f"small-{target}.yaml"
    written.write_text(yaml.safe_dump(spec, sort_keys=False), encoding="utf-8")
    return written
