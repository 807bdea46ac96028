"""Clients wrote on while a site was destroyed and built anew, and nothing of it was lost."""

from dataclasses import asdict

from tricenter.drills.built import PAUSE_S, Built, built
from tricenter.drills.case import Case
from tricenter.drills.verdict import Finding
from tricenter.policies.records.verdict import Verdict

TITLE = "Clients wrote on while the site was built anew"


def check(case: Case) -> Finding | None:
    """Look for lost transfers and long pauses; None where that was not part of the drill."""
    if not case.rebuilds or case.first("rebuild-skipped"):
        return None
    found = built(case)
    if found is None:
        return _finding(Verdict.UNKNOWN, "the site was not destroyed, or nobody noted it", {})
    evidence: dict[str, object] = {
        "acknowledged": found.acknowledged,
        "lost": found.lost,
        "pause": asdict(found.pause) if found.pause else None,
        "pause_at_loss": asdict(found.pause_at_loss) if found.pause_at_loss else None,
        "loss_pause_limit": found.loss_pause_limit,
    }
    if wrong := _wrong(found):
        return _finding(Verdict.FAIL, "; ".join(wrong), evidence)
    if found.lost is None or not found.acknowledged:
        return _finding(Verdict.UNKNOWN, "what was written then could not be read", evidence)
    if found.failed or found.pause is None or found.pause_at_loss is None:
        return _finding(Verdict.UNKNOWN, "nobody wrote, or it was not built to the end", evidence)
    text = (
        f"none of {found.acknowledged} acknowledged transfers is lost; the longest pause was "
        f"{found.pause.seconds:.2f} s, and {found.pause_at_loss.seconds:.2f} s at the loss"
    )
    return _finding(Verdict.PASS, text, evidence)


def _wrong(found: Built) -> list[str]:
    wrong: list[str] = []
    if found.lost:
        wrong.append(f"{found.lost} of {found.acknowledged} acknowledged transfers are lost")
    if found.pause and found.pause.seconds >= PAUSE_S:
        wrong.append(
            f"{found.pause.client} waited {found.pause.seconds:.2f} s for {found.pause.database} "
            f"meanwhile, promised is less than {PAUSE_S:g} s"
        )
    at_loss, limit = found.pause_at_loss, found.loss_pause_limit
    if at_loss and limit is not None and at_loss.seconds > limit:
        wrong.append(
            f"{at_loss.client} waited {at_loss.seconds:.2f} s for {at_loss.database} at the loss, "
            f"forecast is up to {limit:g} s"
        )
    return wrong


def _finding(verdict: Verdict, text: str, evidence: dict[str, object]) -> Finding:
    return Finding(check="wrote_while_built", verdict=verdict, text=text, evidence=evidence)
