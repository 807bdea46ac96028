"""Judges inputs before anything is made: by the SDK's types, then by the API's model."""

from collections.abc import Iterator, Mapping
from random import Random

from tricenter.offline.aws.model import Problem, input_shape, request_problems
from tricenter.offline.aws.plugin.kind import Kind
from tricenter.offline.aws.plugin.sdk import Failure, failures
from tricenter.offline.aws.plugin.translate import UntranslatedError, member_of
from tricenter.offline.aws.plugin.values import Props

DEFAULTS = "__defaults"
"""The engine's property that lists which inputs the provider chose by itself."""


def named(kind: Kind, logical: str, news: Props, olds: Props, seed: bytes) -> Props:
    """The inputs with a name made from the logical one, where the kind wants one and has none."""
    wanted, prefix = kind.autoname, f"{kind.autoname}Prefix"
    result = {key: value for key, value in news.items() if key != DEFAULTS}
    if not wanted or wanted in result:
        return result
    before = olds.get(wanted)
    if before and wanted in olds.get(DEFAULTS, []):
        result[wanted] = before
    else:
        random = Random(seed)  # noqa: S311 - a name, not a secret
        start = result.get(prefix) or f"{logical}-"
        result[wanted] = f"{start}{random.getrandbits(28):07x}"
    result[DEFAULTS] = [wanted]
    return result


def judged(kind: Kind, inputs: Props) -> Iterator[Failure]:
    """Everything wrong with the inputs; what is unknown yet passes."""
    given = {key: value for key, value in inputs.items() if key != DEFAULTS}
    wrong = list(failures(kind.sdk, given))
    yield from wrong
    for name in sorted(kind.unsupported() & given.keys()):
        reason = f"tricenter's stand-in for the AWS provider does not know this of {kind.sdk_name}"
        yield Failure(path=name, reason=reason)
    if wrong:
        return
    for name, reason in kind.check(given).items():
        yield Failure(path=name, reason=reason)
    try:
        request = kind.creation(given)
    except UntranslatedError as error:
        yield Failure(path="", reason=str(error))
        return
    for problem in request_problems(kind.service, kind.create, request):
        yield _as_failure(kind, given, problem)


def _as_failure(kind: Kind, given: Mapping[str, object], problem: Problem) -> Failure:
    """A problem of a request under the property that it comes from."""
    shape = input_shape(kind.service, kind.create)
    for name in given:
        member = member_of(shape, name, kind.names)
        if member and f"{problem.path}.".startswith((f"{member}.", f"{member}[")):
            rest = problem.path[len(member) :]
            where = f"{rest.lstrip('.')} " if rest else ""
            return Failure(path=name, reason=f"{where}{problem.reason}")
    return Failure(path="", reason=f"{kind.create}: {problem}")
