"""A rewritten program does what the plain one does, line numbers included."""

from __future__ import annotations

import contextlib
import io
import textwrap
import traceback
from collections.abc import Callable

import pytest

from tests.target.conftest import Conducted

PROGRAMS = {
    "loops with else": """
        for i in range(3):
            if i == 5: break
        else:
            print("for else")
        while i: i -= 1
        else: print("while else")
        while True:
            i += 1
            if i % 2: continue
            if i > 6: break
        print(i)
    """,
    "future and docstrings": '''
        """Module text."""
        from __future__ import annotations
        def f(x: Undefined) -> Missing:
            """Function text."""
        class C:
            """Class text."""
            for k in range(2):
                locals()["v%d" % k] = k
        print(__doc__, f.__doc__, C.__doc__, C.v1)
    ''',
    "scopes": """
        total = 0
        def outer():
            count = 0
            def inner():
                nonlocal count
                global total
                for n in range(4):
                    count += n; total += 1
                while (m := count) < 20: count += m
                return count
            return inner()
        print(outer(), total, sorted(name for name in globals() if "trialrun" in name))
    """,
    "generators": """
        def gen():
            try:
                for i in range(10):
                    got = yield i
                    if got: print("got", got)
            finally:
                print("closed")
        g = gen(); print(next(g), g.send("a")); g.close()
        def chain():
            yield from gen()
            for x in (y * y for y in range(3) if y): yield x
        print(list(chain()), {k: v for k, v in zip("ab", [1, 2])}, [*map(str, range(3))])
    """,
    "try with match": """
        import contextlib
        for value in (1, "a", [1, 2], {"k": 3}, None):
            match value:
                case int(): print("int")
                case [a, *rest] if rest: print("list", a, rest)
                case {"k": k}: print("dict", k)
                case _: print("other")
            try:
                with contextlib.suppress(KeyError):
                    if value is None: raise ValueError(value)
                    {}[value if not isinstance(value, (list, dict)) else 0]
            except ValueError as error:
                print("caught", error)
            else:
                print("fine")
            finally:
                print("finally")
    """,
    "async": """
        import asyncio
        class Rows:
            def __aiter__(self): self.n = 0; return self
            async def __anext__(self):
                self.n += 1
                if self.n > 3: raise StopAsyncIteration
                return self.n
        async def main():
            async for row in Rows(): print(row)
            for i in range(2): await asyncio.sleep(0)
            print([row async for row in Rows()])
        asyncio.run(main())
    """,
    "targets": """
        box = {}
        for box["k"], (a, *b) in [(1, (2, 3, 4)), (5, (6,))]: print(box, a, b)
        for x in []: pass
        else: print("empty")
        it = iter(range(6))
        for a in it: print(a, next(it))
        for line in "a\\nb".splitlines(): print(line)
    """,
    "errors of iteration": """
        for bad in (5, None):
            try:
                for _ in bad: pass
            except TypeError as error: print(error)
        class Odd:
            def __iter__(self): return self
            def __next__(self): raise RuntimeError("mine")
        try:
            for _ in Odd(): pass
        except RuntimeError as error: print(error)
    """,
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_same_output(name: str, run_program: Callable[..., Conducted]) -> None:
    source = textwrap.dedent(PROGRAMS[name]).strip()
    plain = io.StringIO()
    with contextlib.redirect_stdout(plain):
        exec(compile(source, "program.py", "exec"), {"__name__": "__main__"})
    done = run_program(source)
    assert done.error is None
    assert done.printed == plain.getvalue().splitlines()
    assert done.printed


def test_same_traceback_lines(run_program: Callable[..., Conducted]) -> None:
    source = textwrap.dedent("""
        def f(n):
            while n:
                for i in range(3):
                    if i == 2:
                        n = (1 /
                             (n - n))
        f(1)
    """)
    lines: list[list[int]] = []
    try:
        exec(compile(source, "program.py", "exec"), {})
    except ZeroDivisionError as error:
        lines.append([frame.lineno or 0 for frame in traceback.extract_tb(error.__traceback__)][1:])
    error = run_program(source).error
    assert error is not None
    frames = traceback.extract_tb(error.__traceback__)
    lines.append([frame.lineno or 0 for frame in frames if frame.filename == "program.py"])
    assert lines[0] == lines[1]
