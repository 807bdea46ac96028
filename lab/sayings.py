"""What the store's programs say when they do not serve, in one plain sentence each.

The words are those of etcd 3.4 to 3.6 (server/, wal/, mvcc/backend, rafthttp of 3.4.23 and
3.6.0, read 2026-11-30): lines of JSON, or of a Go program that gives up.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

Cause = Literal["lost-data", "damaged", "removed", "place-taken", "disk", "certificate", "alone"]
"""What a saying means; the first three are a voice that must be made anew."""

ANEW: frozenset[Cause] = frozenset({"lost-data", "damaged", "removed"})
FORGOTTEN = "it was part of the store and has lost its data"
"""What a voice's own guard says, in place of starting it blank."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Words that a program is known to say, and what they mean."""

    words: re.Pattern[str]
    cause: Cause
    means: str
    next: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The last thing that a program said: a sentence, and its cause where that is known."""

    sentence: str
    cause: Cause | None = None
    next: str = "tricenter exec {host} -- tail -n 20 /srv/log/etcd.log"


NEXT: dict[Cause, str] = {
    "lost-data": "tricenter up",
    "damaged": "tricenter up",
    "removed": "tricenter up",
    "place-taken": "tricenter up",
    "disk": "tricenter exec {host} -- du -xh -d 2 /srv",
    "certificate": "tricenter up",
    "alone": "tricenter up",
}
"""The one next command for each cause; `{host}` is the voice's."""


def _saying(words: str, cause: Cause, means: str) -> Saying:
    return Saying(words=re.compile(words), cause=cause, means=means, next=NEXT[cause])


SAYINGS = (
    _saying(
        "address already in use|already locked|holds the file lock|flocked by another",
        "place-taken",
        "another etcd runs in its place",
    ),
    _saying("no space left on device|disk quota exceeded", "disk", "its disk is full"),
    _saying(FORGOTTEN, "lost-data", FORGOTTEN),
    _saying("has already been bootstrapped", "lost-data", FORGOTTEN),
    _saying("permanently removed from the cluster", "removed", "the store has removed it"),
    _saying(
        "walpb: crc mismatch|wal: (crc mismatch|slice bounds|conflicting metadata|snapshot "
        "mismatch|snapshot not found|file not found|max entry size)|proto: |unexpected EOF|"
        "runtime error: (slice bounds|index|makeslice)",
        "damaged",
        "its log is damaged",
    ),
    _saying(
        "snap: (crc mismatch|empty snapshot|snapshot file doesn't exist)|failed to recover from "
        "snapshot|recovered store from snapshot error",
        "damaged",
        "its snapshot is damaged",
    ),
    _saying(
        "raft log corrupted, truncated, or lost", "damaged", "its log lacks what it had confirmed"
    ),
    _saying(
        "invalid database|file size too small|checksum error|invalid page type|freepages: |"
        "page .* already freed",
        "damaged",
        "its database file is damaged",
    ),
    _saying(
        "tls: (failed|private key)|x509: |PEM data|failed to parse certificate",
        "certificate",
        "its certificate cannot be used",
    ),
    _saying(
        "cannot fetch cluster info|no leader|lost leader|request timed out|failed to publish|"
        "dial tcp|prober|lost the TCP streaming|leader changed",
        "alone",
        "it does not hear enough of the others for a majority",
    ),
)

TRACE = re.compile(r"^(goroutine \d|\s|\S+\(.*\)$|runtime\.|main\.|exit status|created by )")
"""Lines of a Go program's trace, which say nothing to whoever runs it."""
FATAL = frozenset({"fatal", "panic", "dpanic"})
OLD_FORM = re.compile(r"\d{4}-\d\d-\d\d [\d:.]+ (?P<level>[A-Z]) \| ")
OLD_LEVELS = {"C": "fatal", "E": "error", "W": "warn"}
"""etcd 3.4 writes what it says before it has read its settings in this form."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    level: str
    words: str
    at: float | None


def last_words(log: str, since: float | None = None) -> Said | None:
    """What a voice said last that tells why it does not serve; None where it said nothing.

    Lines that say of themselves to be older than `since`, in seconds of the epoch, do not count.
    That data is damaged is believed of lines alone with which a program ended.
    """
    lines = [line for line in _lines(log) if not since or not line.at or line.at >= since]
    if not lines:
        return None
    fatal = [line for line in lines if line.level in FATAL]
    for line in reversed(fatal or lines):
        found = next((s for s in SAYINGS if s.words.search(line.words)), None)
        if found and (found.cause != "damaged" or line.level in FATAL):
            return Said(sentence=found.means, cause=found.cause, next=found.next)
    last = (fatal or lines)[-1]
    return Said(sentence=f"etcd says: {last.level}: {last.words}"[:300])


def _lines(log: str) -> Iterator[_Line]:
    """The lines that say something; those that are no JSON have the time of the one before."""
    at: float | None = None
    for text in log.splitlines():
        if text.startswith("{"):
            try:
                data = cast(dict[str, Any], json.loads(text))
            except ValueError:
                continue
            at = _time(data.get("ts")) or at
            error = data.get("error")
            words = f"{data.get('msg', '')}: {error}" if error else str(data.get("msg", ""))
            yield _Line(level=str(data.get("level", "info")), words=words, at=at)
        elif text.strip() and not TRACE.match(text):
            old = OLD_FORM.match(text)
            level = OLD_LEVELS.get(old["level"], "info") if old else _raw_level(text)
            yield _Line(level=level, words=text[old.end() if old else 0 :].strip(), at=at)


def _raw_level(text: str) -> str:
    return "panic" if text.startswith("panic:") else "error"


def _time(stamp: Any) -> float | None:
    """Seconds of the epoch, of the two forms that etcd's log has; None for another."""
    if isinstance(stamp, int | float):
        return float(stamp)
    try:
        return datetime.fromisoformat(str(stamp)).timestamp()
    except ValueError:
        return None
