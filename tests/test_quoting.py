"""Every value that a template gets goes through a filter of its format, and reads back."""

import ast
import json
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path

import dns.name
import dns.rdata
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jinja2 import Environment, nodes

from tests.luajit import Lua
from tricenter.cli.ci import pipelines
from tricenter.components.gcp import workflow_source
from tricenter.drills import report
from tricenter.drills.cloud import report as cloud_report
from tricenter.generate import project
from tricenter.topology import quoting
from tricenter.topology import render as rendering

ROOT = Path(__file__).parent.parent
ENVIRONMENTS = {
    "topology/render/templates": rendering.environment,
    "components/gcp/templates": workflow_source.environment,
    "generate/templates": project.environment,
    "cli/ci/templates": pipelines.environment,
    "drills/report/templates": report.environment,
    "drills/cloud/report/templates": cloud_report.environment,
}
"""Who fills in the templates of each folder."""
FORMATS = {
    ".yml": {"yaml", "yaml_block", "json", "word", "action", "flags"},
    ".yaml": {"yaml", "json", "word", "expression"},
    ".lua": {"lua"},
    ".sql": {"sql_text", "sql_name"},
    ".py": {"python", "python_source", "python_name", "word"},
    ".toml": {"toml"},
    ".txt": {"word"},
    ".md": {"markdown", "markdown_code", "markdown_block", "shell"},
    "startup-script.sh": {"shell", "shell_words", "shell_text"},
    ".sh": {"word", "flags"},
    ".cron": {"cron_fields", "cron_word"},
    ".service": {"systemd", "word"},
    "named.conf": {"bind"},
    ".conf": {"ini", "word"},
    "cloud-init/service": {"systemd", "systemd_command", "word"},
    "timer": {"word"},
    "zone": {"zone_name", "zone_string", "word"},
}
"""The filters that a template may use, by how its name ends; a number and a comment go anywhere."""
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANYWHERE = {"number", "comment"}
TEMPLATES = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ENVIRONMENTS
    for path in (ROOT / folder).rglob("*.j2")
)
INCLUDED = {"step", "whole", "sh"}
"""What gives the text of another template: functions of the pipelines, a macro of a runbook."""


def unquoted(environment: Environment, source: str, allowed: set[str]) -> Iterator[str]:
    """The placeholders of a template whose value comes through no filter that is allowed there."""
    tree = environment.parse(source)
    macros = {macro.name for macro in tree.find_all(nodes.Macro)}
    modules = {one.target for one in tree.find_all(nodes.Import)}
    modules |= {"run"}  # what a page imports, its parts see as well
    for imported in tree.find_all(nodes.FromImport):
        macros |= {name if isinstance(name, str) else name[1] for name in imported.names}
    for output in tree.find_all(nodes.Output):
        for part in output.nodes:
            if not _quoted(part, allowed, macros | INCLUDED, modules):
                yield f"line {part.lineno}: {part}"


def _quoted(part: nodes.Node, allowed: set[str], macros: set[str], modules: set[str]) -> bool:
    match part:
        case nodes.TemplateData() | nodes.Const():
            return True
        case nodes.CondExpr():
            ends = [part.expr1, *([part.expr2] if part.expr2 else [])]
            return all(_quoted(end, allowed, macros, modules) for end in ends)
        case nodes.Filter(name="trim", node=nodes.Node() as inner):
            return _quoted(inner, allowed, macros, modules)
        case nodes.Filter(name="join", node=nodes.Filter(name="map") as inner):
            (chosen,) = inner.args
            return isinstance(chosen, nodes.Const) and chosen.value in allowed
        case nodes.Filter():
            return part.name in allowed
        case nodes.Call(node=nodes.Name(name=name)):
            return name in macros
        case nodes.Call(node=nodes.Getattr(node=nodes.Name(name=name))):
            return name in modules
        case _:
            return False


def test_every_template_has_its_environment() -> None:
    """No template lies where nobody of these fills it in, and none is missed."""
    there = {path for path in ROOT.rglob("*.j2") if not {".venv", "build"} & set(path.parts)}
    assert {path.relative_to(ROOT).as_posix() for path in there} == set(TEMPLATES)
    assert len(TEMPLATES) > 60


@pytest.mark.parametrize("path", TEMPLATES)
def test_every_placeholder_is_quoted(path: str) -> None:
    """A placeholder's value goes through a filter of the template's format, or is escaped HTML."""
    folder = next(one for one in ENVIRONMENTS if path.startswith(f"{one}/"))
    environment = ENVIRONMENTS[folder]()
    source = (ROOT / path).read_text(encoding="utf-8")
    if environment.autoescape:
        assert path.endswith(".html.j2") and "| safe" not in source
        return
    name = path.removesuffix(".j2")
    name += ".md" if "/runbooks/" in name else ""
    allowed = next((FORMATS[end] for end in FORMATS if name.endswith(end)), set[str]())
    names = {f"as_{one}" for one in allowed | ANYWHERE}
    assert names <= {*environment.filters, "as_action", "as_flags"}
    assert not list(unquoted(environment, source, names))


@pytest.mark.parametrize(
    "source",
    [
        "{{ name }}", "a: {{ name | upper }}", "{{ name | as_lua }}", "{{ name or 'x' }}",
        "{{ names | join(',') }}", "{{ 'x' if name else name }}", "{{ name ~ '' }}",
        "{% for one in names %}{{ one }}{% endfor %}", "{{ name | as_yaml | upper }}",
        "{% macro show(x) %}{{ x }}{% endmacro %}{{ show(name) }}", "{{ name.upper() }}",
    ],
)  # fmt: skip
def test_an_unquoted_placeholder_is_found(source: str) -> None:
    """What the test above looks for does fail it: no filter, another format's, or one behind it."""
    environment = rendering.environment()
    assert list(unquoted(environment, source, {"as_yaml"}))
    good = (
        "{% macro show(x) %}{{ x | as_yaml }}{% endmacro %}{{ show(name) }}{{ 'a' if b else '' }}"
    )
    assert not list(unquoted(environment, good, {"as_yaml"}))


TEXTS = st.text(max_size=30) | st.sampled_from(
    ["no", "y", "On", "NULL", "1e3", "0x1", "12:30", "a: b", "- a", "# a", "a #b", "'", '"', "\\",
     "%p", "$(x)", "`x`", "'})os.execute('x')if({'", "\n- x", "{{ x }}", "]]", "*a", "&a", "!a",
     "~", "", " ", "a ", "=", "\u2028", "\x1b[31m", "--", "'; DROP", "2026-11-30", "1.2.3.4",
     "::1", "a:b", "a:", ":a", "|", ">", "@", "\u4e2d\u6587", "\U0001f600", "\udc80"]
)  # fmt: skip
SAFE = TEXTS.filter(lambda text: not any("\ud800" <= c <= "\udfff" for c in text))


@SLOW
@given(SAFE)
def test_yaml_reads_back(text: str) -> None:
    """As a value, in a list and in a flow, YAML gives the very text."""
    shown = quoting.yaml(text)
    assert yaml.safe_load(f"a: {shown}\nb: 1\n") == {"a": text, "b": 1}
    assert yaml.safe_load(f"- {shown}\n- 1\n") == [text, 1]


@SLOW
@given(st.booleans() | st.none() | st.integers() | st.floats(-1e9, 1e9))
def test_yaml_keeps_the_kind(value: object) -> None:
    """What is no text reads back as what it was."""
    read = yaml.safe_load(f"a: {quoting.yaml(value)}")["a"]
    assert read == pytest.approx(value) if isinstance(value, float) else read == value


@SLOW
@given(SAFE)
def test_quotes_of_other_formats_read_back(text: str) -> None:
    """TOML, JSON, Python and the shell give the very text, or refuse it."""
    assert tomllib.loads(f"a = {quoting.toml(text)}") == {"a": text}
    assert json.loads(quoting.json_text({"a": text})) == {"a": text}
    assert ast.literal_eval(quoting.python(text)) == text
    try:
        words = quoting.shell(text)
    except quoting.UnsafeTextError:
        assert not text.isprintable()
    else:
        assert shlex.split(f"x {words} y") == ["x", text, "y"]
        assert shlex.split(f"x {quoting.shell_words([text, text])}") == ["x", text, text]
    if "\0" not in text:
        assert shlex.split(f"x {quoting.shell_text(text)} y") == ["x", text, "y"]


@SLOW
@given(SAFE)
def test_lua_reads_back_inside_a_zone(text: str) -> None:
    """LuaJIT, which PowerDNS runs, gives the very bytes; no sign in it needs more quotes."""
    shown = quoting.lua(text)
    assert not set(shown) & set(' "\\\n')
    assert Lua().value(f"return {shown}") == text.encode()
    string = quoting.zone_string(text)
    rdata = dns.rdata.from_text("IN", "TXT", string[:900] if len(string) < 255 else '"x"')
    if len(string) < 255:
        assert b"".join(rdata.strings) == text.encode()


@SLOW
@given(st.text(min_size=1, max_size=10).filter(lambda t: "." not in t and t.isascii()))
def test_zone_names_read_back(text: str) -> None:
    """A label has the very bytes, whatever they are."""
    name = dns.name.from_text(f"{quoting.zone_name(text)}.example.")
    assert name.labels[0] == text.encode()


@SLOW
@given(TEXTS)
def test_formats_without_quotes_refuse(text: str) -> None:
    """Where nothing can be quoted no text leaves its line, its cell or its string."""
    for form in (
        quoting.word, quoting.ini, quoting.bind, quoting.systemd, quoting.comment,
        quoting.markdown, quoting.markdown_code, quoting.cron_word, quoting.sql_text,
    ):  # fmt: skip
        try:
            shown = form(text)
        except quoting.UnsafeTextError:
            assert text != "plain"
        else:
            assert form is quoting.sql_text or "\n" not in shown
            assert form is not quoting.systemd or shown.replace("%%", "").count("%") == 0
    assert quoting.sql_text("a'b") == "'a''b'" and quoting.sql_name('a"b') == '"a""b"'
    with pytest.raises(quoting.UnsafeTextError):
        quoting.number(float("nan"))
