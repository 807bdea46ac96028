"""`tricenter demo`: the main job on the example, from nothing to nothing, in under five minutes."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tricenter.cli.spec_argument import HELP, chosen_spec
from tricenter.cli.target import heading

if TYPE_CHECKING:
    from tricenter.cli.drill_stack import EngineMaker
    from tricenter.topology.plan import Plan


def register(app: typer.Typer) -> None:
    """Add `demo` to the command line."""
    app.command()(demo)


def demo(
    spec: Annotated[Path | None, typer.Option("--spec", help=HELP)] = None,
    records: Annotated[
        Path | None, typer.Option("--records", help="Folder of the record and the report.")
    ] = None,
) -> None:
    """Deploy three centers here, destroy one, show the numbers, take everything away.

    The destroyed one comes back twice: with its disks, and built anew on blank ones.

    Also an interrupted demo leaves nothing. Exit codes as of `drill run`.
    """
    from tricenter.cli.drill import begin, perform, show_result
    from tricenter.cli.drill_stack import maker_of
    from tricenter.topology.compile import compile_plan
    from tricenter.topology.forecast import forecast
    from tricenter.topology.validate import load

    spec = chosen_spec(spec)
    topology = load(spec)
    expected = forecast(topology)
    sites = ", ".join(f"{name} ({site.city})" for name, site in sorted(topology.sites.items()))
    _say(f"{heading(str(spec), 'lab')}: {len(topology.databases)} databases in {sites}")
    for entry in expected.scenarios:
        if entry.kind == "lose-site":
            _say(f"forecast {entry.id}: {entry.explanation}")
    journal = begin("lose-site", spec, topology)
    maker = _Shown(maker_of(journal, "text"), journal.stack, compile_plan(topology))
    folder = records or Path(topology.drills.records)
    result = perform(journal, maker, topology, None, folder)
    show_result(result, "text")
    if result.record.verdict != "pass":
        raise typer.Exit(1)


def _say(text: str) -> None:
    print(f"          {text}", file=sys.stderr, flush=True)


class _Shown:
    """A maker that also shows what a user would look at: a second `up`, and who leads."""

    def __init__(self, maker: "EngineMaker", lab: str, plan: "Plan") -> None:
        self._maker, self._lab, self._plan = maker, lab, plan
        self.name, self.text = maker.name, maker.text

    def up(self) -> None:
        """Deploy, deploy again, and look."""
        from tricenter.cli.engine import EngineError

        self._maker.up()
        _say("once more: the second `pulumi up` changes nothing")
        again = self._maker.deploy()
        if again.steps:
            changed = ", ".join(f"{step['op']} {step['name']}" for step in again.steps)
            raise EngineError(f"the second `pulumi up` was to change nothing, but: {changed}")
        _say(f"second `pulumi up`: {again.sentence()}")
        self._status()

    def again(self) -> None:
        """Deploy once more, over what was destroyed."""
        self._maker.again()

    def down(self) -> None:
        """Take the stack away."""
        self._maker.down()

    def _status(self) -> None:
        from tricenter.lab.patroni import member_states
        from tricenter.lab.stack import Stack

        for database in self._plan.databases:
            for site, state in member_states(Stack(self._lab), database).items():
                word = "no answer" if state is None else "leads" if state.leads else "follows"
                voice = f", {state.sync}" if state and state.sync else ""
                _say(f"status  {database.name:10} {site:10} {word}{voice}")
