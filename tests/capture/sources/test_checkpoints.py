from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn


def _run(watched: Any, make: Callable[..., Any], file: Path) -> Any:
    """The evidence of four updates after which ``make(model, optimiser, scheduler)`` is saved each time."""

    def program(conductor: Any) -> None:
        torch.manual_seed(0)
        model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 1))
        optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
        scheduler = torch.optim.lr_scheduler.StepLR(optimiser, 2)
        for _ in conductor.training(range(4)):
            optimiser.zero_grad()
            model(torch.randn(8, 3)).pow(2).mean().backward()
            optimiser.step()
            scheduler.step()
            torch.save(make(model, optimiser, scheduler), file)

    return watched(program).evidence


def _saved(evidence: Any) -> dict[str, bool]:
    return {state.kind: state.saved for state in evidence.training_state}


WHOLE = {"optimiser": True, "weights": True, "schedule": True, "statistics": True}


@pytest.mark.parametrize(
    "make",
    [
        lambda m, o, s: {"m": m.state_dict(), "o": o.state_dict(), "s": s.state_dict(), "epoch": 3},
        lambda m, o, s: copy.deepcopy([m.state_dict(), (o.state_dict(), s.state_dict())]),
        lambda m, o, s: (m, o, s),
    ],
)
def test_all_states_are_found(watched: Any, tmp_path: Path, make: Callable[..., Any]) -> None:
    evidence = _run(watched, make, tmp_path / "all.pt")
    assert _saved(evidence) == WHOLE
    (place,) = evidence.checkpoint
    assert place.saves == 4 and place.weights_share == 1.0


@pytest.mark.parametrize(
    ("make", "missing"),
    [
        (lambda m, o, s: {"m": m.state_dict(), "s": s.state_dict()}, {"optimiser"}),
        (lambda m, o, s: {"m": m.state_dict(), "optimizer": "adam", "s": s.state_dict()}, {"optimiser"}),
        (lambda m, o, s: {"m": m.state_dict(), "o": o.state_dict()}, {"schedule"}),
        (lambda m, o, s: {"p": list(m.parameters()), "o": o.state_dict(), "s": s.state_dict()}, {"statistics"}),
        (lambda m, o, s: {"m": m[:2].state_dict(), "o": o.state_dict(), "s": s.state_dict()}, {"weights"}),
    ],
)
def test_the_missing_one_is_found(watched: Any, tmp_path: Path, make: Callable[..., Any], missing: set[str]) -> None:
    evidence = _run(watched, make, tmp_path / "part.pt")
    assert _saved(evidence) == {kind: kind not in missing for kind in WHOLE}


def test_what_trained_in_an_earlier_loop_is_not_needed(watched: Any, tmp_path: Path) -> None:
    kept = []

    def program(conductor: Any) -> None:
        for number in range(2):
            model = nn.Linear(3, 2 - number)
            optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
            kept.append(optimiser)
            for _ in conductor.training(range(2)):
                optimiser.zero_grad()
                model(torch.randn(8, 3)).pow(2).mean().backward()
                optimiser.step()
                if number:
                    torch.save({"m": model.state_dict(), "o": optimiser.state_dict()}, tmp_path / "last.pt")

    evidence = watched(program).evidence
    (place,) = evidence.checkpoint
    states = {state.number: state for state in evidence.training_state}
    assert {(states[number].kind, states[number].saved) for number in place.needed} == {
        ("optimiser", True),
        ("weights", True),
    }
    assert any(state.kind == "optimiser" and not state.saved for state in states.values())


@pytest.mark.parametrize("ended", [True, False])
def test_a_schedule_that_has_ended_before_the_first_save_is_not_asked_for(
    watched: Any, tmp_path: Path, ended: bool
) -> None:
    def program(conductor: Any) -> None:
        model = nn.Linear(3, 1)
        optimiser = torch.optim.Adam(model.parameters(), lr=0.01)
        warm = torch.optim.lr_scheduler.LinearLR(optimiser, total_iters=3)
        for part in range(2):
            for _ in conductor.training(range(3)):
                optimiser.zero_grad()
                model(torch.randn(8, 3)).pow(2).mean().backward()
                optimiser.step()
                if not part or not ended:
                    warm.step()
                if part:
                    torch.save({"m": model.state_dict(), "o": optimiser.state_dict()}, tmp_path / "last.pt")

    assert _saved(watched(program).evidence)["schedule"] is ended
