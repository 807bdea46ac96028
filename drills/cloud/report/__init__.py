"""The report of a rehearsal: one self-contained HTML page, which says first what it is not."""

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import tricenter.drills.report
from tricenter.drills.cloud.record import Rehearsal
from tricenter.drills.report.words import VERDICTS, span, utc

if TYPE_CHECKING:
    from jinja2 import Environment

HOW = {
    "service": "by the service itself",
    "forced": "by the forced call",
    "not": "by nobody",
}


def report_html(record: Rehearsal) -> str:
    """The whole page; the same record gives the same bytes."""
    words = {"span": span, "utc": utc, "verdicts": VERDICTS, "how": HOW}
    return environment().get_template("rehearsal.html.j2").render(record=record, **words)


@lru_cache
def environment() -> "Environment":
    """The templates of pages, which escape every value for HTML."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    # The style is that of the drills' reports.
    folders = [Path(__file__).parent, Path(tricenter.drills.report.__file__).parent]
    return Environment(
        loader=FileSystemLoader([folder / "templates" for folder in folders]),
        undefined=StrictUndefined,
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
