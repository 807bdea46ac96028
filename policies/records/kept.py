"""Which files of a folder count as records of a topology's drills, and why the others do not.

A record is evidence for an auditor, and whoever may write a file may write one. What counts is
whole by its schema, agrees with itself, has ended, names the spec that was drilled, and where the
spec names keys is signed by one of them.
"""

import os
import stat
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError
from pydantic_core import from_json

from tricenter.policies.facts import DrillFact, RefusedRecord
from tricenter.policies.records.drill import SCHEMA, Record
from tricenter.policies.records.signature import SignatureError, signer_of
from tricenter.policies.records.verdict import worst_of
from tricenter.topology.compile import digest
from tricenter.topology.errors import TricenterError
from tricenter.topology.spec import Topology

LARGEST = 16 << 20
"""Bytes of a record; one of a long drill has some hundred thousand."""
SIGNATURE = ".sig"
"""What `ssh-keygen -Y sign` adds to the name of what it signs."""


class NotCountedError(TricenterError):
    """A file is no record that counts; the text says why."""


def read_kept(topology: Topology, folder: Path, today: date) -> Iterator[DrillFact | RefusedRecord]:
    """Each record of the folder that is of this topology, and each file that should be one.

    Other programs' files, and records of other topologies and of rehearsals, are passed over.
    """
    for path in sorted(folder.glob("*.json")):
        scenario = ""
        try:
            raw = _content(path)
            data = _data(raw)
            if data.get("schema", SCHEMA) != SCHEMA or data.get("topology") not in (
                None, topology.name,
            ):  # fmt: skip
                continue
            scenario = str(data.get("scenario", ""))
            yield _counted(topology, path, raw, today)
        except (NotCountedError, SignatureError) as error:
            yield RefusedRecord(file=path.name, scenario=scenario, why=str(error))


def _counted(topology: Topology, path: Path, raw: bytes, today: date) -> DrillFact:
    try:
        record = Record.model_validate_json(raw)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise NotCountedError(f"{where}: {first['msg']}") from None
    ended = _ended(record, today)
    if record.verdict != worst_of(check.verdict for check in record.checks):
        raise NotCountedError(f"its verdict is {record.verdict}, its checks say something else")
    if topology.drills.same_spec and record.digest != digest(topology):
        raise NotCountedError("another spec was drilled, and `drills.same_spec` asks for this one")
    return DrillFact(
        scenario=record.scenario,
        day=ended.date(),
        verdict=record.verdict,
        digest=record.digest,
        file=path.name,
        signer=_signer(topology, path, raw),
    )


def _ended(record: Record, today: date) -> datetime:
    """When the drill ended; NotCountedError where that cannot be."""
    started, ended = map(datetime.fromisoformat, (record.started, record.ended))
    ended = ended.astimezone(UTC)
    if ended.date() > today:
        raise NotCountedError(f"it ends on {ended.date()}, which is to come")
    if ended < started:
        raise NotCountedError("it ends before it starts")
    return ended


def _signer(topology: Topology, path: Path, raw: bytes) -> str | None:
    if not topology.drills.signers:
        return None
    try:
        armoured = _content(path.with_name(path.name + SIGNATURE)).decode("ascii")
    except (NotCountedError, UnicodeDecodeError):
        raise NotCountedError(
            f"it is not signed ({path.name}{SIGNATURE}), and `drills.signers` asks for that"
        ) from None
    return signer_of(raw, armoured, topology.drills.signers)


def _content(path: Path) -> bytes:
    """The bytes of an ordinary file; what never ends, or is too long, is none."""
    try:
        # Without waiting: a pipe that nobody writes to would hold the check for ever.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        raise NotCountedError(f"it cannot be read: {error.strerror}") from None
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NotCountedError("it is no ordinary file")
        raw = _bytes(handle)
    except OSError as error:  # the kernel's own files look like ordinary ones
        raise NotCountedError(f"it cannot be read: {error.strerror}") from None
    finally:
        os.close(handle)
    if len(raw) > LARGEST:
        raise NotCountedError(f"it is larger than {LARGEST >> 20} MiB")
    return raw


def _bytes(handle: int) -> bytes:
    """What a file holds, up to one byte more than it may."""
    found = b""
    while len(found) <= LARGEST and (more := os.read(handle, LARGEST + 1 - len(found))):
        found += more
    return found


def _data(raw: bytes) -> dict[str, Any]:
    try:
        data: object = from_json(raw)
    except ValueError:
        raise NotCountedError("it is no JSON") from None
    if not isinstance(data, dict):
        raise NotCountedError("it is no JSON object")
    return cast("dict[str, Any]", data)
