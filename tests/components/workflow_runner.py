"""Runs the sources of Google's Workflows, as far as ours use the language, against a cloud."""

import ast
import base64
import json
import re
from collections import ChainMap
from collections.abc import Callable, MutableMapping
from datetime import UTC, datetime
from typing import Any

import yaml

Http = Callable[[str, str, dict[str, Any]], Any]
"""Answers a request: method, address, the other arguments; raises Raised."""
Scope = MutableMapping[str, Any]
START = 1_000_000.0
"""When every run begins, in seconds of the epoch."""
EXPRESSION = re.compile(r"\$\{(.*)\}", re.DOTALL)


class Raised(Exception):
    """An error of the workflow; `value` is what `except` sees."""

    def __init__(self, value: Any) -> None:
        super().__init__(str(value))
        self.value = value


class _Return(Exception):
    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = value


class _Next(Exception):
    def __init__(self, step: str) -> None:
        super().__init__(step)
        self.step = step


class Run:
    """One execution: its clock moves with sleeping alone, its log and questions are kept."""

    def __init__(self, source: str, http: Http, approve: bool | None = None) -> None:
        self.workflows: dict[str, Any] = yaml.safe_load(source)
        self.http, self.approve = http, approve
        self.now, self.logged, self.asked = START, [], 0

    def start(self, data: Any = None) -> Any:
        """What `main` returns; raises Raised."""
        return self._call("main", {"input": data})

    def _call(self, name: str, arguments: dict[str, Any]) -> Any:
        workflow = self.workflows[name]
        assert sorted(arguments) == sorted(workflow.get("params", [])), name
        try:
            self._steps(workflow["steps"], dict(arguments))
        except _Return as found:
            return found.value
        return None

    def _steps(self, steps: list[dict[str, Any]], scope: Scope) -> None:
        names = [next(iter(step)) for step in steps]
        assert len(set(names)) == len(names), f"a name twice: {names}"
        at = 0
        while at < len(steps):
            try:
                self._step(steps[at][names[at]], scope)
                at += 1
            except _Next as jump:
                if jump.step not in names:
                    raise
                at = names.index(jump.step)

    def _step(self, step: dict[str, Any], scope: Scope) -> None:
        kinds = {
            "assign": self._assign,
            "try": self._try,
            "call": self._ask,
            "for": self._for,
            "switch": self._switch,
        }
        for kind, act in kinds.items():
            if kind in step:
                act(step, scope)
        if "steps" in step:
            self._steps(step["steps"], scope)
        if "raise" in step:
            raise Raised(self._value(step["raise"], scope))
        if "return" in step:
            raise _Return(self._value(step["return"], scope))
        if "next" in step:
            raise _Next(step["next"])

    def _assign(self, step: dict[str, Any], scope: Scope) -> None:
        for one in step["assign"]:
            ((name, value),) = one.items()
            _store(scope, name, self._value(value, scope))

    def _ask(self, step: dict[str, Any], scope: Scope) -> None:
        result = self._standard(step["call"], self._value(step.get("args", {}), scope))
        if "result" in step:
            _store(scope, step["result"], result)

    def _switch(self, step: dict[str, Any], scope: Scope) -> None:
        for branch in step["switch"]:
            if self._value(branch["condition"], scope):
                rest = {key: value for key, value in branch.items() if key != "condition"}
                self._step(rest, scope)
                return

    def _try(self, step: dict[str, Any], scope: Scope) -> None:
        retry = step.get("retry")
        again = dict(retry) if isinstance(retry, dict) else {"max_retries": 5 if retry else 0}
        for left in range(again["max_retries"], -1, -1):
            try:
                self._step(step["try"], scope)
                return
            except Raised as error:
                if left and self._retried(again.get("predicate"), error.value):
                    self.now += again.get("backoff", {}).get("max_delay", 1)
                    continue
                if "except" not in step:
                    raise
                # Only the error itself is local to the clause.
                inner = ChainMap({step["except"]["as"]: error.value}, scope)
                self._step({k: v for k, v in step["except"].items() if k != "as"}, inner)
                return

    def _retried(self, predicate: str | None, error: Any) -> bool:
        """Whether a request is made again; by Google's own predicate for what passes."""
        if predicate is None:
            return _get(error, "code") in {429, 502, 503, 504}
        found = EXPRESSION.fullmatch(predicate)
        assert found is not None, predicate
        return bool(self._call(found.group(1), {"e": error}))

    def _for(self, step: dict[str, Any], scope: Scope) -> None:
        loop = step["for"]
        for value in self._value(loop["in"], scope):
            try:
                self._steps(loop["steps"], ChainMap({loop["value"]: value}, scope))
            except _Next as jump:
                if jump.step == "break":
                    return
                if jump.step != "continue":
                    raise

    def _standard(self, name: str, arguments: dict[str, Any]) -> Any:
        if name.startswith("http."):
            rest = {key: value for key, value in arguments.items() if key != "url"}
            return {"body": self.http(name[5:].upper(), arguments["url"], rest)}
        if name == "sys.log":
            self.logged.append(arguments)
            return None
        if name == "sys.sleep":
            self.now += arguments["seconds"]
            return None
        if name == "events.create_callback_endpoint":
            return {"url": "https://callback.invalid/"}
        if name == "events.await_callback":
            self.asked += 1
            if self.approve is None:
                raise Raised({"message": "timeout", "tags": ["TimeoutError"]})
            return {"http_request": {"body": {"approve": self.approve}}}
        return self._call(name, arguments)

    def _value(self, value: Any, scope: Scope) -> Any:
        if isinstance(value, dict):
            return {key: self._value(one, scope) for key, one in value.items()}
        if isinstance(value, list):
            return [self._value(one, scope) for one in value]
        if isinstance(value, str) and (found := EXPRESSION.fullmatch(value)):
            return self._expression(ast.parse(found.group(1), mode="eval").body, scope)
        return value

    def _expression(self, node: ast.expr, scope: Scope) -> Any:
        def now(one: ast.expr) -> Any:
            return self._expression(one, scope)

        match node:
            case ast.Constant(value=value):
                return value
            case ast.Name(id="null"):
                return None
            case ast.Name(id="true" | "false" as word):
                return word == "true"
            case ast.Name(id=name):
                return scope[name]
            case ast.Attribute(value=holder, attr=name):
                return self._part(now(holder), name)
            case ast.Subscript(value=holder, slice=index):
                return now(holder)[now(index)]
            case ast.Dict(keys=keys, values=values):
                return {now(k): now(v) for k, v in zip(keys, values, strict=True) if k}
            case ast.List(elts=parts):
                return [now(part) for part in parts]
            case ast.Call(func=function, args=arguments):
                return self._function(ast.unparse(function), [now(one) for one in arguments])
            case _:
                return self._operation(node, scope)

    def _operation(self, node: ast.expr, scope: Scope) -> Any:
        def now(one: ast.expr) -> Any:
            return self._expression(one, scope)

        match node:
            case ast.UnaryOp(op=ast.Not(), operand=one):
                return not now(one)
            case ast.BoolOp(op=ast.And(), values=parts):
                return all(now(part) for part in parts)
            case ast.BoolOp(values=parts):
                return any(now(part) for part in parts)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                return now(left) + now(right)
            case ast.BinOp(left=left, op=ast.Sub(), right=right):
                return now(left) - now(right)
            case ast.Compare(left=left, ops=[operation], comparators=[right]):
                return _compare(operation, now(left), now(right))
            case _:
                raise AssertionError(f"not of the language: {ast.dump(node)}")

    def _part(self, holder: Any, name: str) -> Any:
        if name not in holder:
            raise Raised({"message": f"KeyError: {name}", "tags": ["KeyError"]})
        return holder[name]

    def _function(self, name: str, arguments: list[Any]) -> Any:
        functions: dict[str, Callable[..., Any]] = {
            "len": len,
            "default": lambda value, other: other if value is None else value,
            "map.get": _get,
            "list.concat": lambda many, one: [*many, one],
            "text.split": lambda text, at: text.split(at),
            "text.replace_all": lambda text, old, new: text.replace(old, new),
            "sys.now": lambda: self.now,
            "time.format": stamp,
            "base64.decode": base64.b64decode,
            "json.decode": json.loads,
            "double": float,
            "time.parse": lambda text: datetime.fromisoformat(text).timestamp(),
        }
        return functions[name](*arguments)


def stamp(seconds: float) -> str:
    """A moment as Google writes it."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def _compare(operation: ast.cmpop, left: Any, right: Any) -> bool:
    match operation:
        case ast.Eq():
            return bool(left == right)
        case ast.NotEq():
            return bool(left != right)
        case ast.Lt():
            return bool(left < right)
        case ast.Gt():
            return bool(left > right)
        case ast.In():
            return left in right
        case _:
            raise AssertionError(f"not of the language: {operation}")


def _get(holder: Any, path: Any) -> Any:
    for name in [path] if isinstance(path, str) else path:
        holder = holder.get(name) if isinstance(holder, dict) else None
    return holder


def _store(scope: Scope, name: str, value: Any) -> None:
    """A variable that an outer scope has is changed there, another is new in this one."""
    if isinstance(scope, ChainMap):
        for one in scope.maps:
            if name in one:
                _store(one, name, value)
                return
    scope[name] = value
