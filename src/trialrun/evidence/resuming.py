"""What the text of a program says about going on from a file: statements that a rehearsal need not reach."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from trialrun.evidence import Evidence
from trialrun.evidence.place import Where

# Ways to save that are not looked into; ``torch.save``, our own ``save_state`` and those of pickle and NumPy are.
_OTHER_SAVES = frozenset({"save_state", "save_checkpoint", "save_pretrained", "save_file", "save_model", "dump", "dcp"})
_SAVES = frozenset({"save", "dump", "dumps", "savez", "savez_compressed", *_OTHER_SAVES})
_SAVES_BY_NAME = ("torch.save", "np.save", "numpy.save")
_POSITIONS = ("last_epoch", "num_bad_epochs")  # of a schedule of the epochs, and of one that waits for a plateau
_SCHEDULING = ("LR", "Plateau", "scheduler", "schedule")


@dataclass(frozen=True)
class Resuming:
    """A program's ways to save and to load again."""

    counters: frozenset[str]  # keys read from a loaded file that set where the training loop begins
    loaded: frozenset[str]  # names of what a state is loaded into: "optimizer" of ``self.optimizer.load_state_dict``
    rolls_back: bool  # a state is loaded inside a loop
    saves_otherwise: bool  # in a way that is not looked into, or in a statement that was not reached
    winds_schedule: bool  # the schedule may be brought to where it had stopped without its state
    retakes_statistics: bool  # running statistics are reset by the program, to be taken again from data
    saved_whole_at: frozenset[tuple[str, int]]  # file and line of calls of ``trialrun.save_state``
    unsaved: frozenset[str]  # names of what is stepped and never asked for its state, where any state is saved

    @classmethod
    def of(cls, evidence: Evidence) -> Resuming:
        trees = {file: tree for file, text in evidence.source.items() if (tree := _tree(text)) is not None}
        own = {n.name for tree in trees.values() for n in ast.walk(tree) if isinstance(n, _FUNCTIONS)}
        missed = {file: {line for b in _missed(evidence, file) for line in b} for file in trees}
        late = [node for file, tree in trees.items() for node in _calls(tree) if node.lineno in missed[file]]
        calls = [node for tree in trees.values() for node in _calls(tree)]
        programs = list(trees.values())
        saved_whole = [(file, call) for file, tree in trees.items() for call in _ours(tree, "save_state")]
        ours = {call for _, call in saved_whole}
        starts = _starts(programs)
        counters = frozenset(_resumed(programs, starts))
        return cls(
            counters=counters,
            loaded=frozenset(
                _receiver_of(call).rpartition(".")[2] for call in calls if _name(call) == "load_state_dict"
            ).union(*(_handed(call) for tree in programs for call in _ours(tree, "load_state"))),
            rolls_back=_loads_in_loop(programs),
            saves_otherwise=any(_name(c) in _OTHER_SAVES - own and _name(c) != "dump" and c not in ours for c in calls)
            or any(_receiver_of(c) in ("joblib", "dill", "cloudpickle", "dcp") for c in calls if _is_dump(c))
            or any(_name(call).endswith("Pickler") for call in calls)
            or any(_saves(call) for call in late),
            winds_schedule=any(
                _attribute(node, name) for name in _POSITIONS for tree in trees.values() for node in ast.walk(tree)
            )
            or any(_schedules(call) for call in late)
            or any(
                _name(c).endswith(_SCHEDULING) and starts & {ast.unparse(n) for n in ast.walk(c) if _is_name(n)}
                for c in calls
            ),
            retakes_statistics=any(_name(call) == "reset_running_stats" for call in calls),
            saved_whole_at=frozenset(
                (file, line) for file, call in saved_whole for line in range(call.lineno, (call.end_lineno or 0) + 1)
            ),
            unsaved=_unsaved(calls, bool(counters), frozenset().union(*map(_handed, ours))),
        )


def stepped(evidence: Evidence, where: Where | None) -> str:
    """What the line calls ``step`` or ``update`` of, as the user wrote it: "self.optimizer"; "" if it is not clear."""
    tree = None if where is None else _tree(evidence.source.get(where.file, ""))
    if tree is None or where is None:
        return ""
    found = set()
    for call in _calls(tree):
        if call.lineno == where.line and _name(call) in ("step", "update", "update_parameters"):
            inner = call.args[0] if call.args and "scaler" in _receiver_of(call).lower() else None
            found.add(_receiver_of(call) if inner is None or not _is_name(inner) else ast.unparse(inner))
    return found.pop() if len(found) == 1 else ""


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


def _missed(evidence: Evidence, file: str) -> Iterator[tuple[int, ...]]:
    return (block.lines for record in evidence.coverage for block in record.missed if block.file == file)


def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError):
        return None


def _calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _name(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _receiver_of(call: ast.Call) -> str:
    return ast.unparse(call.func.value) if isinstance(call.func, ast.Attribute) else ""


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, (ast.Name, ast.Attribute))


def _attribute(node: ast.AST, name: str) -> bool:
    return (isinstance(node, ast.Attribute) and node.attr == name) or (
        isinstance(node, ast.keyword) and node.arg == name
    )


def _is_dump(call: ast.Call) -> bool:
    return _name(call) in ("dump", "dumps", "save")


def _saves(call: ast.Call) -> bool:
    """Whether an unreached call could save what is missing elsewhere."""
    return _name(call) in _SAVES - {"save"} | {"state_dict"} or ast.unparse(call.func) in _SAVES_BY_NAME


def _schedules(call: ast.Call) -> bool:
    """Whether it builds, steps or sets a schedule."""
    name = _name(call)
    return name.endswith(_SCHEDULING) or (name == "step" and "sched" in _receiver_of(call).lower())


def _unsaved(calls: list[ast.Call], counted: bool, handed: frozenset[str]) -> frozenset[str]:
    """What has no ``state_dict()`` asked of it, where training may be gone on with: by its count, or some state.

    ``handed``: what is saved by ``trialrun.save_state``, which asks for it.
    """
    stepped = {name for call in calls for name in _stepped(call)}
    asked = handed.union(_last(_receiver_of(call)) for call in calls if _name(call) == "state_dict")
    goes_on = any(_name(call) in _SAVES for call in calls) and (counted or bool(stepped & asked))
    return frozenset(stepped - asked) if goes_on else frozenset()


def _ours(tree: ast.Module, name: str) -> Iterator[ast.Call]:
    """The calls of ``trialrun.save_state`` or ``load_state``."""
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "trialrun"
        for alias in node.names
        if alias.name == name
    }
    return (call for call in _calls(tree) if ast.unparse(call.func) in {f"trialrun.{name}", *imported})


def _handed(call: ast.Call) -> frozenset[str]:
    """The names of what it is given by keyword: "optimizer" of ``opt=self.optimizer``."""
    return frozenset(_last(ast.unparse(one.value)) for one in call.keywords if one.arg and _is_name(one.value))


def _stepped(call: ast.Call) -> Iterator[str]:
    if isinstance(call.func, ast.Attribute) and _name(call) in ("step", "update"):
        if call.args and "scaler" in _receiver_of(call).lower() and _is_name(call.args[0]):
            yield _last(ast.unparse(call.args[0]))
        if _name(call) == "step" or "scaler" in _receiver_of(call).lower():
            yield _last(_receiver_of(call))


def _last(name: str) -> str:
    return name.rpartition(".")[2]


# -- the beginning of a loop


def _starts(trees: list[ast.Module]) -> set[str]:
    """Variables that a loop begins at: ``range(start, epochs)``, ``while epoch < epochs``."""
    found: set[str] = set()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, (ast.For, ast.AsyncFor)):
                heads = [c for c in _calls(node.iter) if _name(c) in ("range", "trange", "count", "arange")]
                parts: list[ast.AST] = [call.args[0] for call in heads if len(call.args) > 1 or _name(call) == "count"]
            elif isinstance(node, ast.While):
                parts = [node.test]
            else:
                continue
            found |= {ast.unparse(part) for head in parts for part in ast.walk(head) if _is_name(part)}
    return found - {"self"}


def _resumed(trees: list[ast.Module], starts: set[str]) -> Iterator[str]:
    """Keys whose value in a loaded file reaches one of ``starts``, or a function's result that does."""
    if not any(_name(call) in ("load", "loads", "load_file", "load_state") for tree in trees for call in _calls(tree)):
        return
    returned: dict[str, set[str]] = {}
    for tree in trees:
        for function in (node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)):
            results = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
            handed = {ast.unparse(part) for value in results for part in ast.walk(value) if _is_name(part)}
            results += [value for names, value in _assigned(function) if names & handed]
            returned.setdefault(function.name, set()).update(key for value in results for key in _keys(value))
    for tree in trees:
        for names, value in _assigned(tree):
            if names & starts:
                yield from _keys(value)
                for call in _calls(value):
                    yield from returned.get(_name(call), ())


def _assigned(tree: ast.AST) -> Iterator[tuple[set[str], ast.expr]]:
    """What is set, as text, and the value it is set to."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield {ast.unparse(part) for target in targets for part in ast.walk(target) if _is_name(part)}, node.value


def _keys(value: ast.AST) -> Iterator[str]:
    """Text by which something is looked up in it: ``saved["epoch"]``, ``saved.get("epoch", 0)``, ``.pop``."""
    for node in ast.walk(value):
        key: ast.AST | None = None
        if isinstance(node, ast.Subscript):
            key = node.slice
        elif isinstance(node, ast.Call) and _name(node) in ("get", "pop") and node.args:
            key = node.args[0]
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value


# -- going back


def _loads_in_loop(trees: list[ast.Module]) -> bool:
    """Whether a loop loads a state, itself or by a function that it calls."""
    loading = {"load_state_dict", "load_state"}
    loading |= {
        function.name
        for tree in trees
        for function in ast.walk(tree)
        if isinstance(function, _FUNCTIONS) and any(_name(call) in loading for call in _calls(function))
    }
    return any(
        _name(call) in loading
        for tree in trees
        for loop in ast.walk(tree)
        if isinstance(loop, _LOOPS)
        for part in loop.body
        for call in _calls(part)
    )
