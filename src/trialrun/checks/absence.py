"""Which unreached statements could refute a claim of absence ("in no optimiser", "never reached by a backward").

A claim of absence is an error only when nothing the rehearsal left out could refute it. Two kinds of unreached
statements can't: those in front of every rehearsed loop (the full run, with the same arguments, takes the same branch
there) and those that neither name nor call anything that could have to do with the claim.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from trialrun.checks.source_trees import tree_of
from trialrun.evidence import Evidence
from trialrun.evidence.program import MissedBlock

# Names that occur wherever a program optimises, freezes, replaces or hands over parameters.
OPTIMISING = frozenset(
    {
        *("step", "add_param_group", "param_groups", "optim", "Optimizer", "minimize", "fit"),
        *("requires_grad", "requires_grad_", "backward", "grad", "data", "detach_"),
        *("copy_", "add_", "sub_", "mul_", "lerp_", "addcmul_", "addcdiv_"),
        *("load_state_dict", "parameters", "named_parameters", "Parameter"),
        *("register_parameter", "register_module", "add_module", "setattr", "exec", "__import__", "import_module"),
    }
)

# Names without which nothing joins an optimiser late and no weight is changed by hand.
JOINING = frozenset({"add_param_group", "param_groups", "register_module", "add_module", "setattr", "data", "grad"})


_ADDING = frozenset({"add_param_group"})
_PARTS = frozenset({"parameters", "named_parameters", "modules", "named_modules", "children", "named_children"})

# What changes weights in place; an initialisation, which draws or fills, is none of these.
_IN_PLACE = frozenset({"add_", "sub_", "addcmul_", "addcdiv_", "copy_", "lerp_"})


def could_refute(evidence: Evidence, words: frozenset[str] | None = None) -> tuple[MissedBlock, ...]:
    """Unreached blocks that could refute a claim about what is named by ``words`` (None: about anything)."""
    trees = _parse(evidence.source)
    doubtful = []
    for block in evidence.refuting_blocks():
        if evidence.decided_before_loops(block):
            continue
        if words is None or block.file not in trees or _mentions(block, trees, words):
            doubtful.append(block)
    return tuple(doubtful)


def mentioned(evidence: Evidence, words: frozenset[str]) -> bool:
    """Whether any of the user's statements, reached or not, names one of ``words``; True where there is no source.

    Coverage tells of statements: a branch inside an expression and a ``lambda`` that was never called are not seen by
    it, nor is a statement that does something else in an iteration that was cut. The text of the program is.
    """
    trees = _parse(evidence.source)
    return not trees or any(
        _uses(node, words) and not _reads_table(node, tables)
        for tree in trees.values()
        for tables in (_tables(tree),)
        for node in ast.walk(tree)
    )


def changed_by_hand(evidence: Evidence) -> bool:
    """Whether a statement adds parameters to an optimiser as training goes, or steps weights by a gradient itself.

    Only what can do nothing else: ``optimizer.add_param_group(...)`` inside a loop (but one over a model's parts, which
    builds it), inside a ``lambda`` or unreached; a gradient that is set or added to; and an in-place change or a ``-=``
    by a term that holds a gradient, reached or not. Reading gradients (their norm, a clip) is none.
    """
    trees = _parse(evidence.source).values()
    return (
        any(_steps_by_hand(node) for tree in trees for node in ast.walk(tree))
        or any(_adds_later(node) for tree in trees for node in ast.walk(tree))
        or bool(could_refute(evidence, _ADDING))
    )


def _adds_later(node: ast.AST) -> bool:
    if isinstance(node, ast.For) and any(name in _PARTS for name in _identifiers(node.iter)):
        return False
    inside = isinstance(node, (ast.For, ast.While, ast.Lambda))
    return inside and any(name in _ADDING for name in _identifiers(node))


def _steps_by_hand(node: ast.AST) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        return node.func.attr in _IN_PLACE and any(_holds_gradient(given) for given in node.args)
    if isinstance(node, ast.AugAssign):
        return _is_gradient(node.target) or (isinstance(node.op, ast.Sub) and _holds_gradient(node.value))
    if isinstance(node, ast.Assign):
        given = not isinstance(node.value, ast.Constant)
        return given and any(_is_gradient(target) for target in node.targets)
    return False


def _is_gradient(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "grad"


def _holds_gradient(node: ast.AST) -> bool:
    return any(_is_gradient(part) for part in ast.walk(node))


def _tables(tree: ast.Module) -> frozenset[str]:
    """Names that only ever stand for a table of scikit-learn, whose ``.data`` is an array and no weight."""
    nodes = list(ast.walk(tree))
    loaders = {
        alias.asname or alias.name
        for node in nodes
        if isinstance(node, ast.ImportFrom) and node.module == "sklearn.datasets"
        for alias in node.names
    }
    calls = [
        node.targets[0].id
        for node in nodes
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Call)
        and isinstance(node.value.func, ast.Name)
        and node.value.func.id in loaders
    ]
    bound = [node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    bound += [node.arg for node in nodes if isinstance(node, ast.arg)]
    return frozenset(name for name in calls if calls.count(name) == bound.count(name))


def _reads_table(node: ast.AST, tables: frozenset[str]) -> bool:
    return isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in tables


def _uses(node: ast.AST, words: frozenset[str]) -> bool:
    """An attribute or a called function of that name; a variable ``data`` and ``torch.utils.data`` are none."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return node.func.id in words
    if isinstance(node, ast.Attribute) and node.attr in words:
        return not _steps_a_schedule(node) and not (
            node.attr == "data" and isinstance(node.value, ast.Attribute) and node.value.attr == "utils"
        )
    return False


def _parse(source: dict[str, str]) -> dict[str, ast.Module]:
    trees = {file: tree_of(text) for file, text in source.items()}
    return {file: tree for file, tree in trees.items() if tree is not None}


def _mentions(block: MissedBlock, trees: dict[str, ast.Module], words: frozenset[str]) -> bool:
    """Whether the block, or a function of the user's that it calls, names one of ``words``."""
    lines = set(block.lines)
    statements = [n for n in ast.walk(trees[block.file]) if isinstance(n, ast.stmt) and n.lineno in lines]
    definitions = {
        node.name: node
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
    }
    pending: list[ast.AST] = list(statements)
    seen: set[str] = set()
    while pending:
        for name in _identifiers(pending.pop()):
            if name in words:
                return True
            if name in definitions and name not in seen:
                seen.add(name)
                pending.append(definitions[name])
    return False


def _identifiers(node: ast.AST) -> Iterator[str]:
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            yield part.id
        elif isinstance(part, ast.Attribute) and not _steps_a_schedule(part):
            yield part.attr


def _steps_a_schedule(part: ast.Attribute) -> bool:
    """``scheduler.step`` changes rates, not what is optimised."""
    return part.attr == "step" and isinstance(part.value, ast.Name) and "sched" in part.value.id
