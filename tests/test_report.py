"""Tests of records and reports: nothing is lost on the way, and the page is self-contained."""

import json
import re
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from jinja2 import UndefinedError

sys.path.insert(0, str(Path(__file__).parent))

from drill_history import make_case, make_record

from tricenter.drills import evidence
from tricenter.drills.report import report_html, words
from tricenter.drills.report.view import view_of
from tricenter.policies.records.drill import (
    SCHEMA,
    RecordError,
    read_record,
    record_name,
    record_text,
    schema_text,
)  # fmt: skip
from tricenter.policies.records.verdict import Verdict

Golden = Callable[[Path, str], None]
ROOT = Path(__file__).resolve().parent.parent
VOID = {"meta", "link", "rect", "br", "input", "img"}


class Page(HTMLParser):
    """Checks that tags are balanced, and gathers texts and addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and every address in it."""
        if tag not in VOID:
            self.open.append(tag)
        self.addresses += [value or "" for key, value in attrs if key in {"src", "href", "action"}]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """An element that is closed where it begins."""

    def handle_endtag(self, tag: str) -> None:
        """An element ends that was the last to begin."""
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        """Gather text."""
        self.texts.append(data)


def parse(text: str) -> Page:
    """The page, parsed."""
    page = Page()
    page.feed(text)
    return page


def test_a_record_survives_its_file(tmp_path: Path) -> None:
    """What is written is read back equal, under the versioned schema."""
    record = make_record()
    path = tmp_path / f"{record_name(record)}.json"
    path.write_text(record_text(record))
    assert read_record(path) == record
    assert json.loads(path.read_text())["schema"] == SCHEMA
    assert path.name == "2026-11-18-lose-site-binjiang-7f3a00.json"


def test_the_published_schema_describes_the_records(golden: Golden) -> None:
    """The schema in docs/ is that of the code, and the record of a drill keeps it."""
    golden(ROOT / "docs" / "schema" / "drill-record.v1.json", schema_text())
    jsonschema.validate(json.loads(record_text(make_record())), json.loads(schema_text()))


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[]", '{"schema": "tricenter/drill-record/v2"}'],
    ids=["empty", "none", "list", "v2"],
)
def test_what_is_no_record_is_refused_with_a_reason(tmp_path: Path, text: str) -> None:
    """A file of another kind or version ends in one sentence."""
    path = tmp_path / "x.json"
    path.write_text(text)
    with pytest.raises(RecordError, match="is no drill record"):
        read_record(path)


def test_the_record_tells_what_was_measured() -> None:
    """Numbers of the record are those of the history."""
    case = make_case()
    struck, spared = evidence.units(case)
    assert (struck.database, struck.struck, spared.struck) == ("ledger-a", True, False)
    assert struck.measured.acknowledged == len(case.acks("ledger-a"))
    assert sum(sum(series) for series in struck.throughput.values()) == struck.measured.acknowledged
    assert [mark.kind for mark in struck.marks] == [
        "power-lost", "new-leader", "first-write", "power-back", "rejoined",
        "destroyed", "rebuild", "rebuilt",
    ]  # fmt: skip
    assert (struck.leader_before, struck.leader_after) == ("binjiang", "xihu")


def test_the_page_asks_nothing_of_the_network() -> None:
    """No address but an empty icon, no script, no import, no font from elsewhere."""
    text = report_html(make_record())
    page = parse(text)
    assert page.open == []
    assert page.addresses == ["data:,"]
    assert "<script" not in text
    assert not re.search(r"@import|url\(|https?://", text)


def test_paper_gets_the_evidence() -> None:
    """Each check's evidence stands once folded, and once for print, where nothing is folded."""
    record, text = make_record(), report_html(make_record())
    told = sum(bool(check.evidence) for check in record.checks)
    folded = re.findall(r"<details>.*?<pre>(.*?)</pre></details>", text, re.DOTALL)
    printed = re.findall(r'<pre class="printed">(.*?)</pre>', text, re.DOTALL)
    assert told and len(printed) == told and set(printed) == set(folded)
    assert re.search(r"@media print \{[^@]*\.printed \{ display: block; \}", text)


def test_the_page_answers_first_and_shows_both_numbers() -> None:
    """The answer, the counts, forecast and measurement are in the text."""
    record = make_record()
    page = parse(report_html(record))
    text = " ".join(" ".join(page.texts).split())
    struck = record.units[0]
    assert "Is the money gone? No." in text
    assert words.gap(struck.measured.rto) in text
    assert words.span(struck.forecast.rto) in text
    for check in record.checks:
        assert check.title in text
    assert record.history_digest in text


def test_the_page_tells_how_the_site_was_built_anew() -> None:
    """Promise beside measurement, each copy and voice; no word of it where it kept its disks."""
    record = make_record()
    text = " ".join(" ".join(parse(report_html(record)).texts).split())
    assert "binjiang was built anew in 13 s while clients wrote (longest pause 0.3 s)." in text
    assert "Until every copy streamed up to 60s 12.60 s" in text
    assert "ledger-a at binjiang: full copy by basebackup, streaming after 12.60 s" in text
    assert "number a1 before, a2 now" in text
    assert "afterwards: all is well" in text
    assert "built anew as promised" in text
    kept = record.model_copy(update={"rebuild": None})
    assert "The same site without its disks" not in report_html(kept)
    assert words.rebuilt(kept) == ""


def test_a_rebuild_that_failed_is_not_praised() -> None:
    """What was not seen is said so, and the reason stands on the page."""
    part = make_record().rebuild
    assert part is not None
    nothing = {"pause": None, "pause_at_loss": None, "lost": None, "streaming_seconds": None}
    failed = part.model_copy(update={**nothing, "failed": "host is <full>", "unwell": None})
    record = make_record().model_copy(update={"rebuild": failed})
    assert words.rebuilt(record).endswith("binjiang was not built anew.")
    page = report_html(record)
    assert "host is &lt;full&gt;" in page
    assert "not measured" in page
    assert parse(page).open == []


def test_a_loss_is_the_headline() -> None:
    """When transfers are gone the page does not say no."""
    record = make_record()
    gone = record.units[0].measured.model_copy(update={"lost": 3, "lost_seconds": 0.4})
    units = (record.units[0].model_copy(update={"measured": gone}), record.units[1])
    page = report_html(record.model_copy(update={"units": units, "verdict": Verdict.FAIL}))
    assert "Some of it." in page
    assert "3 of" in page
    unread = record.units[0].measured.model_copy(
        update={"lost": None, "lost_seconds": None, "rto": None}
    )
    units = (record.units[0].model_copy(update={"measured": unread}), record.units[1])
    page = report_html(record.model_copy(update={"units": units, "verdict": Verdict.UNKNOWN}))
    assert "Unknown." in page
    assert "did not end" in page


def test_text_from_outside_is_escaped() -> None:
    """A name cannot become markup."""
    record = make_record().model_copy(update={"title": "<b>x</b>", "machine": "<img src=y>"})
    text = report_html(record)
    assert "<b>x</b>" not in text
    assert "<img" not in text


def test_the_same_record_gives_the_same_bytes() -> None:
    """Neither record nor report has a clock or an order of its own."""
    assert report_html(make_record()) == report_html(make_record())
    assert record_text(make_record()) == record_text(make_record())


def test_a_missing_name_in_the_template_is_an_error() -> None:
    """The template is strict: nothing is silently left out."""
    from tricenter.drills.report import environment

    with pytest.raises(UndefinedError):
        environment().from_string("{{ record.nothing }}").render(record=make_record())


def test_nothing_stands_outside_the_timeline() -> None:
    """Every bar and mark has its place between the page's edges."""
    for line in view_of(make_record()).timelines:
        for mark in line.lines:
            assert 0 <= mark.left <= 100
        for row in line.rows:
            for bar in (*row.writing, *row.named):
                assert bar.left >= 0
                assert bar.left + bar.width <= 100.2
        assert line.columns
