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
one, and a state that was not taken that way is then passed over.

## References

PyTorch documentation, "Saving and Loading Models", which warns of this.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
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
            severity = _severity(use)
            if severity is not None:
                known = worst.get(use.taken)
                if known is None or severity.rank > known[0].rank:
                    worst[use.taken] = (severity, use)
        for severity, use in worst.values():
            steps = use.used_step - use.taken_step
            done = "loaded back into its model" if use.how == "load_state_dict" else "saved"
            effect = "loading it changes nothing" if use.how == "load_state_dict" else "the file holds the last weights"
            yield self.finding(
                f"The state_dict taken here at step {use.taken_step} shares memory with the model; "
                f"{count(steps, 'step')} later, when it is {done}{at(use.used)}, it holds the weights of that "
                f"moment: {effect}.",
                "Keep a copy: copy.deepcopy(model.state_dict()), or save it to a file at once."
                + ("" if severity is Severity.ERROR else " If the current weights are meant, this is legitimate."),
                where=use.taken,
                severity=severity,
                measured={
                    "taken_step": use.taken_step,
                    "used_step": use.used_step,
                    "how": use.how,
                    "aliased_share": use.aliased_share,
                },
                expected="a copy that later steps do not change",
                mend=Mend("copy_state"),
            )


def _severity(use: StateDictUse) -> Severity | None:
    """None: nothing wrong. In-place averaging through the state itself, without a step, is right."""
    if use.aliased_share < 1.0 or not use.weights_changed or use.used_step <= use.taken_step:
        return None
    best_so_far = use.guarded and use.in_loop
    if use.how == "load_state_dict":
        return None if not use.same_module else Severity.ERROR if best_so_far else Severity.WARNING
    return Severity.WARNING if best_so_far else None
