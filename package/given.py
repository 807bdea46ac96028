"""What a program gives to the component: read, and a spec in any form made into a document."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

import pulumi
import yaml

from tricenter.topology import document
from tricenter.topology.errors import START, SpecError, TricenterError
from tricenter.topology.positions import Document

INPUTS = ("spec", "target", "profile", "enforce")
NAMELESS = "spec"
"""What stands for the file where the spec is no file."""


class InputsError(TricenterError):
    """What the program gives to the component cannot be used; the text says which input."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The inputs of one component, read; `known` is false in a preview that cannot know them."""

    values: Mapping[str, Any]
    known: bool
    after: tuple[pulumi.Resource, ...]
    """The resources from which the inputs come."""

    @property
    def settings(self) -> Mapping[str, str]:
        """The inputs beside the spec; raises InputsError for one that is no text."""
        found = {name: value for name, value in self.values.items() if name != "spec"}
        for name, value in found.items():
            if not isinstance(value, str):
                raise InputsError(f"{name}: {value!r} is not a text")
        return found


async def read(inputs: Mapping[str, Any]) -> Given:
    """The inputs once they are computed; raises InputsError for a secret or a strange one."""
    strange = sorted(set(inputs) - set(INPUTS))
    if strange:
        raise InputsError(f"{strange[0]}: no such input; there are {', '.join(INPUTS)}")
    outputs = {name: pulumi.Output.from_input(value) for name, value in inputs.items()}
    for name, output in outputs.items():
        if await output.is_secret():
            raise InputsError(
                f"{name}: this is a secret, and would stand in the state in clear: a spec holds "
                f"none, so give it without `fn::secret` and from what is no secret"
            )
    values = await asyncio.gather(*(output.future() for output in outputs.values()))
    known = [await output.is_known() for output in outputs.values()]
    sources = [await output.resources() for output in outputs.values()]
    return Given(
        values={
            name: value for name, value in zip(outputs, values, strict=True) if value is not None
        },
        known=all(known),
        after=tuple(source for some in sources for source in some),
    )


def spec_document(spec: Any) -> Document:
    """The spec as a document; raises SpecError or InputsError where it cannot be read.

    A text of one line is the path of a file; of several, the spec itself.
    """
    if isinstance(spec, str) and spec.strip():
        return document.parse(spec, NAMELESS) if "\n" in spec.strip() else document.load(spec)
    if isinstance(spec, Mapping):
        return _of_object(cast("Mapping[str, Any]", spec))
    raise InputsError("spec: give the path of a spec file, its text, or an object")


def _of_object(spec: Mapping[str, Any]) -> Document:
    """An object through the reader that judges files. Nothing in it has a line: all is at 1:1."""
    text = yaml.dump(
        _whole(spec), Dumper=_Quoting, sort_keys=False, allow_unicode=True, width=2**31 - 1
    )
    try:
        found = document.parse(text, NAMELESS)
    except SpecError as error:
        placeless = (replace(problem, position=START) for problem in error.diagnostics)
        raise SpecError(placeless) from None
    problems = tuple(replace(problem, position=START) for problem in found.problems)
    # Where a text ends, every mark behind it counts as its last place.
    return replace(found, text="", problems=problems)


def _whole(value: Any) -> Any:
    """A value as in a file: the engine's numbers are all floats, and its keys have no order."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _whole(one) for key, one in sorted(cast("Mapping[str, Any]", value).items())}
    return [_whole(one) for one in cast("list[Any]", value)] if isinstance(value, list) else value


class _Quoting(yaml.SafeDumper):
    """Quotes every text, since YAML's versions differ in what a bare one is."""

    def ignore_aliases(self, data: Any) -> bool:
        del data
        return True


def _quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    represent = cast(Any, dumper).represent_scalar
    return represent("tag:yaml.org,2002:str", text, style='"')


_Quoting.add_representer(str, _quoted)
