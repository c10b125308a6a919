"""Real programs trained on a part of their data, in real processes."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from trialrun.evidence.subset import SubsetRecord
from trialrun.findings.finding import Finding
from trialrun.rehearsal import plan
from trialrun.rehearsal.settings import Settings
from trialrun.report.progress import Quiet
from trialrun.report.result import RehearsalResult
from trialrun.target.supervise import Supervisor

Rehearse = Callable[..., RehearsalResult]

PROGRAM = """
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(6000, 8)
y = (x[:, 0] + x[:, 1] > 0).long()
train = DataLoader(TensorDataset(x[:5500], y[:5500]), batch_size=25, shuffle=True)
valid = DataLoader(TensorDataset(x[5500:], y[5500:]), batch_size=100)
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(50):
    model.train()
    for inputs, labels in train:
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(inputs), labels)
        loss.backward()
        optimizer.step()
    model.eval()
    right = 0
    with torch.no_grad():
        for inputs, labels in valid:
            right += (model(inputs).argmax(1) == labels).sum().item()
    print("epoch", epoch, "batches", len(train), "right", right)
torch.save(model.state_dict(), "model.pt")
print("end")
"""


@pytest.fixture
def heard() -> Heard:
    return Heard()


@pytest.fixture
def rehearse(supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, heard: Heard) -> Rehearse:
    def run(source: str, **options: Any) -> RehearsalResult:
        monkeypatch.chdir(tmp_path)
        Path("train.py").write_text(textwrap.dedent(source))
        settings = Settings("train.py", None, (), **{"stages": ("smoke", "subset"), "out": tmp_path / "run", **options})
        return plan.rehearse(settings, heard, supervisor)

    return run


class Heard(Quiet):
    """Keeps what it is told of findings."""

    def __init__(self) -> None:
        super().__init__(sys.stderr)
        self.codes: list[str] = []

    def found(self, finding: Finding) -> None:
        self.codes.append(finding.code)


def record(result: RehearsalResult, kind: str = "as it is") -> SubsetRecord:
    found = [each for each in result.evidence.subset if each.kind == kind]
    assert len(found) == 1, result.evidence.subset
    return found[0]


def changed(*pairs: tuple[str, str]) -> str:
    source = PROGRAM
    for old, new in pairs:
        assert old in source
        source = source.replace(old, new)
    return source


def test_a_tenth_of_the_data_is_trained_on_and_all_of_the_rest_evaluated(rehearse: Rehearse, tmp_path: Path) -> None:
    result = rehearse(PROGRAM)
    found = record(result)

    assert (found.outcome, found.metric, found.classes, found.samples) == ("ran", "accuracy", 2, 550)
    assert found.share == pytest.approx(0.1)
    assert found.epochs >= 5 and found.updates == 22 * found.epochs == len(found.losses)
    evaluated = [score for score in found.scores if score.phase == "evaluation"]
    assert [score.samples for score in evaluated] == [500] * found.epochs
    assert [score.epoch for score in evaluated] == list(range(1, found.epochs + 1))
    trained = [score for score in found.scores if score.phase == "training"]
    assert {score.samples for score in trained} == {550}
    assert trained[-1].loss is not None and trained[0].loss is not None and trained[-1].loss < trained[0].loss
    assert found.baselines["linear"] > 0.9 > found.baselines["majority"]
    assert (found.evaluated_at, found.where) != (None, None)
    assert found.overlap is not None and found.overlap.samples == 0

    said = (tmp_path / "run" / "stdout-subset.log").read_text().splitlines()
    assert said[0].startswith("epoch 0 batches 22 right") and said[-1] == "end"
    last = said[-2].split()
    assert evaluated[-1].score == pytest.approx(int(last[-1]) / 500)  # what the script itself has counted
    assert not (tmp_path / "model.pt").exists(), "a rehearsal writes to its run folder alone"
    report = json.loads((tmp_path / "run" / "report.json").read_text())
    assert report["subset"][0]["samples"] == 550
    assert [(stage["name"], stage["outcome"]) for stage in report["stages"]] == [
        ("smoke", "passed"),
        ("subset", "passed"),
    ]
    assert len(result.evidence.update) < 20, "smoke's own evidence stays what it was"


def test_gradients_that_no_update_uses_are_no_training(rehearse: Rehearse) -> None:
    timed = """for repeat in range(300):
    nn.functional.cross_entropy(model(x[5500:]), y[5500:]).backward()
torch.save("""
    found = record(rehearse(changed(("torch.save(", timed))))
    assert found.overlap is not None and found.overlap.samples == 0
    assert {score.samples for score in found.scores if score.phase == "training"} == {550}


def test_the_share_can_be_chosen_and_workers_read_it(rehearse: Rehearse) -> None:
    workers = ("shuffle=True)", "shuffle=True, num_workers=1, persistent_workers=True)")
    found = record(rehearse(changed(workers), subset=0.2))
    assert (found.outcome, found.samples, found.share) == ("ran", 1100, pytest.approx(0.2))


def test_nothing_to_learn_is_followed_by_permuted_targets(rehearse: Rehearse) -> None:
    result = rehearse(changed(("y = (x[:, 0] + x[:, 1] > 0).long()", "y = torch.randint(2, (6000,))")))
    permuted = record(result, "targets permuted")
    assert (permuted.outcome, permuted.samples) == ("ran", 550)
    assert permuted.updates > 100
    assert permuted.losses[-1] < permuted.losses[0], "samples keep their targets, so that they can be learnt by heart"


def test_targets_of_data_that_is_no_loaders_are_exchanged_too(rehearse: Rehearse) -> None:
    by_hand = (
        "for inputs, labels in train:",
        "for index in torch.arange(400).split(40):\n        inputs, labels = x[index], y[index]",
    )
    random = ("y = (x[:, 0] + x[:, 1] > 0).long()", "y = torch.randint(2, (6000,))")
    result = rehearse(changed(by_hand, random))
    own, permuted = record(result), record(result, "targets permuted")
    assert (own.samples, own.share, permuted.outcome) == (400, 1.0, "ran")
    assert permuted.losses[0] == pytest.approx(own.losses[0], rel=0.5) and permuted.losses[0] != own.losses[0]


def test_what_learns_is_not_trained_again(rehearse: Rehearse) -> None:
    assert [each.kind for each in rehearse(PROGRAM).evidence.subset] == ["as it is"]


def test_a_crash_on_a_part_is_a_reason_and_no_finding(rehearse: Rehearse) -> None:
    result = rehearse(changed(("    model.eval()\n", "    assert len(train) == 220\n    model.eval()\n")))
    found = record(result)
    assert found.outcome == "skipped" and "AssertionError" in found.reason
    assert result.verdict == "pass" and not [finding for finding in result.findings if finding.code.startswith("CRX")]


def test_a_crash_after_the_evaluation_takes_nothing_away(rehearse: Rehearse) -> None:
    result = rehearse(changed(('print("end")', "assert epoch == 49")))
    assert record(result).outcome == "ran" and record(result).baselines
    assert result.verdict == "pass"


def test_an_error_is_mended_first(rehearse: Rehearse) -> None:
    result = rehearse(changed(("        optimizer.zero_grad()\n", ""), ("loss.backward()", "loss.backward(); 0")))
    assert result.verdict == "fail"
    assert record(result).reason == "An error was found: its fix comes first."


def test_one_batch_of_all_data_is_known_as_that(rehearse: Rehearse) -> None:
    result = rehearse("""
        import torch
        from torch import nn
        torch.manual_seed(0)
        torch.set_num_threads(1)
        x = torch.randn(300, 4)
        y = x @ torch.randn(4, 1) + 0.01 * torch.randn(300, 1)
        model = nn.Linear(4, 1)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for step in range(400):
            model.train()
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(x[:200]), y[:200])
            loss.backward()
            optimizer.step()
            if step % 50 == 49:
                model.eval()
                with torch.no_grad():
                    print(nn.functional.mse_loss(model(x[200:]), y[200:]).item())
    """)
    found = record(result)
    assert (found.metric, found.samples, found.share) == ("mean squared error", 200, 1.0)
    assert found.epochs == found.updates == 400
    outside = [score.score for score in found.scores if score.phase == "evaluation"]
    assert len(outside) == 8 and outside[-1] is not None and outside[-1] < 0.01
    assert found.baselines["linear"] < 0.01 < found.baselines["mean"]


def test_scores_that_are_counted_outside_of_torch_are_seen(rehearse: Rehearse) -> None:
    counted = "right += (model(inputs).argmax(1) == labels).sum().item()"
    by_hand = "right += sum(a == b for a, b in zip(model(inputs).argmax(1).tolist(), labels.tolist()))"
    found = record(rehearse(changed((counted, by_hand))))
    evaluated = [score for score in found.scores if score.phase == "evaluation"]
    assert [score.samples for score in evaluated] == [500] * found.epochs
    assert evaluated[-1].score is not None and evaluated[-1].score > 0.9
    assert found.baselines and found.overlap is not None and found.overlap.evaluated == 500


def test_accuracy_on_training_batches_is_no_evaluation(rehearse: Rehearse) -> None:
    running = "        optimizer.step()\n        with torch.no_grad():\n            (LOGITS == labels).sum().item()\n"
    for logits in ("model(inputs).argmax(1)", "out.argmax(1)"):
        program = changed(
            ("        optimizer.step()\n", running.replace("LOGITS", logits)),
            ("cross_entropy(model(inputs), labels)", "cross_entropy(out := model(inputs), labels)"),
            ("right += (model(inputs).argmax(1) == labels).sum().item()", "pass"),
        )
        found = record(rehearse(program))
        assert found.outcome == "ran"
        assert not [score for score in found.scores if score.phase == "evaluation"], logits
        assert not found.baselines and found.overlap is None


def test_a_loss_in_no_loop_is_no_evaluation(rehearse: Rehearse) -> None:
    measured = 'nn.functional.cross_entropy(model(x[:64]), y[:64]).backward()\nprint("end")\n'
    found = record(rehearse(changed(('print("end")\n', measured))))
    assert found.outcome == "ran" and found.baselines
    assert {score.samples for score in found.scores if score.phase == "evaluation"} == {500}


def test_one_loop_may_train_and_evaluate_in_turn(rehearse: Rehearse) -> None:
    result = rehearse("""
        import torch
        from torch import nn
        from torch.utils.data import DataLoader, TensorDataset
        torch.manual_seed(0)
        torch.set_num_threads(1)
        x = torch.randn(6000, 8)
        y = (x[:, 0] + x[:, 1] > 0).long()
        train = DataLoader(TensorDataset(x[:5500], y[:5500]), batch_size=25, shuffle=True)
        valid = DataLoader(TensorDataset(x[5500:], y[5500:]), batch_size=25)
        model = nn.Linear(8, 2)
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
        def run(loader, training):
            model.train(training)
            right = 0
            with torch.set_grad_enabled(training):
                for inputs, labels in loader:
                    out = model(inputs)
                    loss = nn.functional.cross_entropy(out, labels)
                    if training:
                        optimizer.zero_grad()
                        loss.backward()
                        optimizer.step()
                    right += (out.argmax(1) == labels).sum().item()
            return right
        for epoch in range(20):
            print(run(train, True), run(valid, False))
    """)
    found = record(result)
    assert found.samples == 550
    assert {score.samples for score in found.scores if score.phase == "training"} == {550}
    assert {score.samples for score in found.scores if score.phase == "evaluation"} == {500}
    assert found.baselines and found.overlap is not None and found.overlap.samples == 0


def test_weights_that_no_module_holds_are_evaluated_too(rehearse: Rehearse) -> None:
    source = changed(
        (
            "model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 2))",
            "w = torch.zeros(8, 2).requires_grad_()",
        ),
        ("model.parameters()", "[w]"),
        ("model.train()", "pass"),
        ("model.eval()", "pass"),
        ("model(inputs), labels", "inputs @ w, labels"),
        (
            "        for inputs, labels in valid:\n",
            "        losses = [nn.functional.cross_entropy(a @ w, b) for a, b in valid]\n",
        ),
        ("            right += (model(inputs).argmax(1) == labels).sum().item()\n", ""),
        ("model.state_dict()", "w"),
    )
    found = record(rehearse(source))

    evaluated = [score for score in found.scores if score.phase == "evaluation"]
    assert [score.samples for score in evaluated] == [500] * found.epochs


def test_what_smoke_has_found_is_told_before_the_part_is_trained_on(rehearse: Rehearse, heard: Heard) -> None:
    unseeded = changed(("torch.manual_seed(0)\n", ""))
    result = rehearse(unseeded)

    assert record(result).outcome == "ran"
    assert heard.codes == [finding.code for finding in result.findings if finding.stage == "smoke"] != []
    assert result.first_finding_s is not None
    assert result.first_finding_s < result.duration_s - record(result).seconds


def test_without_a_finding_there_is_no_time_of_one(rehearse: Rehearse, heard: Heard) -> None:
    result = rehearse(PROGRAM)
    assert (heard.codes, list(result.findings), result.first_finding_s) == ([], [], None)
