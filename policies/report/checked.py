"""The result of a check: each file with its problems or with what the rules say of it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tricenter.policies.expiring import EXPIRING
from tricenter.policies.judge import Located
from tricenter.policies.rule import SEVERITIES, Rule, Severity
from tricenter.topology.errors import Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFile:
    """One file as it was named. With `diagnostics` it is no valid spec, and no rule was asked.

    `text` is what the file says, empty where it could not be read.
    """

    file: str
    text: str = ""
    target: str = ""
    diagnostics: tuple[Diagnostic, ...] = ()
    found: tuple[Located, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Every file of one call, the rules that were asked, and from which severity on one refuses."""

    files: tuple[CheckedFile, ...]
    rules: tuple[Rule, ...]
    fail_on: Severity

    @property
    def found(self) -> Iterator[Located]:
        """What the rules say of all files."""
        return (located for file in self.files for located in file.found)

    @property
    def refused(self) -> bool:
        """Whether a file is no valid spec or a violation refuses."""
        bad = any(file.diagnostics for file in self.files)
        return bad or any(map(self.refuses, self.found))

    def refuses(self, located: Located) -> bool:
        """Whether a finding gives exit code 1. Who asks for waivers that expire soon wants to
        fail by them, however mild they are."""
        return located.violation.refuses(self.fail_on) or located.violation.rule is EXPIRING


def worst_first(found: Sequence[Located]) -> tuple[Located, ...]:
    """Violations from the worst down, then what is waived, then what cannot be judged; of equals
    the order of the file."""
    return tuple(sorted(found, key=_rank))


def _rank(located: Located) -> tuple[int, int]:
    standing = ("violation", "waived", "unknown").index(located.violation.standing)
    return standing, 0 if standing else SEVERITIES.index(located.violation.rule.severity)


def summary(found: Sequence[Located], problems: int = 0) -> str:
    """One line: '3 violations (1 critical, 2 high), 1 waived, 2 unknown'."""
    standings = Counter(one.violation.standing for one in found)
    severities = Counter(
        one.violation.rule.severity for one in found if one.violation.standing == "violation"
    )
    said = [count(problems, "problem")] if problems else []
    if standings["violation"]:
        kinds = [f"{severities[name]} {name}" for name in SEVERITIES if severities[name]]
        said.append(f"{count(standings['violation'], 'violation')} ({', '.join(kinds)})")
    elif not problems:
        said.append("no violation")
    said += [f"{standings[name]} {name}" for name in ("waived", "unknown") if standings[name]]
    return ", ".join(said)


def count(number: int, word: str) -> str:
    """A number with its word: '1 violation', '2 violations'."""
    return f"{number} {word}{'' if number == 1 else 's'}"


def asked_by(rule: Rule) -> str:
    """The clauses that ask for a rule, in one line."""
    return "; ".join(map(str, rule.clauses))
