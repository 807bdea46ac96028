"""Schedules of clouds: the longest gap, not the average, in each way of writing them."""

import pytest

from tricenter.policies.resources.schedules import hours_between


@pytest.mark.parametrize(
    ("schedule", "hours"),
    [
        ("rate(12 hours)", 12),
        ("cron(0 2 * * ? *)", 24),
        ("cron(0 2 ? * 1 *)", 168),
        ("cron(0 2 ? * SUN,MON *)", 144),
        ("cron(0 2 ? * 2-6 *)", 72),
        ("cron(0 2 1,2 * ? *)", 720),
        ("cron(0 2 1 1/2 ? *)", 62 * 24),
        ("cron(0 5,6 * * ? *)", 23),
        ("0 2 * * 1-5", 72),
        ("cron(0 2 L * ? *)", 31 * 24),
        ("cron(0 2 3W * ? *)", None),
        ("every day", None),
        (None, None),
    ],
)
def test_the_longest_gap_counts(schedule: str | None, hours: float | None) -> None:
    """Two runs on neighbouring days leave the rest of the week without one."""
    assert hours_between(schedule) == hours
