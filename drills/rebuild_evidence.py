"""The part of a record that tells of the site that was destroyed and built anew; pure."""

from tricenter.drills.built import PAUSE_S, STREAMS_S, Built, Pause, built
from tricenter.drills.case import Case
from tricenter.policies.records.drill import CopyPart, Mark, PausePart, RebuildPart, VoicePart


def rebuild_part(case: Case) -> RebuildPart | None:
    """What was seen of it, None when the drill had no such part."""
    found = built(case)
    return None if found is None else _part(found, case.events[0].at)


def rebuild_marks(case: Case, database: str) -> list[Mark]:
    """Its moments on a database's timeline."""
    found, start = built(case), case.events[0].at
    if found is None:
        return []
    sites = " and ".join(found.sites)
    marks = [
        Mark(
            at=round(found.destroyed_at - start, 3),
            kind="destroyed",
            text=f"{sites} lost again, with its disks",
        )
    ]
    if found.began_at is not None:
        text = f"{sites} is built anew {found.by}"
        marks.append(Mark(at=round(found.began_at - start, 3), kind="rebuild", text=text))
        for copy in found.copies:
            if copy.database == database:
                at = round(found.began_at + copy.seconds - start, 3)
                text = f"{copy.site} streams again ({copy.how})"
                marks.append(Mark(at=at, kind="rebuilt", text=text))
    return marks


def _part(found: Built, start: float) -> RebuildPart:
    return RebuildPart(
        sites=found.sites,
        text=found.text,
        by=found.by,
        destroyed=round(found.destroyed_at - start, 3),
        began=None if found.began_at is None else round(found.began_at - start, 3),
        deployed_seconds=found.deployed_s,
        streaming_seconds=found.streams_s,
        streaming_promised=STREAMS_S,
        pause=_pause(found.pause),
        pause_promised=PAUSE_S,
        pause_at_loss=_pause(found.pause_at_loss),
        pause_at_loss_forecast=found.loss_pause_limit,
        acknowledged=found.acknowledged,
        lost=found.lost,
        copies=tuple(
            CopyPart(
                database=copy.database,
                site=copy.site,
                seconds=copy.seconds,
                how=copy.how,
                same_cluster=copy.system_before == copy.system_after,
                system=copy.system_after,
                files=copy.files,
                files_old=copy.files_old,
            )
            for copy in found.copies
        ),
        voices=tuple(
            VoicePart(site=voice.site, before=voice.before, after=voice.after)
            for voice in found.voices
        ),
        failed=found.failed,
        unwell=found.unwell,
    )


def _pause(found: Pause | None) -> PausePart | None:
    if found is None:
        return None
    return PausePart(client=found.client, database=found.database, seconds=found.seconds)
