"""What a program steps and never asks for its state, where it may be gone on with from a file."""

from __future__ import annotations

import pytest

from trialrun.evidence import Evidence
from trialrun.evidence.resuming import Resuming

COUNTED = """
start = torch.load("last.pt")["epoch"]
for epoch in range(start, 9):
    loss.backward()
    {steps}
    {saves}
"""
WEIGHTS = 'torch.save({"model": model.state_dict()}, "last.pt")'


def read(text: str) -> Resuming:
    return Resuming.of(Evidence(source={"train.py": text}))


@pytest.mark.parametrize(
    ("steps", "saves", "unsaved"),
    [
        ("adam.step()", WEIGHTS, {"adam"}),
        ("self.adam.step(); self.schedule.step()", WEIGHTS, {"adam", "schedule"}),
        ("scaler.step(adam); scaler.update()", WEIGHTS, {"adam", "scaler"}),
        ("adam.step(); bar.update(1)", WEIGHTS, {"adam"}),
        ("adam.step()", WEIGHTS + "; torch.save(self.adam.state_dict(), file)", set()),
        ("adam.step()", "pickle.dump(model.state_dict(), file)", {"adam"}),
        ("adam.step()", "trialrun.save_state(file, model=model, optimizer=self.adam)", set()),
        ("adam.step()", "trialrun.save_state(file, model=model)", {"adam"}),
        ("adam.step()", "print(model.state_dict())", set()),  # nothing is saved
    ],
)
def test_what_is_stepped_and_not_saved(steps: str, saves: str, unsaved: set[str]) -> None:
    assert read(COUNTED.format(steps=steps, saves=saves)).unsaved == unsaved


def test_without_a_count_that_is_read_again_some_state_has_to_be_saved() -> None:
    text = COUNTED.format(steps="adam.step(); schedule.step()", saves=WEIGHTS).replace("range(start, 9)", "range(9)")

    assert read(text).unsaved == set()
    assert read(text + "    torch.save(adam.state_dict(), file)").unsaved == {"schedule"}


@pytest.mark.parametrize(
    "load",
    ["torch.load(file)", "pickle.load(file)", "pickle.loads(text)", "np.load(file)", "trialrun.load_state(file)"],
)
def test_the_count_may_be_read_in_any_of_these_ways(load: str) -> None:
    assert read(COUNTED.replace('torch.load("last.pt")', load)).counters == {"epoch"}


def test_what_is_not_looked_into_is_known() -> None:
    assert not read(
        "torch.save(a, f); pickle.dump(a, f); pickle.dumps(a); np.savez(f, a=a); json.dump(a, f)"
    ).saves_otherwise
    assert not read("trialrun.save_state(f, model=model)").saves_otherwise
    assert not read("from trialrun import save_state as keep; keep(f, model=model)").saves_otherwise
    for call in ("joblib.dump(a, f)", "save_file(a, f)", "pickle.Pickler(f).dump(a)", "accelerator.save_state(f)"):
        assert read(call).saves_otherwise, call
