"""Durations, intervals and lists of names as short words."""

from collections.abc import Sequence

from tricenter.topology.forecast.model import Interval


def seconds(value: float) -> str:
    """A duration that a person reads at a glance: '30ms', '2.5s', '20min', '8h'."""
    if value < 0.0005:
        return "0s"
    if value < 1:
        return f"{value * 1000:.0f}ms"
    if value < 120:
        return f"{value:.0f}s" if value >= 10 or value == int(value) else f"{value:.1f}s"
    if value < 7200:
        return _trim(value / 60, "min")
    return _trim(value / 3600, "h") if value < 172800 else _trim(value / 86400, "d")


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


def join(names: Sequence[str]) -> str:
    """Names as a sentence lists them."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} and {names[-1]}"
