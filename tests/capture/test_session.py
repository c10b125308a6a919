"""What must hold whatever is watched: results bit-identical, everything undone, our faults ours, nothing kept alive."""

from __future__ import annotations

import gc
import random
import warnings
import weakref
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.optim.optimizer import _global_optimizer_post_hooks, _global_optimizer_pre_hooks
from torch.overrides import _get_current_function_mode_stack

from tests.capture.programs import PROGRAMS
from trialrun.capture.events import Observer
from trialrun.capture.session import Capture


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, torch.Tensor):
        return (
            left.shape == right.shape
            and left.dtype == right.dtype
            and left.stride() == right.stride()
            and torch.equal(left.contiguous().view(torch.uint8), right.contiguous().view(torch.uint8))
            if left.ndim and left.numel()
            else torch.equal(left, right) or bool(left.isnan().all() and right.isnan().all())
        )
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(_same, left, right))
    return repr(left) == repr(right)


def _seeded(program: Callable[..., Any], loop: Callable[..., Any]) -> Any:
    torch.manual_seed(1)
    random.seed(1)
    results = program(loop)
    return results, torch.get_rng_state(), random.getstate(), torch.is_grad_enabled()


@pytest.mark.parametrize("hooked_steps", [None, 3])
@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_results_are_bit_identical(watched: Any, program: Callable[..., Any], hooked_steps: int | None) -> None:
    bare = _seeded(program, lambda items: items)
    run = watched(lambda conductor: _seeded(program, conductor.training), hooked_steps)
    assert _same(bare, run.result)
    assert run.evidence.steps >= 10, "the updates must have been seen"
    assert _modes_work()


def _modes_work() -> bool:
    """Function modes have not been left switched off."""
    seen = []

    class Mode(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            seen.append(func)
            return func(*args, **(kwargs or {}))

    with Mode():
        torch.ones(1)
    return bool(seen)


def _touched() -> dict[str, Any]:
    """All that attaching may replace."""
    module = torch.nn.modules.module
    from torch._dynamo.eval_frame import OptimizedModule
    from torch.amp.grad_scaler import GradScaler
    from torch.utils.data.dataloader import _BaseDataLoaderIter

    return {
        "attributes": [
            torch.Tensor.backward,
            torch.autograd.backward,
            torch.autograd.grad,
            torch.optim.Optimizer.__init__,
            torch.optim.lr_scheduler.LRScheduler.__init__,
            torch.optim.lr_scheduler.LRScheduler.step,
            torch.optim.lr_scheduler.SequentialLR.__init__,
            torch.optim.lr_scheduler.SequentialLR.step,
            nn.Module.state_dict,
            nn.Module.load_state_dict,
            nn.Module.train,
            torch.save,
            torch.compile,
            torch.from_numpy,
            torch.manual_seed,
            random.seed,
            warnings.showwarning,
            GradScaler.scale,
            _BaseDataLoaderIter.__next__,
            OptimizedModule.__call__,
        ],
        "hooks": [
            len(module._global_forward_hooks),
            len(module._global_forward_pre_hooks),
            len(module._global_forward_hooks_always_called),
            len(module._global_forward_hooks_with_kwargs),
            len(module._global_module_registration_hooks),
            len(module._global_parameter_registration_hooks),
            len(_global_optimizer_pre_hooks),
            len(_global_optimizer_post_hooks),
            len(_get_current_function_mode_stack()),
        ],
    }


@pytest.mark.parametrize("crash", [False, True])
def test_everything_is_undone(crash: bool) -> None:
    before = _touched()
    capture = Capture(_conductor(), lambda record: None)
    capture.attach()
    assert _touched() != before
    try:
        model = nn.Linear(2, 2)
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        step = torch.optim.lr_scheduler.StepLR(optimiser, 1)
        torch.optim.lr_scheduler.SequentialLR(optimiser, [step], [])
        assert torch.optim.lr_scheduler.SequentialLR.step is not before["attributes"][7]
        model(torch.ones(1, 3 if crash else 2))
    except RuntimeError:
        assert crash
    capture.detach()
    capture.detach()
    assert _touched() == before


def test_user_patches_made_meanwhile_are_left_alone() -> None:
    original = torch.save
    capture = Capture(_conductor(), lambda record: None)
    capture.attach()
    inner = torch.save

    def theirs(*args: Any, **kwargs: Any) -> Any:
        return inner(*args, **kwargs)

    torch.save = theirs
    try:
        capture.detach()
        assert torch.save is theirs
    finally:
        torch.save = original


def test_a_mode_the_user_left_on_stays_above() -> None:
    from torch.overrides import TorchFunctionMode

    class Theirs(TorchFunctionMode):
        def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            return func(*args, **(kwargs or {}))

    capture = Capture(_conductor(), lambda record: None)
    capture.attach()
    theirs = Theirs()
    theirs.__enter__()
    try:
        capture.detach()
        assert _get_current_function_mode_stack() == [theirs]
    finally:
        theirs.__exit__(None, None, None)


def _conductor() -> Any:
    from tests.capture.conftest import Conductor

    return Conductor()


def _train(conductor: Any) -> list[float]:
    torch.manual_seed(3)
    model = nn.Linear(3, 2)
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
    losses = []
    for _ in conductor.training(range(3)):
        optimiser.zero_grad()
        loss = nn.functional.cross_entropy(model(torch.randn(4, 3)), torch.randint(0, 2, (4,)))
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


@pytest.mark.parametrize(
    "event", ["module_entered", "module_left", "operation", "backward_begins", "step_ended", "updated", "finish"]
)
def test_a_fault_of_ours_is_ours_alone(monkeypatch: pytest.MonkeyPatch, event: str) -> None:
    from tests.capture.conftest import Conductor, Watched
    from trialrun.capture.observers.evaluations import Evaluations

    expected = _train(Conductor())

    def broken(self: Observer, *args: Any) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr(Evaluations, event, broken)
    run = Watched().run(_train)
    assert run.error is None
    assert run.result == expected
    skips = [record for record in run.evidence.skip if record.what == "evaluation"]
    assert len(skips) == 1
    assert "ZeroDivisionError: planted" in skips[0].reason
    assert len(run.evidence.update) == 3
    assert len(run.evidence.loss) == 3


def test_a_fault_of_the_conductor_is_ours_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.capture.conftest import Watched

    def broken(self: Any, *args: Any) -> Any:
        raise ZeroDivisionError("planted")

    run = Watched()
    for name in ("where", "update", "backward", "model_call", "item"):
        monkeypatch.setattr(run.conductor, name, broken)
    monkeypatch.setattr(run.conductor, "training", lambda items: items)
    run.run(_train)
    assert run.error is None
    assert len(run.result) == 3
    assert run.faults


def test_nothing_of_a_step_is_kept_alive() -> None:
    from tests.capture.conftest import Watched

    alive: list[weakref.ref[Any]] = []

    def program(conductor: Any) -> None:
        model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2))
        optimiser = torch.optim.Adam(model.parameters())
        for _ in conductor.training(range(3)):
            data = torch.randn(4, 3)
            out = model(data)
            loss = nn.functional.cross_entropy(out, torch.randint(0, 2, (4,)))
            loss.backward()
            optimiser.step()
            state = model.state_dict()
            alive.extend(weakref.ref(t) for t in (data, out, loss, next(iter(state.values()))))
            seen = loss.grad_fn
            assert seen is not None
            del data, out, loss, state, seen
            gc.collect()
            assert not any(reference() is not None for reference in alive)
        alive.extend((weakref.ref(model), weakref.ref(optimiser)))
        alive.extend(weakref.ref(p) for p in model.parameters())

    run = Watched().run(program)
    assert run.error is None
    gc.collect()
    assert not any(reference() is not None for reference in alive)


def test_forked_workers_and_other_threads_are_not_watched(watched: Any) -> None:
    import threading

    def program(conductor: Any) -> None:
        _train(conductor)
        thread = threading.Thread(target=lambda: _train(_conductor()))
        thread.start()
        thread.join()

    assert watched(program).evidence.steps == 3


def test_a_forward_left_by_an_interrupt_is_forgotten(watched: Any) -> None:
    class Stops(nn.Module):
        def forward(self, data: torch.Tensor) -> torch.Tensor:
            if data.numel() == 0:
                raise KeyboardInterrupt  # torch calls no forward hook for it
            return data

    def program(conductor: Any) -> None:
        layer = nn.TransformerEncoderLayer(2, 1, 4, batch_first=True)
        model = nn.Sequential(nn.Linear(2, 2), Stops(), layer).eval()
        optimiser = torch.optim.SGD(model.parameters(), lr=0.1)
        for size in conductor.training([0, 3]):
            try:
                model(torch.ones(1, size, 2)).sum().backward()
            except KeyboardInterrupt:
                continue
            optimiser.step()

    run = watched(program)
    assert [row.name for row in run.evidence.layer][:3] == ["", "0", "1"]
    assert run.conductor.model_calls == [(True, False), (True, False)]
    assert _modes_work()


def test_first_update_is_told_once(watched: Any) -> None:
    from tests.capture.conftest import Watched

    run, told = Watched(), []
    run.capture.on_first_update = lambda: told.append(run.capture.steps)
    run.run(_train)
    assert told == [1]
    assert run.capture.steps == 3
    assert run.conductor.updates == [0, 0, 0]
    assert run.conductor.backwards == 3
