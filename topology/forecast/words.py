"""Durations, intervals and lists of names as short words."""

from collections.abc import Sequence

from tricenter.topology.forecast.model import Interval, MachineTime
from tricenter.topology.units import parse_duration

HOURS = 7200.0
"""Seconds from which durations are told in hours."""


def seconds(value: float) -> str:
    """A duration that a person reads at a glance: '30ms', '2.5s', '20min', '8h'."""
    if value < 0.0005:
        return "0s"
    if value < 1:
        return f"{value * 1000:.0f}ms"
    if value < 120:
        return f"{value:.0f}s" if value >= 10 or value == int(value) else f"{value:.1f}s"
    if value < HOURS:
        return _trim(value / 60, "min")
    return _trim(value / 3600, "h") if value < 172800 else _trim(value / 86400, "d")


def _unit(text: str) -> str:
    return text.lstrip("0123456789.")


def beyond(value: float, limit: float) -> str:
    """A duration above a limit, with as many digits as show that it is above."""
    shown = [seconds(value), *(f"{value:.{digits}f}s" for digits in (1, 3, 6))]
    return next((text for text in shown if parse_duration(text) > limit), shown[-1])


def _trim(amount: float, unit: str) -> str:
    return f"{amount:.1f}".removesuffix(".0") + unit


def interval(span: Interval | None, high: float | None = None) -> str:
    """An interval: '0s', 'up to 15min', '20s to 32s', 'unbounded'; or one duration alone."""
    if span is None:
        return seconds(high or 0.0)
    if span.high is None:
        return "unbounded" if span.low < 1 else f"{seconds(span.low)} or more"
    if span.high == span.low:
        return seconds(span.high)
    if seconds(span.low) == "0s":
        return f"up to {seconds(span.high)}"
    return f"{seconds(span.low)} to {seconds(span.high)}"


def person(span: Interval | None) -> str:
    """What people take at most: '-' where nobody is asked, '11min', 'unbounded'."""
    return "-" if span is None else longest(span)


def longest(span: Interval) -> str:
    """The upper end alone: '15min', 'unbounded'."""
    return "unbounded" if span.high is None else seconds(span.high)


def machine(time: MachineTime) -> str:
    """What programs take, the unit said once where it is the same: '22-29s', '1.7-4.3h'."""
    if time.high is None:
        return interval(time.interval)
    low, high = seconds(time.low), seconds(time.high)
    if time.high >= HOURS:
        low = _trim(time.low / 3600, "h")
    number = low.rstrip("abcdefghijklmnopqrstuvwxyz")
    if low == high:
        return high
    return f"{number}-{high}" if _unit(low) == _unit(high) or low == "0s" else f"{low}-{high}"


def likely(time: MachineTime) -> str:
    """What is likely of programs' time, and its largest term: '25s detect'."""
    if time.largest is None:
        return "-"
    return time.largest if time.likely is None else f"{seconds(time.likely)} {time.largest}"


def recovery(people: Interval | None, time: MachineTime) -> str:
    """A recovery in words, what people and what programs take: '11min person + 8.6-17s'."""
    shown = machine(time)
    return shown if people is None else f"{longest(people)} person + {shown}"


def bound(value: float | None) -> str:
    """What no failure exceeds: '0s', '5min', or 'none'."""
    return "none" if value is None else seconds(value)


def join(names: Sequence[str]) -> str:
    """Names as a sentence lists them."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
