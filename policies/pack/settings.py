"""What a pack's configuration may say, and what it says where nothing is configured.

Levels are the engine's own means (`--policy-pack-config`): a level for each policy, and `all`. What
is for the pack as a whole is the config of the policy `tricenter`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

PACK = "tricenter"
"""The name of the pack, and of the policy whose config is for all of it."""
UNKNOWNS = "unknown-verdicts"
WAIVED = "waivers-applied"
OWN = frozenset({PACK, UNKNOWNS, WAIVED})
"""The policies that are no rule's."""
SCHEMA: Mapping[str, dict[str, Any]] = {
    "records": {
        "type": "string",
        "description": "Folder that `drills.records` of a spec counts from; else the program's.",
    },
    "topics": {
        "type": "array",
        "items": {"type": "string"},
        "description": "Topics of the rules that are asked, as in policies/rules; else all.",
    },
    "asOf": {
        "type": "string",
        "description": "Day (YYYY-MM-DD) that waivers and drills are judged by; else today.",
    },
}


class ConfigError(Exception):
    """The pack's configuration cannot be used; the text says what may stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackSettings:
    """The settings of the pack: where records are, which topics are asked, on which day."""

    records: Path | None
    topics: frozenset[str]
    today: date


def read_settings(config: Mapping[str, Any], topics: frozenset[str]) -> PackSettings:
    """The settings of a config; raises ConfigError for a topic that is none, or no day."""
    wanted = frozenset(map(str, cast(list[Any], config.get("topics") or [])))
    strange = sorted(wanted - topics)
    if strange:
        known = ", ".join(sorted(topics))
        raise ConfigError(f"topics: {', '.join(strange)}: not one of {known}")
    records = config.get("records")
    return PackSettings(
        records=Path(str(records)) if records else None,
        topics=wanted or topics,
        today=_day(config.get("asOf")),
    )


def _day(written: object) -> date:
    if not written:
        return datetime.now(tz=UTC).date()
    try:
        return date.fromisoformat(str(written))
    except ValueError as error:
        raise ConfigError(f"asOf: {written!r} is no day like 2026-11-25") from error
