"""Violations of two specs beside each other: which are new, which are gone, which stay."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from tricenter.policies.judge import Located, Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Findings of one standing: new and staying ones at the new spec's lines, gone at the old's."""

    new: tuple[Located, ...]
    staying: tuple[Located, ...]
    gone: tuple[Located, ...]


def compare(old: Sequence[Located], new: Sequence[Located], standing: Standing) -> Compared:
    """The findings of one standing; the same rule at the same place of the spec is the same one.

    Of several there those with the same message belong together: a number in a message may have
    changed while the violation has not. What stands otherwise now (waived, say) is not gone.
    """
    left: dict[tuple[str, str], list[Located]] = defaultdict(list)
    for one in old:
        if one.violation.standing == standing:
            left[_key(one)].append(one)
    found = [one for one in new if one.violation.standing == standing]
    staying = {id(one) for one in found if _take(left, one, same_message=True)}
    staying |= {
        id(one) for one in found if id(one) not in staying and _take(left, one, same_message=False)
    }
    spoken = {_key(one) for one in new if one.violation.standing != standing}
    return Compared(
        new=tuple(one for one in found if id(one) not in staying),
        staying=tuple(one for one in found if id(one) in staying),
        gone=tuple(one for key, rest in left.items() for one in rest if key not in spoken),
    )


def _key(located: Located) -> tuple[str, str]:
    return located.violation.rule.id, located.path


def _take(left: dict[tuple[str, str], list[Located]], one: Located, *, same_message: bool) -> bool:
    """Takes the finding's counterpart away, if there is one."""
    rest = left.get(_key(one), [])
    for index, other in enumerate(rest):
        if not same_message or other.violation.finding.message == one.violation.finding.message:
            del rest[index]
            return True
    return False
