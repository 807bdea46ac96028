"""What a rehearsal proves: pure judgements of its course, and those that it cannot give."""

from collections.abc import Iterator

from tricenter.drills.checkers import find_checkers
from tricenter.drills.cloud.course import Course
from tricenter.drills.cloud.leftovers import Scan
from tricenter.policies.records.drill import CheckPart
from tricenter.policies.records.verdict import Verdict

UNMEASURED = "no client wrote and no row was read: nothing of this was measured"


def judge(course: Course, left: Scan | None) -> tuple[CheckPart, ...]:
    """Every check; `left` is None where the stack was kept."""
    found = [_deployed(course), _ended(course), _taken_over(course), _others_stayed(course)]
    found += list(_previews(course))
    found.append(_failed_back(course))
    if left is not None:
        found.append(_nothing_left(left))
    return tuple(found)


def unmeasured() -> tuple[CheckPart, ...]:
    """The checks of a drill with clients, each unknown here."""
    return tuple(
        CheckPart(
            id=name, title=checker.TITLE, verdict=Verdict.UNKNOWN, text=UNMEASURED, evidence={}
        )
        for name, checker in find_checkers().items()
    )


def _check(name: str, title: str, verdict: Verdict, text: str, **evidence: object) -> CheckPart:
    return CheckPart(id=name, title=title, verdict=verdict, text=text, evidence=evidence)


def _deployed(course: Course) -> CheckPart:
    title = "After the deployment the preferred sites lead"
    plan = course.plan
    prefer = {d.name: d.prefer for d in plan.databases} if plan else {}
    seen = {name: course.before.get(name) for name in prefer}
    if not prefer or any(site is None for site in seen.values()):
        silent = ", ".join(name for name, site in seen.items() if site is None) or "nothing"
        text = f"nobody could be asked who leads {silent}"
        return _check("deployed", title, Verdict.UNKNOWN, text, leaders=seen)
    wrong = [f"{name} by {seen[name]}" for name in prefer if seen[name] != prefer[name]]
    verdict = Verdict.FAIL if wrong else Verdict.PASS
    text = ", ".join(wrong or [f"{name} by {site}" for name, site in sorted(seen.items())])
    return _check("deployed", title, verdict, text, leaders=seen)


def _ended(course: Course) -> CheckPart:
    title = "Every call was accepted"
    if course.refused:
        return _check("calls", title, Verdict.FAIL, "; ".join(course.refused))
    calls = sum(event.kind in {"fault", "call", "heal"} for event in course.events)
    return _check("calls", title, Verdict.PASS, f"{calls} calls and moves", calls=calls)


def _taken_over(course: Course) -> CheckPart:
    title = "What was struck is led from where the forecast says"
    if course.after is None or course.expected is None:
        return _check("taken_over", title, Verdict.UNKNOWN, "the drill did not come to this")
    if not course.struck:
        return _check("taken_over", title, Verdict.UNKNOWN, "nothing was led from what was lost")
    expected = {name: course.expected.database(name).leader_after for name in course.struck}
    seen = {name: course.after.get(name) for name in course.struck}
    facts = {"expected": expected, "seen": seen}
    wrong = [
        f"{name} by {seen[name] or 'nobody'}, forecast {site or 'nobody'}"
        for name, site in expected.items()
        if seen[name] != site
    ]
    if wrong:
        return _check("taken_over", title, Verdict.FAIL, "; ".join(wrong), **facts)
    text = ", ".join(f"{name} by {site} ({course.how.get(name)})" for name, site in seen.items())
    return _check("taken_over", title, Verdict.PASS, text, **facts)


def _others_stayed(course: Course) -> CheckPart:
    title = "What was not struck stayed where it was"
    others = {n: site for n, site in course.before.items() if n not in course.struck and site}
    if course.after is None:
        return _check("others_stayed", title, Verdict.UNKNOWN, "the drill did not come to this")
    if not any(course.before.values()):
        return _check("others_stayed", title, Verdict.UNKNOWN, "nobody could be asked who leads")
    moved = [
        f"{name} from {site} to {course.after.get(name) or 'nobody'}"
        for name, site in sorted(others.items())
        if course.after.get(name) != site
    ]
    verdict = Verdict.FAIL if moved else Verdict.PASS
    text = "; ".join(moved) or ", ".join(sorted(others)) or "everything was struck"
    return _check("others_stayed", title, verdict, text)


def _previews(course: Course) -> Iterator[CheckPart]:
    for moment in ("after the takeover", "after the failback"):
        name = f"preview_{moment.replace(' ', '_')}"
        title = f"A preview {moment} is empty"
        steps = course.previews.get(moment)
        if steps is None:
            yield _check(name, title, Verdict.UNKNOWN, "the drill did not come to this")
        elif steps:
            yield _check(name, title, Verdict.FAIL, "; ".join(steps))
        else:
            yield _check(name, title, Verdict.PASS, "nothing to change")


def _failed_back(course: Course) -> CheckPart:
    title = "In the end the preferred sites lead again"
    if course.at_end is None or course.plan is None:
        return _check("failed_back", title, Verdict.UNKNOWN, "the drill did not come to this")
    if not any(course.at_end.values()):
        return _check("failed_back", title, Verdict.UNKNOWN, "nobody could be asked who leads")
    wrong = [
        f"{d.name} by {course.at_end.get(d.name) or 'nobody'}, preferred {d.prefer}"
        for d in course.plan.databases
        if course.at_end.get(d.name) != d.prefer
    ]
    verdict = Verdict.FAIL if wrong else Verdict.PASS
    text = "; ".join(wrong) or ", ".join(f"{n} by {s}" for n, s in sorted(course.at_end.items()))
    return _check("failed_back", title, verdict, text)


def _nothing_left(left: Scan) -> CheckPart:
    title = "Nothing of the stack is left"
    names = [f"{entry.kind} {entry.name} in {entry.place}" for entry in sorted(left.found)]
    if names:
        return _check("nothing_left", title, Verdict.FAIL, "; ".join(names), left=names)
    if left.unseen:
        return _check("nothing_left", title, Verdict.UNKNOWN, "; ".join(left.unseen))
    text = "the lists by tag and label are empty"
    return _check("nothing_left", title, Verdict.PASS, text, going=left.going)
