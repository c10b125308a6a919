"""The "best" weights were kept without a copy, so they are the last weights.

## Why is this bad?

`model.state_dict()` returns the model's own tensors, not copies. After `best = model.state_dict()` every later step
changes `best` too: what is loaded or saved at the end is the last state, and early stopping or "best model" has no
effect.

## Fix

`best = copy.deepcopy(model.state_dict())`, or save it to a file at that moment, or `best = {k: v.detach().clone() for
k, v in model.state_dict().items()}`.

## Limits

Only states whose tensors all share memory with the model, used after steps have changed the weights. Taken inside a
loop under an `if` (best so far) and loaded back into its own model, such a state is an error: the load does nothing
at all. Taken elsewhere and loaded it is a warning: a script may change the state in place first (shrink and perturb).
Saving a best-so-far state is a warning: a script may keep one live state and save it again and again as the current
one, and a state that was not taken that way is then passed over. Where every rehearsed epoch was the best so far, no
step lies between the last state and its use: it is then an error if its `if` compares with a best value that it sets,
a state taken there before was kept through steps, and the load comes after the loop.

## References

PyTorch documentation, "Saving and Loading Models", which warns of this.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from trialrun.checks.base import Check
from trialrun.checks.source_trees import tree_of
from trialrun.checks.wording import at, count
from trialrun.evidence import Evidence
from trialrun.evidence.program import StateDictUse
from trialrun.findings.finding import Finding, Mend, Severity


class AliasedBestState(Check):
    code = "EVA704"
    slug = "aliased-best-state"
    severity = Severity.ERROR
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        worst: dict[object, tuple[Severity, StateDictUse]] = {}
        for use in evidence.state_dict:
            severity = _severity(use, evidence)
            if severity is not None:
                known = worst.get(use.taken)
                if known is None or severity.rank > known[0].rank:
                    worst[use.taken] = (severity, use)
        for severity, use in worst.values():
            steps = use.used_step - use.taken_step
            done = "loaded back into its model" if use.how == "load_state_dict" else "saved"
            effect = "loading it changes nothing" if use.how == "load_state_dict" else "the file holds the last weights"
            if steps > 0:
                later = (
                    f"{count(steps, 'step')} later, when it is {done}{at(use.used)}, it holds the weights of that "
                    f"moment: {effect}."
                )
            else:
                later = (
                    f"the one taken here at step {use.held_since} held these weights too by then. It is "
                    f"{done}{at(use.used)}: {effect}, whichever epoch was the best."
                )
            yield self.finding(
                f"The state_dict taken here at step {use.taken_step} shares memory with the model; {later}",
                "Keep a copy: copy.deepcopy(model.state_dict()), or save it to a file at once."
                + ("" if severity is Severity.ERROR else " If the current weights are meant, this is legitimate."),
                where=use.taken,
                severity=severity,
                measured={
                    "taken_step": use.taken_step,
                    "used_step": use.used_step,
                    "how": use.how,
                    "aliased_share": use.aliased_share,
                    "held_since": use.held_since,
                },
                expected="a copy that later steps do not change",
                mend=Mend("copy_state"),
            )


def _severity(use: StateDictUse, evidence: Evidence) -> Severity | None:
    """None: nothing wrong. In-place averaging through the state itself, without a step, is right."""
    if use.aliased_share < 1.0:
        return None
    best_so_far = use.guarded and use.in_loop
    if not use.weights_changed or use.used_step <= use.taken_step:
        kept = use.held_since is not None and use.how == "load_state_dict" and use.same_module
        return Severity.ERROR if kept and best_so_far and _sets_the_best(use, evidence) else None
    if use.how == "load_state_dict":
        return None if not use.same_module else Severity.ERROR if best_so_far else Severity.WARNING
    return Severity.WARNING if best_so_far else None


def _sets_the_best(use: StateDictUse, evidence: Evidence) -> bool:
    """Whether it was taken under ``if score > best`` with ``best = score`` below: a turn to save is not told so."""
    if use.taken is None:
        return False
    tree = tree_of(evidence.source.get(use.taken.file, ""))
    if tree is None:
        return False
    return any(
        isinstance(node, ast.If)
        and any(part.lineno <= use.taken.line <= (part.end_lineno or 0) for part in node.body)
        and any(_is_best(node.test, target, value) for target, value in _assigned(node.body))
        for node in ast.walk(tree)
    )


def _is_best(test: ast.expr, target: str, value: str) -> bool:
    """Whether ``test`` has ``target`` and ``value`` on either side of a ``<`` or ``>``."""
    for node in ast.walk(test):
        if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], _ORDERS):
            left, right = _variables(node.left), _variables(node.comparators[0])
            if (target in left and value in right) or (target in right and value in left):
                return True
    return False


def _assigned(body: list[ast.stmt]) -> Iterator[tuple[str, str]]:
    """Each target and its value in the assignments of ``body``, and those of tuples one by one."""
    for node in (node for statement in body for node in ast.walk(statement)):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    for one, its in zip(target.elts, node.value.elts, strict=False):
                        yield ast.unparse(one), ast.unparse(its)
                yield ast.unparse(target), ast.unparse(node.value)


def _variables(side: ast.expr) -> set[str]:
    return {ast.unparse(part) for part in ast.walk(side) if isinstance(part, (ast.Name, ast.Attribute, ast.Subscript))}


_ORDERS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
