"""A model is evaluated while Dropout or BatchNorm still run in train mode.

## Why is this bad?

Dropout removes a random share of the activations, so the measured loss and accuracy are worse than the model and
differ from run to run. BatchNorm normalises by the statistics of the evaluation batch, so one sample's prediction
depends on its neighbours, and its running averages take in the validation data: the evaluation changes the model.

## Fix

Call `model.eval()` before the evaluation, and `model.train()` before training goes on.

## Limits

Only calls whose output meets a target (a loss or a metric) count: `swa_utils.update_bn` computes none. Passed over:
several passes over the same input (MC dropout), modules put into train mode one by one while the model itself is in
eval mode, metrics of the training batch in the training loop, `F.dropout` where one of its calls is not given
`training=self.training`. An error when gradients are off or the call sits in an
evaluation loop, and nothing says that train mode is meant: `train()` called since the last update, the same model
also measured in eval mode (statistics adapted to a new domain), two optimisers in turn (a GAN whose noise is its
dropout). Else a warning.

## References

Ioffe and Szegedy, "Batch Normalization", 2015; PyTorch documentation, `torch.nn.Module.eval`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable

from trialrun.checks.base import Check
from trialrun.checks.source_trees import tree_of
from trialrun.checks.wording import at, count, names
from trialrun.evidence import Evidence
from trialrun.evidence.program import FUNCTIONAL_DROPOUT, EvaluationRecord, TrainModeModule
from trialrun.findings.finding import Finding, Mend, Severity

_WEAK_METRICS = ("", "argmax", "max", "topk")  # predictions are also made to act, to label and to print


class EvaluatingInTrainMode(Check):
    code = "EVA701"
    slug = "evaluating-in-train-mode"
    severity = Severity.ERROR
    needs = ("evaluation",)

    def judge(self, evidence: Evidence) -> Iterable[Finding]:
        follows = _dropout_follows_the_mode(evidence)
        for call in evidence.evaluation:
            modules = [m for m in call.train_mode_modules if follows or m.cls != FUNCTIONAL_DROPOUT]
            if not modules or not _measured(call):
                continue
            sure = (
                (not call.grad_enabled or call.loop is not None)
                and call.metric not in _WEAK_METRICS
                and not _wanted(call, evidence)
            )
            held = [f"{m.name or m.cls} ({m.cls}{', ' + m.detail if m.detail else ''})" for m in modules]
            dropout = any(_drops(module) for module in modules)
            norm = any("Norm" in module.cls for module in modules)
            effects = [
                *(["Dropout removes activations at random"] if dropout else []),
                *(["BatchNorm uses this batch's statistics and takes them into its running averages"] if norm else []),
            ]
            metric = f"`{call.metric}`" if call.metric else "a metric"
            yield self.finding(
                f"{call.root} is evaluated in train mode: {count(call.calls, 'call')} here fed "
                f"{metric}{at(call.metric_where)} with {names(held)} in train mode. {'; '.join(effects)}.",
                "Call model.eval() before the evaluation and model.train() before training goes on."
                + ("" if sure else " If the randomness is wanted, this is legitimate."),
                where=call.where,
                severity=Severity.ERROR if sure else Severity.WARNING,
                measured={
                    "calls": call.calls,
                    "metric": call.metric,
                    "train_mode_modules": [module.name for module in modules],
                    "grad_enabled": call.grad_enabled,
                },
                expected="model.training is False while a metric is computed",
                mend=Mend("eval_mode", {"loop_line": call.loop.line if call.loop else None}),
            )


def _wanted(call: EvaluationRecord, evidence: Evidence) -> bool:
    """Signs that train mode is meant: asked for since the last update, compared with eval mode, or a GAN's noise."""
    also_in_eval_mode = any(r.root == call.root and not r.root_training and r.metric for r in evidence.evaluation)
    adversaries = sum(1 for record in evidence.optimiser if record.steps > 0) > 1
    return call.train_mode_asked or also_in_eval_mode or adversaries


def _drops(module: TrainModeModule) -> bool:
    return "Dropout" in module.cls or "dropout" in module.detail


def _dropout_follows_the_mode(evidence: Evidence) -> bool:
    """Whether every ``dropout(...)`` of the program is given a ``.training``: else it may be noise that is wanted."""
    calls = []
    for text in evidence.source.values():
        tree = tree_of(text)
        if tree is None:
            return False
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and _is_functional(node.func):
                given = [part for argument in (*node.args, *node.keywords) for part in ast.walk(argument)]
                calls.append(any(isinstance(part, ast.Attribute) and part.attr == "training" for part in given))
    return bool(calls) and all(calls)


def _is_functional(function: ast.expr) -> bool:
    """``F.dropout`` or an imported ``dropout2d``; not ``self.dropout``, which is a layer."""
    if isinstance(function, ast.Attribute):
        return "dropout" in function.attr and not ast.unparse(function.value).startswith("self")
    return isinstance(function, ast.Name) and "dropout" in function.id


def _measured(call: EvaluationRecord) -> bool:
    return (
        call.metric_where is not None
        and call.root_training
        and not call.in_training_loop
        and not call.repeated_input
        and not call.input_seen_in_training
    )
