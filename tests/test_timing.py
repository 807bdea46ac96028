"""The spec's timing is what Patroni runs with: its own function changes nothing of it."""

from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from patroni.config import Config

from tests.conftest import runs
from tests.test_forecast import SOUND
from tricenter.topology.compile import compile_plan
from tricenter.topology.errors import SpecError
from tricenter.topology.render.patroni import dynamic_config
from tricenter.topology.spec import Topology
from tricenter.topology.validate import validate


def timed(ttl: str, loop_wait: str, retry_timeout: str) -> Topology:
    """The sound spec with a timing; raises SpecError where that is refused."""
    timing = f"timing: {{ttl: {ttl}, loop_wait: {loop_wait}, retry_timeout: {retry_timeout}}}\n"
    return validate(SOUND + timing)


def adjusted(config: dict[str, Any]) -> dict[str, Any]:
    """The configuration after Patroni's own look at its times."""
    patroni = object.__new__(Config)
    found = dict(config)
    patroni._validate_and_adjust_timeouts(found)
    return found


@settings(max_examples=runs(60, 1000), deadline=None)
@example(ttl=12, loop_wait=1, retry=4)
@example(ttl=4, loop_wait=1, retry=1)
@given(ttl=st.integers(1, 60), loop_wait=st.integers(1, 20), retry=st.integers(1, 30))
def test_patroni_takes_what_is_accepted_as_it_is(ttl: int, loop_wait: int, retry: int) -> None:
    """And the forecast reckons with the same numbers; what Patroni would change is refused."""
    stated = {"ttl": ttl, "loop_wait": loop_wait, "retry_timeout": retry}
    try:
        topology = timed(f"{ttl}s", f"{loop_wait}s", f"{retry}s")
    except SpecError as error:
        ids = {diagnostic.id for diagnostic in error.diagnostics}
        assert adjusted(stated) != stated or ids == {"retry-too-short"}
        return
    assert adjusted(stated) == stated
    plan = compile_plan(topology)
    shared = dynamic_config(plan, plan.databases[0])
    assert {key: shared[key] for key in stated} == stated
    assert adjusted(shared) == shared


@pytest.mark.parametrize("timing", [("20.5s", "1s", "7s"), ("20s", "1500ms", "7s")])
def test_fractions_of_seconds_are_refused(timing: tuple[str, str, str]) -> None:
    """Patroni has whole seconds, so the forecast would reckon with others."""
    with pytest.raises(SpecError, match="whole seconds"):
        timed(*timing)
