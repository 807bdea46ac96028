"""The report: a record as one self-contained HTML page that asks nothing of the network."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from tricenter.drills.report.view import view_of
from tricenter.policies.records.drill import Record

if TYPE_CHECKING:
    from jinja2 import Environment


def report_html(record: Record) -> str:
    """The whole page; the same record gives the same bytes."""
    return environment().get_template("page.html.j2").render(view=view_of(record), record=record)


@lru_cache
def environment() -> "Environment":
    """The templates of pages, which escape every value for HTML."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
