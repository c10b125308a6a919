"""Whether a user's ``autograd.Function`` may be called once more without anybody noticing, told from its source.

What is not certain counts as a no: unknown callables, state outside of the call, random numbers, loops (a solver that
stops early has no exact derivative). So do the marks of a gradient that is meant to differ: rounding, and values that
the backward alone uses.
"""

from __future__ import annotations

import ast
import builtins
import inspect
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

SAFE_MODULES = frozenset({"torch", "math", "numpy"})
_BUILTINS = """
    all any bool dict enumerate float getattr int isinstance len list max min pow range reversed slice sorted sum super
    tuple zip ValueError TypeError RuntimeError AssertionError staticmethod
"""
# Steps have no derivative; reduced precision has a useless one; the rest acts outside of the call.
_UNSAFE = """
    round round_ floor floor_ ceil ceil_ trunc trunc_ fix frac sign sgn sign_ heaviside argmax argmin topk fmod
    remainder floor_divide bucketize searchsorted long int short char byte half bfloat16 float16 int8 uint8 int16 int32
    float8_e4m3fn float8_e5m2 quantize_per_tensor quantize_per_channel fake_quantize_per_tensor_affine
    fake_quantize_per_channel_affine multinomial bernoulli bernoulli_ random random_ rand randn rand_like randn_like
    randint randperm normal normal_ uniform_ exponential_ geometric_ cauchy_ log_normal_ dropout alpha_dropout rrelu
    gumbel_softmax distributed ops save load manual_seed utils jit backends compile cuda register_hook set_rng_state
    set_default_dtype set_default_device set_printoptions set_num_threads
"""
SAFE_BUILTINS, UNSAFE_NAMES = frozenset(_BUILTINS.split()), frozenset(_UNSAFE.split())
MAX_DEPTH = 3  # of functions of the user's that call each other
_LOOPS = (ast.For, ast.While, ast.AsyncFor, ast.AsyncFunctionDef, ast.Yield, ast.YieldFrom, ast.Await)
_UNSAFE_STATEMENTS = (*_LOOPS, ast.Global, ast.Nonlocal, ast.Import, ast.ImportFrom, ast.ClassDef, ast.Delete)


@dataclass
class _Read:
    """What a function and those it calls read from outside of themselves."""

    constants: set[str] = field(default_factory=set)


def backward_line(cls: type) -> tuple[str, int] | None:
    """The file and line of ``def backward``; None where there is no source."""
    function = _plain(cls, "backward")
    node = function and _node(function)
    return (function.__code__.co_filename, node.lineno) if function and node else None


def may_be_repeated(cls: type) -> bool:
    """Whether calling it again on copies leaves no trace, and its gradient is meant to be that of its forward."""
    forward, backward = _plain(cls, "forward"), _plain(cls, "backward")
    setup = _plain(cls, "setup_context")
    own_setup = setup is not None and not setup.__module__.startswith("torch.")
    if forward is None or backward is None:
        return False
    ahead, back = _Read(), _Read()
    functions = [(forward, ahead), (backward, back), *([(setup, back)] if own_setup and setup else [])]
    if not all(_pure(function, read, MAX_DEPTH) for function, read in functions):
        return False
    node = _node(forward)
    behind = _node(backward)
    if behind is None or _first(behind) not in {
        _root(part) for part in ast.walk(behind) if isinstance(part, ast.Attribute)
    }:
        return False  # a gradient that does not depend on the inputs: it is handed through, or clipped
    return node is not None and back.constants <= ahead.constants and not _kept_for_backward(node, own_setup)


def _plain(cls: type, name: str) -> types.FunctionType | None:
    """The method as it was written, without its decorators."""
    found = inspect.unwrap(getattr(cls, name, None) or (lambda: None))
    return found if isinstance(found, types.FunctionType) else None


def _node(function: types.FunctionType) -> ast.FunctionDef | None:
    code = function.__code__
    try:
        with open(code.co_filename, encoding="utf-8") as file:
            tree = ast.parse(file.read())
    except (OSError, SyntaxError, ValueError):
        return None
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == code.co_name:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first == code.co_firstlineno or node.lineno == code.co_firstlineno:
                return node
    return None


def _pure(function: types.FunctionType, read: _Read, depth: int) -> bool:
    node = _node(function)
    if node is None or depth == 0:
        return False
    local = {part.arg for part in ast.walk(node) if isinstance(part, ast.arg)}
    local |= {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}
    outside = dict(inspect.getclosurevars(function).nonlocals)
    for part in (inner for statement in node.body for inner in ast.walk(statement)):
        if isinstance(part, _UNSAFE_STATEMENTS):
            return False
        if isinstance(part, ast.Attribute) and part.attr in UNSAFE_NAMES:
            return False
        if isinstance(part, (ast.Attribute, ast.Subscript)) and isinstance(part.ctx, ast.Store):
            if _root(part) not in local:
                return False
        elif isinstance(part, ast.BinOp) and isinstance(part.op, (ast.FloorDiv, ast.Mod)):
            return False
        elif isinstance(part, ast.Name) and part.id not in local:
            if part.id in UNSAFE_NAMES:
                return False
            if part.id in outside or part.id in function.__globals__:
                value = outside.get(part.id, function.__globals__.get(part.id))
                if not _harmless(part.id, value, read, depth):
                    return False
            elif part.id not in SAFE_BUILTINS or not hasattr(builtins, part.id):
                return False
    return True


def _harmless(name: str, value: Any, read: _Read, depth: int) -> bool:
    if isinstance(value, types.ModuleType):
        top = value.__name__.split(".")
        return top[0] in SAFE_MODULES and not set(top) & UNSAFE_NAMES
    if isinstance(value, (int, float, str)):
        read.constants.add(name)
        return True
    if isinstance(value, types.FunctionType) and not value.__module__.startswith("torch"):
        return _pure(value, read, depth - 1)
    plain = isinstance(value, (types.FunctionType, types.BuiltinFunctionType, type))  # not a module that keeps state
    return plain and (getattr(value, "__module__", None) or "").split(".")[0] in SAFE_MODULES


def _root(node: ast.expr) -> str | None:
    while isinstance(node, (ast.Attribute, ast.Subscript)):
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _first(node: ast.FunctionDef) -> str | None:
    arguments = [*node.args.posonlyargs, *node.args.args]
    return arguments[0].arg if arguments else None


def _kept_for_backward(node: ast.FunctionDef, own_setup: bool) -> bool:
    """Whether a parameter of the forward is only put into ``ctx``: the slope of a surrogate, weights to go back by."""
    names = [argument.arg for argument in (*node.args.posonlyargs, *node.args.args)]
    ctx = None if own_setup or not names else names.pop(0)
    used = {part.id for statement in node.body for part in _outside_ctx(statement, ctx) if isinstance(part, ast.Name)}
    return any(name not in used for name in names)


def _outside_ctx(node: ast.AST, ctx: str | None) -> Iterator[ast.AST]:
    """``node`` and what is in it, less what is assigned to ``ctx`` or given to its methods."""
    is_ours: Callable[[ast.expr], bool] = lambda part: isinstance(part, ast.Attribute) and _root(part) == ctx  # noqa: E731
    if isinstance(node, ast.Assign) and ctx and all(map(is_ours, node.targets)):
        return
    if isinstance(node, ast.Call) and ctx and is_ours(node.func):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _outside_ctx(child, ctx)
