"""What each mend makes of a piece of source, and what it leaves alone with a reason.

``>`` marks the line a finding points to; it is not part of the source.
"""

from __future__ import annotations

import textwrap
from typing import Any

import pytest

from trialrun.findings.finding import Finding, Location, Mend, Severity
from trialrun.fixes import patch


def finding(line: int, mend: str, /, **values: Any) -> Finding:
    return Finding("GRD401", "slug", Severity.ERROR, "", "", Location("t.py", line), mend=Mend(mend, values))


def marked(text: str) -> tuple[str, int]:
    """The source without its mark, and the line it stood in."""
    lines = textwrap.dedent(text).removeprefix("\n").split("\n")
    number = next(index for index, line in enumerate(lines) if line.startswith(">"))
    lines[number] = lines[number][1:]
    return "\n".join(lines), number + 1


def mended(text: str, name: str, /, **values: Any) -> str:
    source, line = marked(text)
    done = patch.apply([finding(line, name, **values)], {"t.py": source}, {})
    assert done.findings[0].patch, done.findings[0].unpatched
    return done.texts["t.py"]


def reason(text: str, name: str, /, **values: Any) -> str:
    """Why the mend is not made."""
    source, line = marked(text)
    done = patch.apply([finding(line, name, **values)], {"t.py": source}, {})
    assert not done.texts
    assert done.patch == ""
    assert done.findings[0].patch is None
    return done.findings[0].unpatched


def source(text: str) -> str:
    return textwrap.dedent(text).removeprefix("\n")


# -- zero_grad


def test_gradients_are_cleared_before_the_backward_of_the_same_block() -> None:
    text = """
    for x in data:
        # forward
        loss = f(x)

        # backward
        loss.backward()
    >    opt.step()
    """
    assert "    loss = f(x)\n\n    opt.zero_grad()\n    # backward\n    loss.backward()\n" in mended(text, "zero_grad")


@pytest.mark.parametrize(
    ("step", "cleared"),
    [("scaler.step(self.opt)", "self.opt"), ("o.step()", "o"), ("opts[0].step()", "opts[0]")],
)
def test_whose_gradients(step: str, cleared: str) -> None:
    assert f"\n{cleared}.zero_grad()\nloss.backward()" in mended(f"a = 1\nloss.backward()\n>{step}\n", "zero_grad")


@pytest.mark.parametrize(
    "text",
    [
        "for i, x in e:\n    f(x).backward()\n    if i % 4:\n>        opt.step()\n",
        "f(x).backward()\ng(x).backward()\n>opt.step()\n",
        "for o in opts:\n>    opt.step()\n",
    ],
)
def test_gradients_that_several_backwards_may_have_made_are_cleared_after_the_step(text: str) -> None:
    after = mended(text, "zero_grad").split("opt.step()\n")[1]
    assert after.strip() == "opt.zero_grad()"


def test_a_closure_clears_in_itself() -> None:
    text = "def closure():\n    l = f()\n    l.backward()\n    return l\n>opt.step(closure)\n"
    assert "    opt.zero_grad()\n    l.backward()\n" in mended(text, "zero_grad")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (">[o.step() for o in opts]\n", "comprehension"),
        (">train()\n", "no call of a `step()`"),
        ("if a:\n    b()\nelse: loss.backward()\nif c: d()\n>\n", "no statement"),
        ("if a: loss.backward(); opt.step()\n>if b: opt.step()\n", "not one of the lines of a block"),
    ],
)
def test_a_step_that_is_not_a_line_of_its_own(text: str, why: str) -> None:
    assert why in reason(text, "zero_grad")


def test_hand_written_updates_forget_every_gradient_they_used() -> None:
    text = """
    with torch.no_grad():
        w -= 0.1 * w.grad
    >    b -= 0.1 * b.grad
        print(b.grad.norm())
    """
    assert mended(text, "zero_grad", by_hand=True) == source(
        """
    with torch.no_grad():
        w -= 0.1 * w.grad
        w.grad = None
        b -= 0.1 * b.grad
        print(b.grad.norm())
        b.grad = None
    """
    )


# -- drop_activation


@pytest.mark.parametrize(
    ("call", "left"),
    [
        ("F.softmax(x, dim=1)", "x"),
        ("torch.softmax(input=x, dim=1)", "x"),
        ("x.softmax(-1)", "x"),
        ("softmax(self.fc(x), 1)", "self.fc(x)"),
        ("nn.Softmax(dim=1)(x)", "x"),
        ("F.softmax(x + b, 1).float()", "(x + b).float()"),
    ],
)
def test_a_softmax_is_dropped(call: str, left: str) -> None:
    assert mended(f">y = {call}\n", "drop_activation") == f"y = {left}\n"


def test_a_stored_layer_is_not_applied_any_more() -> None:
    text = """
    class Net(nn.Module):
        def __init__(self):
            self.act = nn.Softmax(dim=1)
        def forward(self, x):
    >        return self.act(self.fc(x))
    """
    assert "return self.fc(x)\n" in mended(text, "drop_activation")


def test_a_layer_is_taken_out_of_its_chain() -> None:
    text = "net = nn.Sequential(\n    nn.Linear(2, 3),\n    nn.Softmax(dim=1),\n)\n>loss = f(net(x), y)\n"
    assert mended(text, "drop_activation") == "net = nn.Sequential(\n    nn.Linear(2, 3),\n)\nloss = f(net(x), y)\n"
    text = "net = nn.Sequential(nn.Linear(2, 3), nn.Softmax(dim=1))\n>loss = f(net(x), y)\n"
    assert "net = nn.Sequential(nn.Linear(2, 3))\n" in mended(text, "drop_activation")


def test_two_chains_with_a_softmax_are_left_alone() -> None:
    text = "a = nn.Sequential(b, nn.Softmax(1))\nc = nn.Sequential(d, nn.Softmax(1))\n>loss = f(a(x), y)\n"
    assert "2 layers" in reason(text, "drop_activation")


@pytest.mark.parametrize(
    "use", ["p > 0.5", "p.round()", "model(x) > 0.3", "0.2 < out"], ids=["half", "round", "model", "name"]
)
def test_a_sigmoid_whose_shares_are_read_stays_and_the_loss_changes(use: str) -> None:
    text = f"c = nn.BCEWithLogitsLoss(reduction='sum')\nout = model(x)\n>p = z.sigmoid()\nq = {use}\n"
    expected = text.replace("WithLogits", "").replace(">p", "p")
    assert mended(text, "drop_activation", activation="sigmoid") == expected
    weighted = text.replace("reduction='sum'", "pos_weight=w")
    assert "line 4 reads the outputs as shares" in reason(weighted, "drop_activation", activation="sigmoid")


def test_a_sigmoid_is_dropped_beside_other_comparisons() -> None:
    text = ">p = torch.sigmoid(z)\nx = torch.rand(3) < 0.5\ny = x @ w > 0.3\n"
    assert mended(text, "drop_activation", activation="sigmoid").startswith("p = z\n")


# -- squeeze


@pytest.mark.parametrize(
    ("line", "operation", "column", "expected"),
    [
        ("((p - y) ** 2).mean()", "sub", "left", "((p.squeeze(-1) - y) ** 2).mean()"),
        ("(y - (p + 1)).abs()", "sub", "right", "(y - (p + 1).squeeze(-1)).abs()"),
        ("F.mse_loss(net(a, b), y)", "mse_loss", "left", "F.mse_loss(net(a, b).squeeze(-1), y)"),
        ("criterion(net(a, b), y)", "mse_loss", "left", "criterion(net(a, b).squeeze(-1), y)"),
        ("self.loss_fn(out, y[:, None])", "l1_loss", "right", "self.loss_fn(out, y[:, None].squeeze(-1))"),
        ("F.l1_loss(target=y, input=p)", "l1_loss", "left", "F.l1_loss(target=y, input=p.squeeze(-1))"),
        ("y.sub(p).abs()", "sub", "right", "y.sub(p.squeeze(-1)).abs()"),
    ],
)
def test_the_column_is_squeezed(line: str, operation: str, column: str, expected: str) -> None:
    assert mended(f">l = {line}\n", "squeeze", operation=operation, column=column) == f"l = {expected}\n"


@pytest.mark.parametrize("line", ["(a - b) * (p - y)", "f(a, b) + g(p, y)", "f(*both)", "f()"])
def test_operands_that_are_not_plain_stay(line: str) -> None:
    assert reason(f">l = {line}\n", "squeeze", operation="sub", column="left")


# -- module_list


def test_lists_and_dicts_of_layers_are_registered() -> None:
    text = """
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.a: list[nn.Module] = [f(i) for i in range(3)]
            self.b = {"x": f(1)}
    >        pass
    """
    text = textwrap.dedent(text)
    lists = mended("from torch import nn\n" + text, "module_list", name="body.a[2]")
    assert "self.a: nn.ModuleList = nn.ModuleList([f(i) for i in range(3)])" in lists
    dicts = mended("import torch\n" + text, "module_list", name="b['x']")
    assert 'self.b = torch.nn.ModuleDict({"x": f(1)})' in dicts
    assert "from torch import nn\n" in mended(text.replace("nn.Module)", "Base)"), "module_list", name="a[0]")


@pytest.mark.parametrize(
    ("text", "name", "why"),
    [
        ("self.a = [1]\nself.a = [2]\n>x\n", "a[0]", "2 places"),
        ("x\n>y\n", "a[0]", "no places"),
        ("self.a = [[1]]\n>x\n", "a[0][1]", "not an entry of one plain list"),
        ("self.a = 1\n>x\n", "a", "not an entry of one plain list"),
        ("def __init__(self):\n    self.a = []\n>    super().__init__()\n", "a[0]", "before super().__init__()"),
        ("def f(self):\n    self.a = l\n>    l.append(2)\n", "a[0]", "gets more layers"),
        ("self.a = {1: f()}\n>x\n", "a['1']", "only texts as keys"),
        ("class T:\n    def __init__(self):\n        self.a = []\n>x\n", "t.a[0]", "`T` is no nn.Module"),
    ],
)
def test_what_cannot_be_registered_stays(text: str, name: str, why: str) -> None:
    assert why in reason(text, "module_list", name=name)


# -- copy_state


@pytest.mark.parametrize(
    ("head", "copied"),
    [
        ("import copy\n", "copy.deepcopy"),
        ("import copy as c\n", "c.deepcopy"),
        ("from copy import deepcopy\n", "deepcopy"),
    ],
)
def test_a_state_is_copied_with_what_the_file_has(head: str, copied: str) -> None:
    assert mended(f"{head}>best = m.state_dict()\n", "copy_state") == f"{head}best = {copied}(m.state_dict())\n"


@pytest.mark.parametrize(
    ("head", "new"),
    [
        ('"""Doc."""\n\nimport math\nimport torch\n', '"""Doc."""\n\nimport copy\nimport math\nimport torch\n'),
        ("# Licence\nimport torch\n", "# Licence\nimport copy\nimport torch\n"),
        ("import argparse\n\nimport torch\n", "import argparse\n\nimport copy\nimport torch\n"),
        ("import argparse\nfrom torch import nn\n", "import argparse\nimport copy\nfrom torch import nn\n"),
        (
            "from __future__ import annotations\n\nm = f()\n",
            "from __future__ import annotations\n\nimport copy\nm = f()\n",
        ),
    ],
)
def test_an_import_is_added_once_among_the_others(head: str, new: str) -> None:
    assert mended(f"{head}>best = m.state_dict()\n", "copy_state") == f"{new}best = copy.deepcopy(m.state_dict())\n"


@pytest.mark.parametrize(
    "text", [">save(m)\n", ">best = deepcopy(m.state_dict())\n", "copy = 1\n>b = m.state_dict()\n"]
)
def test_a_state_that_cannot_be_copied_there(text: str) -> None:
    assert reason(text, "copy_state")


# -- shuffle


@pytest.mark.parametrize(
    ("loader", "expected"),
    [
        ("DataLoader(d, 32)", "DataLoader(d, 32, shuffle=True)"),
        ("data.DataLoader(d, 32, False)", "data.DataLoader(d, 32, True)"),
        ("DataLoader(d, shuffle=False, num_workers=2)", "DataLoader(d, shuffle=True, num_workers=2)"),
        ("DataLoader(\n    d,\n    batch_size=8,\n)", "DataLoader(\n    d,\n    batch_size=8,\n    shuffle=True,\n)"),
        ("DataLoader(\n    d,\n)", "DataLoader(\n    d,\n    shuffle=True,\n)"),
        ("DataLoader(\n    d, batch_size=8\n)", "DataLoader(\n    d, batch_size=8, shuffle=True\n)"),
    ],
)
def test_a_loader_is_told_to_shuffle(loader: str, expected: str) -> None:
    assert mended(f">l = {loader}\n", "shuffle") == f"l = {expected}\n"


@pytest.mark.parametrize("loader", ["DataLoader(d, sampler=s)", "DataLoader(**options)", "make(d)"])
def test_a_loader_whose_order_is_not_ours_to_set(loader: str) -> None:
    assert reason(f">l = {loader}\n", "shuffle")


@pytest.mark.parametrize(
    "draws",
    [
        "v = DataLoader(b)\n>for x in a_set:\n    pass\n",
        "v = DataLoader(b)\n>for i, x in enumerate(a_set):\n    pass\n",
        ">x = next(batches)\n",
        "v = DataLoader(b, shuffle=True)\n>x = next(batches)\n",
        "fit(train, v)\n>x = next(batches)\n",
    ],
)
def test_the_loader_is_found_by_what_draws_from_it(draws: str) -> None:
    assert "a_set = DataLoader(a, shuffle=True)\n" in mended(f"a_set = DataLoader(a)\n{draws}", "shuffle")


def test_one_of_two_loaders_is_not_guessed_but_for_the_one_called_train() -> None:
    draws = "v = DataLoader(b)\ndef fit(loader):\n>    for x in loader:\n        pass\n"
    assert "2 loaders" in reason(f"a = DataLoader(a)\n{draws}", "shuffle")
    assert "train = DataLoader(a, shuffle=True)" in mended(f"train = DataLoader(a)\n{draws}", "shuffle")


# -- divide_loss


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("loss.backward()", "(loss / k).backward()"),
        ("f(x).backward()", "(f(x) / k).backward()"),
        ("(a + b).backward()", "((a + b) / k).backward()"),
        ("scaler.scale(loss).backward()", "scaler.scale(loss / k).backward()"),
        ("scaler.scale(a + b).backward()", "scaler.scale((a + b) / k).backward()"),
    ],
)
def test_the_loss_is_divided_by_the_loops_own_number(line: str, expected: str) -> None:
    text = f"for i, x in e:\n>    {line}\n    if (i + 1) % k == 0:\n        opt.step()\n"
    assert f"    {expected}\n" in mended(text, "divide_loss", backwards=4)


def test_the_measured_number_serves_where_there_is_no_name() -> None:
    assert "    (loss / 4).backward()" in mended(
        "for x in e:\n>    loss.backward()\nopt.step()\n", "divide_loss", backwards=4
    )
    assert "not known" in reason(">loss.backward()\n", "divide_loss")
    assert "divided there already" in reason(">(loss / 4).backward()\n", "divide_loss", backwards=4)


# -- clip_before_step


def test_clipping_moves_before_the_step() -> None:
    text = "for x in e:\n    opt.step()\n    # keep it small\n>    clip_grad_norm_(p, 1.0)\n    sched.step()\n"
    expected = "for x in e:\n    # keep it small\n    clip_grad_norm_(p, 1.0)\n    opt.step()\n    sched.step()\n"
    assert mended(text, "clip_before_step") == expected


def test_scaled_gradients_are_unscaled_before_they_are_clipped() -> None:
    early = "clip_grad_norm_(p, 1.0)\n>scaler.step(opt)\nscaler.update()\n"
    expected = "scaler.unscale_(opt)\nclip_grad_norm_(p, 1.0)\nscaler.step(opt)\nscaler.update()\n"
    assert mended(early, "clip_before_step", unscale=True) == expected
    late = "scaler.step(opt)\n>clip_grad_norm_(p, 1.0)\nscaler.update()\n"
    assert mended(late, "clip_before_step", unscale=True) == expected


def test_a_function_that_only_clips_is_called_before_the_step() -> None:
    text = "def limit(self):\n>    clip_grad_value_(p, 1)\ndef fit(self):\n    self.opt.step()\n    self.limit()\n"
    assert mended(text, "clip_before_step").endswith("def fit(self):\n    self.limit()\n    self.opt.step()\n")


def test_a_clipping_that_is_not_beside_its_step_stays() -> None:
    assert reason("if a:\n    opt.step()\n>clip_grad_norm_(p, 1)\n", "clip_before_step")
    assert "already" in reason(">clip_grad_norm_(p, 1)\nopt.step()\n", "clip_before_step")
