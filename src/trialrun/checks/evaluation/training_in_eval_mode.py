"""Training goes on in eval mode after an evaluation: nobody called `model.train()`.

## Why is this bad?

`model.eval()` stays in force until `model.train()` is called. From the first evaluation on, Dropout removes nothing
any more and BatchNorm normalises by averages that no longer follow the weights. The model trains without the
regularisation it was given, its activations drift away from the frozen averages, and results depend on when the first
evaluation came.

## Fix

Call `model.train()` at the start of every training epoch, or at the end of the function that evaluates.

## Limits

Judged from what ran: the same line first trained with Dropout (p > 0) or BatchNorm in train mode, then `eval()` was
called on the model and the model was called without a backward, and then the line, in the same loops, trained with all
of them in eval mode. Modules frozen one by one, a model whose parameters are all frozen (only its inputs are learnt),
an `eval()` right before training goes on, fine-tuning in eval mode from the start, and a second phase in a loop of its
own (adaptation to a stream, reinforcement learning) are not this. It is an error if already the first evaluation left
the model so, train mode never came back, and `eval()` is called there again and again. Otherwise a warning: a program
may keep its last epochs in eval mode on purpose, and should then say so by `train(False)` right before them.

## References

PyTorch documentation, `torch.nn.Module.eval`; Ioffe and Szegedy, "Batch Normalization", 2015.
"""

from __future__ import annotations

from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.wording import at, count, names
from trialrun.evidence import Evidence
from trialrun.findings.finding import Finding, Mend, Severity


class TrainingInEvalMode(Check):
    code = "EVA702"
    slug = "training-in-eval-mode"
    severity = Severity.ERROR
    needs = ("update",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        for record in evidence.eval_mode_training:
            sure = not record.recovered and record.eval_calls > 1
            effects = [
                *(["Dropout removes nothing"] if any("Dropout" in cls for cls in record.classes) else []),
                *(["BatchNorm's averages stand still"] if any("Norm" in cls for cls in record.classes) else []),
            ]
            before, since = count(record.train_steps, "step"), count(record.eval_steps, "step")
            yield self.finding(
                f"{record.root} is trained in eval mode since step {record.first_step}: {names(record.modules)} ran in "
                f"train mode in {before} before, then eval() was called{at(record.eval_where)} for an evaluation"
                f"{at(record.evaluated_where)}, and {since} followed without train(). {'; '.join(effects)}.",
                "Call model.train() at the start of every training epoch."
                + ("" if sure else " If these steps are meant to run in eval mode, this is legitimate."),
                where=record.where,
                severity=Severity.ERROR if sure else Severity.WARNING,
                measured={
                    "modules": list(record.modules),
                    "steps_in_train_mode_before": record.train_steps,
                    "steps_in_eval_mode": record.eval_steps,
                    "first_step": record.first_step,
                    "eval_calls": record.eval_calls,
                },
                expected="train mode in every step of this line",
                mend=Mend("train_mode"),
            )
