"""Names of scenarios: `class[:target]`, the same in specs, forecasts, drills and records."""

SCENARIO_CLASSES = {
    "lose-site": "one site is destroyed",
    "lose-pair": "two sites are destroyed",
    "lose-city": "every site of one city is destroyed",
    "lose-all": "every site is destroyed",
    "cut": "the link between two sites is cut",
    "isolate": "one site is cut off but alive",
    "lose-witness": "a witness is lost",
    "lose-dns-provider": "a DNS provider is lost",
    "lose-vault": "a cold vault is lost",
    "drop-table": "an operator drops a table",
    "delete-backup": "a backup is deleted",
}


def split_scenario(scenario: str) -> tuple[str, str | None]:
    """The class and the target of a scenario id; the target is None where the id names a class."""
    kind, _, target = scenario.partition(":")
    return kind, target or None
