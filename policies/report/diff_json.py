"""A difference for programs: everything that is known, under a versioned format."""

from typing import Any

from tricenter.policies.diff.consents import ConsentLine
from tricenter.policies.diff.danger import Danger
from tricenter.policies.diff.difference import Difference
from tricenter.policies.diff.grades import GradeChange
from tricenter.policies.diff.grid import Grid
from tricenter.policies.diff.side import Side
from tricenter.policies.diff.values import ValueChange
from tricenter.policies.diff.violations import Compared
from tricenter.policies.diff.waivers import WaiverChange
from tricenter.policies.report.json import diagnostic_data, finding_data
from tricenter.policies.report.source import json_lines
from tricenter.topology.errors import join_path

FORMAT = "tricenter.diff/v1"


def render(difference: Difference) -> str:
    """The difference as JSON."""
    data = {
        "format": FORMAT,
        "target": difference.target,
        "refused": difference.refused,
        "fail_on": difference.fail_on,
        "old": _side(difference.old),
        "new": _side(difference.new),
        "dangers": [_danger(one) for one in difference.dangers],
        "may_destroy": [_consent(one) for one in difference.consents],
        "violations": _compared(difference.violations),
        "unknown": _compared(difference.unknown),
        "same": difference.same,
        "values": [_value(one) for one in difference.values],
        "waivers": [_waiver(one) for one in difference.waivers],
        "losses": _grid(difference.losses),
        "holdings": _grid(difference.holdings),
        "grades": [_grade(one) for one in difference.grades],
        "pictures": dict(zip(("before", "after"), difference.pictures, strict=True)),
    }
    return json_lines(data) + "\n"


def _side(side: Side) -> dict[str, Any]:
    return {
        "file": side.name,
        "state": "valid" if side.judged else "absent" if side.absent else "invalid",
        "problems": [diagnostic_data(one) for one in side.diagnostics],
    }


def _danger(danger: Danger) -> dict[str, Any]:
    loss = danger.loss
    return {
        "verb": loss.verb,
        "subject": loss.subject,
        "message": loss.message,
        "side": loss.side,
        "path": join_path(loss.path),
        "file": danger.file,
        "line": danger.position.line,
        "column": danger.position.column,
        "name": loss.name,
        "allowed": danger.allowed,
        "consent": danger.consent.model_dump(mode="json") if danger.consent else None,
    }


def _consent(line: ConsentLine) -> dict[str, Any]:
    return {
        **line.consent.model_dump(mode="json"),
        "state": line.state,
        "file": line.file,
        "line": line.position.line,
    }


def _compared(compared: Compared) -> dict[str, Any]:
    return {
        "new": [finding_data(one) for one in compared.new],
        "staying": [finding_data(one) for one in compared.staying],
        "gone": [finding_data(one) for one in compared.gone],
    }


def _value(change: ValueChange) -> dict[str, Any]:
    return {
        "path": change.path,
        "before": change.before,
        "after": change.after,
        "trend": change.trend,
        "promise": change.promise,
        "side": change.side,
        "line": change.position.line,
    }


def _waiver(change: WaiverChange) -> dict[str, Any]:
    before = change.before
    return {
        "state": change.state,
        "expired": change.expired,
        "covers": change.covers,
        "line": change.position.line,
        **change.waiver.model_dump(mode="json"),
        "before": before.model_dump(mode="json") if before and change.state == "changed" else None,
    }


def _grid(grid: Grid) -> list[dict[str, Any]]:
    about = [name.lower() for name in grid.about]
    columns = [name.lower().replace(" ", "_") for name in grid.columns]
    return [
        {
            **dict(zip(about, line.about, strict=True)),
            **{
                column: {"before": cell.before, "after": cell.after}
                for column, cell in zip(columns, line.cells, strict=True)
            },
            "changed": line.changed,
        }
        for line in grid.lines
    ]


def _grade(grade: GradeChange) -> dict[str, Any]:
    return {
        "standard": grade.standard,
        "site": grade.site,
        "before": grade.before,
        "after": grade.after,
        "trend": grade.trend,
        "newly_missed": list(grade.misses),
    }
