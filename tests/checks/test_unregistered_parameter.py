from dataclasses import replace

import pytest

from trialrun.checks.model.unregistered_parameter import UnregisteredParameter
from trialrun.evidence.leaves import LooseLeaf
from trialrun.findings.finding import Severity

from .records import OPTIMISER, findings, missed, updates

LEAF = LooseLeaf(
    name="scale",
    root="Net",
    owner="Net",
    attribute="scale",
    is_parameter=False,
    computed=False,
    numel=8,
    shape=(8,),
    steps=3,
    cleared=0,
    changed=False,
    optimised=False,
    owner_optimised=True,
)
SOURCE = {
    "train.py": "class Net(Module):\n"
    "    def __init__(self):\n"
    "        self.scale = None\n"
    "        self.scale = torch.ones(8, requires_grad=True)\n"
}


def judged(leaf: LooseLeaf, **more: object) -> list[Severity]:
    evidence = {"update": updates(), "optimiser": (OPTIMISER,), "source": SOURCE, **more}
    return [finding.severity for finding in findings(UnregisteredParameter, loose_leaf=(leaf,), **evidence)]


def test_the_line_that_creates_it_is_named() -> None:
    (finding,) = findings(
        UnregisteredParameter, loose_leaf=(LEAF,), update=updates(), optimiser=(OPTIMISER,), source=SOURCE
    )

    assert finding.severity is Severity.ERROR
    assert str(finding.where) == "train.py:4"


def test_a_name_of_the_same_method_stands_for_what_it_was_given() -> None:
    start, _, _ = SOURCE["train.py"].partition("        self.scale = None")
    named = start + "        zeros = {}\n        self.scale = zeros if plain else nn.Parameter(zeros)\n"
    cases = {"torch.zeros(8, requires_grad=True)": [Severity.ERROR], "data.requires_grad_()": []}
    for made, severities in cases.items():
        assert judged(LEAF, source={"train.py": named.format(made)}) == severities


@pytest.mark.parametrize(
    "change", [{"cleared": 1}, {"changed": True}, {"optimised": True}, {"steps": 1}, {"owner_optimised": False}]
)
def test_a_tensor_that_is_used_is_silent(change: dict[str, object]) -> None:
    assert judged(replace(LEAF, **change)) == []


def test_data_and_derivatives() -> None:
    data = {"train.py": SOURCE["train.py"].replace("torch.ones(8, requires_grad=True)", "data.requires_grad_()")}
    read = {"train.py": SOURCE["train.py"] + "torch.autograd.grad(loss, model.scale)\n"}

    assert judged(LEAF, source=data) == []
    assert judged(LEAF, source=read) == []
    assert judged(replace(LEAF, is_parameter=True), source=read) == [Severity.WARNING]


def test_an_unreached_statement_that_could_optimise_it_makes_it_a_warning() -> None:
    source = {"train.py": SOURCE["train.py"] + "if late:\n    optimizer.step()\n"}

    assert judged(LEAF, source=source, coverage=missed("if late", (6,))) == [Severity.WARNING]


@pytest.mark.parametrize(
    ("how_many", "computed", "words"),
    [
        (1, False, "w0, which is an nn.Parameter:"),
        (2, False, "w0, w1, which are nn.Parameters:"),
        (1, True, "w0, which was computed from an nn.Parameter:"),
        (2, True, "w0, w1, which were computed from nn.Parameters:"),
    ],
)
def test_one_and_several_are_named_in_their_number(how_many: int, computed: bool, words: str) -> None:
    leaves = [replace(LEAF, name=f"w{place}", is_parameter=True, computed=computed) for place in range(how_many)]
    (finding,) = findings(
        UnregisteredParameter, loose_leaf=tuple(leaves), update=updates(), optimiser=(OPTIMISER,), source=SOURCE
    )
    assert words in finding.message
