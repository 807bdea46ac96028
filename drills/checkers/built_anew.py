"""A site whose disks are gone was built anew: new copies of the same data, a new voice, in time."""

from collections.abc import Iterable

from tricenter.drills.built import STREAMS_S, Built, Copy, built
from tricenter.drills.case import Case
from tricenter.drills.verdict import Finding
from tricenter.policies.records.verdict import Verdict

TITLE = "The site without its disks was built anew"


def check(case: Case) -> Finding | None:
    """Look at each copy and voice that was made; None where that was not part of the drill."""
    if not case.rebuilds or case.first("rebuild-skipped"):
        return None
    found = built(case)
    if found is None:
        return _finding(Verdict.UNKNOWN, "the site was not destroyed, or nobody noted it", {})
    evidence: dict[str, object] = {
        f"{copy.database} at {copy.site}": {
            "seconds": copy.seconds,
            "how": copy.how,
            "system_before": copy.system_before,
            "system_after": copy.system_after,
            "files": copy.files,
            "files_old": copy.files_old,
        }
        for copy in found.copies
    }
    evidence |= {
        f"voice of {voice.site}": {"before": list(voice.before), "after": list(voice.after)}
        for voice in found.voices
    }
    if wrong := list(_wrong(found)):
        return _finding(Verdict.FAIL, "; ".join(wrong), evidence)
    if unseen := [*found.missing, *(f"the voice of {name}" for name in found.voices_missing)]:
        return _finding(Verdict.UNKNOWN, f"not seen again: {', '.join(unseen)}", evidence)
    text = f"{_told(found.copies)} stream {found.streams_s:.1f} s after the deployment began"
    if found.voices:
        text += f", with a new voice in {', '.join(voice.site for voice in found.voices)}"
    return _finding(Verdict.PASS, text, evidence)


def _wrong(found: Built) -> Iterable[str]:
    if found.failed:
        yield f"it was not: {found.failed}"
    for copy in found.copies:
        label = f"{copy.database} at {copy.site}"
        if copy.system_before != copy.system_after:
            yield f"{label} is another cluster now"
        if not copy.full_copy:
            yield f"{label} was not copied anew: its log does not say so"
        if not copy.files or copy.files_old:
            yield f"{label} has {copy.files_old} of {copy.files} files from before the loss"
    for voice in found.voices:
        if not voice.is_new:
            now = ", ".join(voice.after) or "nobody"
            yield f"the voice of {voice.site} is {now}, of {voice.voices_after} in the store"
    if found.streams_s is not None and found.streams_s > STREAMS_S:
        yield f"the last copy streamed after {found.streams_s:.1f} s, not {STREAMS_S:g} s"


def _told(copies: Iterable[Copy]) -> str:
    return ", ".join(f"{copy.database} at {copy.site} ({copy.how})" for copy in copies)


def _finding(verdict: Verdict, text: str, evidence: dict[str, object]) -> Finding:
    return Finding(check="built_anew", verdict=verdict, text=text, evidence=evidence)
