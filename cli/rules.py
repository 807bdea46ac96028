"""`tricenter rules`: every rule, or one with its reasons and examples."""

from typing import Annotated

import typer

from tricenter.cli.output import Format, Table, as_json_text, show


def register(app: typer.Typer) -> None:
    """Add `rules` to the command line."""

    @app.command()
    def rules(  # pyright: ignore[reportUnusedFunction]
        rule: Annotated[
            str | None, typer.Argument(help="A rule's id: say all about it.", metavar="RULE")
        ] = None,
        format: Annotated[Format, typer.Option(help="How to print.")] = "text",  # noqa: A002
    ) -> None:
        """List the rules that topologies are judged by, or explain one.

        `tricenter check` judges a spec by those about specs, the policy pack a stack by all.
        """
        from dataclasses import asdict

        from tricenter.policies.page import explain, rules_page
        from tricenter.policies.rules import find_rules
        from tricenter.topology.wording import suggest

        found = find_rules()
        if rule is not None:
            found = tuple(one for one in found if one.id == rule)
            if not found:
                near = suggest(rule, [one.id for one in find_rules()])
                raise typer.BadParameter(f"there is no rule '{rule}'{near}", param_hint="RULE")
        if format == "json":
            # A rule's function is no data.
            data = [
                {key: value for key, value in asdict(one).items() if key != "find"} for one in found
            ]
            typer.echo(as_json_text({"format": "tricenter.rules/v1", "rules": data}), nl=False)
        elif rule is not None:
            typer.echo(explain(found[0]), nl=False)
        elif format == "markdown":
            typer.echo(rules_page(found), nl=False)
        else:
            rows = tuple((o.id, o.severity, o.about, o.sentence) for o in found)
            show(Table(columns=("RULE", "SEVERITY", "ABOUT", "SENTENCE"), rows=rows))
