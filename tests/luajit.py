"""LuaJIT, the interpreter that PowerDNS is built with, for tests of the code that it gets."""

import ctypes
import ctypes.util
import weakref
from functools import cache
from pathlib import Path
from typing import Any

import pytest

RESULTS, FIRST = 1, -1


@cache
def library() -> Any:
    """The shared library that comes with PowerDNS; the test is skipped where there is none."""
    names = [ctypes.util.find_library("luajit-5.1")]
    names += [str(path) for path in Path("/usr/lib").glob("*/libluajit-5.1.so.2")]
    for name in filter(None, names):
        found: Any = ctypes.CDLL(name)
        found.luaL_newstate.restype = ctypes.c_void_p
        found.lua_tolstring.restype = ctypes.c_void_p
        return found
    pytest.skip("no LuaJIT: it comes with PowerDNS")


class Lua:
    """One state of the interpreter, with its standard functions."""

    def __init__(self) -> None:
        self.library = library()
        self.state = ctypes.c_void_p(self.library.luaL_newstate())
        self.library.luaL_openlibs(self.state)
        # No `__del__`: a state that was never opened, since there is no LuaJIT, has nothing to end.
        weakref.finalize(self, self.library.lua_close, self.state)

    def load(self, code: str) -> str | None:
        """Compile a chunk, which stays on the stack; what is wrong with it, or None."""
        data = code.encode()
        failed = self.library.luaL_loadbuffer(self.state, data, ctypes.c_size_t(len(data)), b"x")
        return self._text().decode() if failed else None

    def value(self, code: str) -> bytes:
        """The bytes of the text that a chunk returns."""
        assert self.load(code) is None, code
        failed = self.library.lua_pcall(self.state, 0, RESULTS, 0)
        text = self._text()
        assert not failed, text
        return text

    def _text(self) -> bytes:
        length = ctypes.c_size_t()
        start = self.library.lua_tolstring(self.state, FIRST, ctypes.byref(length))
        text = ctypes.string_at(start, length.value)
        self.library.lua_settop(self.state, FIRST - 1)
        return text
