import pytest

from trialrun.checks.own_optimiser import must_change_weights
from trialrun.evidence import Evidence


def certain(name: str, body: str = "") -> bool:
    text = f"class Mine(torch.optim.Optimizer):\n    def step(self):\n        for p in self.ps:\n            {body}\n"
    return must_change_weights(Evidence(source={"train.py": text if body else ""}), name)


def test_steps_of_torch_must_change_weights_and_those_of_an_unknown_class_need_not() -> None:
    assert certain("Adam")
    assert not certain("Lion")


def test_optimiser_that_only_rebinds_a_name_can_change_nothing() -> None:
    assert certain("Mine", "p = p - self.lr * p.grad")


@pytest.mark.parametrize(
    "body",
    [
        "torch._foreach_add([p], [p.grad], alpha=-self.lr)",
        "self.state[p]['mean'] = 0.9 * self.state[p]['mean'] + p.grad",
        "self.state[p]['step'] += 1",
    ],
)
def test_new_tensors_and_what_is_kept_under_a_text_are_no_weights(body: str) -> None:
    assert certain("Mine", body)


def test_what_a_helper_or_a_base_class_writes_counts() -> None:
    helper = "def move(p, change):\n    p.add_(change)\n"
    base = "class Base:\n    def act(self, p):\n        p -= self.gathered[p]\n"
    assert not must_change_weights(
        Evidence(source={"a.py": helper, "b.py": "class Mine:\n    def step(self):\n        move(self.p, self.sum)\n"}),
        "Mine",
    )
    text = f"{base}class Mine(Base):\n    def step(self):\n        self.act(self.p)\n"
    assert not must_change_weights(Evidence(source={"train.py": text}), "Mine")


@pytest.mark.parametrize(
    "body",
    [
        "p -= self.lr * p.grad",
        "p.add_(p.grad, alpha=-self.lr)",
        "p.data = p.data - self.lr * p.grad",
        "p[mask] = 0.0",
        "torch._foreach_add_([p], [p.grad])",
        "self.inner.step()",
        "torch.add(p, self.gathered, out=p)",
        "vector_to_parameters(self.gathered, self.ps)",
    ],
)
def test_optimiser_that_writes_to_some_tensor_may_be_waiting(body: str) -> None:
    assert not certain("Mine", body)


def test_source_that_does_not_parse_tells_nothing() -> None:
    assert not must_change_weights(Evidence(source={"train.py": "class Mine(:"}), "Mine")
