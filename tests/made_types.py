"""Every class of the clouds' SDKs that a component calls, read from the components' own source."""

import ast
import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import pulumi

COMPONENTS = Path(__file__).resolve().parent.parent / "components"
SDKS = {"pulumi_aws": "aws", "pulumi_gcp": "gcp"}

Made = type[pulumi.CustomResource]


@cache
def made_types(cloud: str) -> dict[str, Made]:
    """By Pulumi's token, whatever the module is called where it is imported."""
    found = (one for file in sorted(COMPONENTS.rglob("*.py")) for one in _called(file, cloud))
    types = {str(vars(one)["pulumi_type"]): one for one in found}
    return {token: one for token, one in types.items() if token.startswith(f"{cloud}:")}


def _called(file: Path, cloud: str) -> Iterator[Made]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    named = dict(_imported(tree, cloud))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Attribute):
            continue
        path = ast.unparse(node).split(".")
        module, name = named.get(path[0]), path[-1]
        if module is None or len(path) > 3:
            continue
        try:
            found = getattr(import_module(".".join([module, *path[1:-1]])), name, None)
        except ModuleNotFoundError:
            continue  # a part of a class, as `Instance.get`
        if inspect.isclass(found) and issubclass(found, pulumi.CustomResource):
            yield found


def _imported(tree: ast.Module, cloud: str) -> Iterator[tuple[str, str]]:
    """The name in a file of each module of the SDK, and the module's own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            start = f"{node.module}." if isinstance(node, ast.ImportFrom) else ""
            for alias in node.names:
                module = f"{start}{alias.name}"
                if SDKS.get(module.partition(".")[0]) == cloud:
                    yield alias.asname or alias.name, module
    sdk = next(package for package, name in SDKS.items() if name == cloud)
    for node in ast.walk(tree):  # `route53 = aws.route53`
        if isinstance(node, ast.Assign) and ast.unparse(node.value).startswith(f"{cloud}."):
            (target, *_) = node.targets
            yield ast.unparse(target), f"{sdk}{ast.unparse(node.value).removeprefix(cloud)}"
