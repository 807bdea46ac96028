"""docs/pack.md: the types that are read, the limits, and a configuration that the pack takes."""

import json
import re
from pathlib import Path

import pytest

from tricenter.policies.pack.catalog import find_policies
from tricenter.policies.pack.settings import PACK, SCHEMA, read_settings
from tricenter.policies.resources.adapters import find_adapters
from tricenter.policies.rules import find_rules

PAGE = Path(__file__).parent.parent / "docs" / "pack.md"


def types_table() -> str:
    """The types that an adapter reads, by cloud."""
    rows = ["| cloud | types |", "| --- | --- |"]
    for cloud in ("aws", "gcp"):
        tokens = sorted(token for token in find_adapters() if token.startswith(f"{cloud}:"))
        rows.append(f"| {cloud} | {', '.join(f'`{token}`' for token in tokens)} |")
    return "\n".join(rows)


def limits_table() -> str:
    """The numbers that a policy's config may set."""
    rows = ["| rule | limit | without one | means |", "| --- | --- | --- | --- |"]
    for rule in find_rules():
        if rule.limit is not None:
            one = rule.limit
            rows.append(f"| {rule.id} | `{one.name}` | {one.default:g} | {one.means} |")
    return "\n".join(rows)


@pytest.mark.parametrize(
    ("mark", "table"),
    [("types", types_table()), ("limits", limits_table())],
    ids=["types", "limits"],
)
def test_a_table_is_generated(mark: str, table: str, request: pytest.FixtureRequest) -> None:
    """Nobody edits it by hand."""
    text = PAGE.read_text()
    begin, end = f"<!-- {mark} -->\n", f"<!-- /{mark} -->"
    before, rest = text.split(begin)
    shown, after = rest.split(end)
    if request.config.getoption("--update-golden"):
        PAGE.write_text(f"{before}{begin}{table}\n{end}{after}")
        return
    assert shown == f"{table}\n"


def test_the_configurations_that_are_shown_are_some() -> None:
    """Policies of these names, levels that there are, limits and settings that are read."""
    shown = re.findall(r"<!-- config -->\n```json\n(.*?)```", PAGE.read_text(), re.DOTALL)
    names = {policy.name for policy in find_policies()}
    limits = {rule.id: rule.limit.name for rule in find_rules() if rule.limit is not None}
    topics = frozenset(rule.topic for rule in find_rules())
    assert len(shown) == 2
    for config in map(json.loads, shown):
        for name, given in config.items():
            assert name == "all" or name in names
            for key in given if isinstance(given, dict) else ():
                known = {"enforcementLevel", limits.get(name), *(SCHEMA if name == PACK else ())}
                assert key in known
        assert (read_settings(config.get(PACK, {}), topics).topics < topics) is (PACK in config)
