"""Mends of how a program evaluates, and of where it starts."""

from __future__ import annotations

import textwrap

import pytest
from test_mends import mended, reason, source

# -- eval_mode


def test_the_evaluation_keeps_its_no_grad_inside() -> None:
    text = """
    for epoch in range(3):
        with torch.no_grad():
            for x, y in valid:
    >            total += (model(x) == y).sum()
        print(total)
    """
    assert mended(text, "eval_mode", loop_line=3) == source(
        """
    for epoch in range(3):
        model.eval()
        with torch.no_grad():
            for x, y in valid:
                total += (model(x) == y).sum()
        model.train()
        print(total)
    """
    )


def test_eval_and_train_stand_around_the_evaluation() -> None:
    text = """
    for epoch in e:
        fit(model)
        for x, y in valid:
    >        right += (model(x) == y).sum()
    """
    assert mended(text, "eval_mode", loop_line=3) == source(
        """
    for epoch in e:
        fit(model)
        model.eval()
        for x, y in valid:
            right += (model(x) == y).sum()
        model.train()
    """
    )


@pytest.mark.parametrize(
    "train",
    [
        "for e in r:\n    model.train()\n    fit(model)\n",
        "def fit(model):\n    model.train()\nfor e in r:\n    fit(model)\n",
        "def step(net):\n    net.train()\ndef fit(m):\n    step(m)\nlosses = [fit(model) for e in r]\n",
    ],
)
def test_a_model_that_training_puts_back_itself_is_only_put_into_eval_mode(train: str) -> None:
    text = train + "with torch.no_grad():\n>    print(loss_fn(model(x), y))\n"
    assert mended(text, "eval_mode").endswith("model.eval()\nwith torch.no_grad():\n    print(loss_fn(model(x), y))\n")


def test_train_mode_asked_for_once_in_front_of_all_loops_does_not_come_back() -> None:
    text = "model.train()\nfor e in r:\n    fit(model)\n>    print(loss_fn(model(x), y))\n"
    assert mended(text, "eval_mode").endswith("    model.eval()\n    print(loss_fn(model(x), y))\n    model.train()\n")


@pytest.mark.parametrize(
    "text",
    [
        ">print(f(g(x), y))\n",
        "for model in models:\n>    print(model(x).mean())\n",
        ">print(model(x) + net(x))\n",
        ">print(sum(model(x) for model in models))\n",
    ],
)
def test_a_model_that_cannot_be_told_stays_in_its_mode(text: str) -> None:
    assert reason(text, "eval_mode", loop_line=1)


# -- train_mode


def test_training_goes_on_in_train_mode() -> None:
    text = "for e in r:\n    for x in train:\n>        loss = model(x)\n    evaluate()\n"
    assert mended(text, "train_mode").startswith("for e in r:\n    model.train()\n    for x in train:\n")


def test_an_evaluation_in_the_same_loop_may_precede_each_item() -> None:
    text = """
    def evaluate(model):
        model.eval()
    for x in train:
    >    loss = model(x)
        if i % 9 == 0:
            evaluate(model)
    """
    assert "for x in train:\n    model.train()\n    loss = model(x)\n" in mended(text, "train_mode")
    assert reason(">loss = model(x)\n", "train_mode")


# -- no_grad


def test_a_function_that_only_evaluates_is_decorated() -> None:
    text = "import torch\n\n# Measures.\ndef evaluate(model):\n    for x in v:\n>        n += model(x)\n    return n\n"
    assert "# Measures.\n@torch.no_grad()\ndef evaluate(model):\n" in mended(text, "no_grad")


@pytest.mark.parametrize("tab", ["    ", "\t", "  "])
def test_a_loop_beside_training_is_wrapped(tab: str) -> None:
    text = """
    import torch
    for e in r:
        loss.backward()

        # measure
        for x in v:
    >        n += model(x)  # as it is
            s = '''a
      b'''
        print(n)
    """
    expected = """
    import torch
    for e in r:
        loss.backward()

        # measure
        with torch.no_grad():
            for x in v:
                n += model(x)  # as it is
                s = '''a
      b'''
        print(n)
    """
    mended_text = mended(text, "no_grad", loop_line=6)
    assert mended_text == source(expected)
    tabbed = textwrap.dedent(text).replace("    ", tab)
    assert mended(tabbed, "no_grad", loop_line=6) == source(expected).replace("    ", tab)


@pytest.mark.parametrize(
    "text",
    [
        "for x in v:\n>    model(attack(x))\ndef attack(x):\n    torch.autograd.grad(x)\n",
        "def f():\n    for x in v:\n        with torch.enable_grad():\n>            model(x)\n",
    ],
)
def test_an_evaluation_that_needs_gradients_keeps_them(text: str) -> None:
    assert "needs gradients" in reason(text, "no_grad")


# -- main_guard


def test_what_runs_goes_under_the_guard() -> None:
    head = '"""Doc."""\nimport torch\n\nROOT = 1\n\n\ndef f():\n    return ROOT\n\n\n# run\n'
    text = f"{head}d = f()\n>for x in DataLoader(d, num_workers=2):\n    print(x)"
    assert mended(text, "main_guard") == (
        f'{head}if __name__ == "__main__":\n    d = f()\n    for x in DataLoader(d, num_workers=2):\n        print(x)'
    )


def test_what_functions_use_stays_in_front_of_the_guard() -> None:
    text = "def f():\n    return SIZE\n\nSIZE = 3\nd = f()\n>train(d)\n"
    assert 'SIZE = 3\nif __name__ == "__main__":\n    d = f()\n    train(d)\n' in mended(text, "main_guard")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("def f():\n>    train()\nf()\n", "in a function or class"),
        (">train()\ndef g():\n    pass\n", "line 2 defines"),
        ("def f():\n    return model\n>model = train()\n", "`model` of line 3 is used"),
        ('>train()\nif __name__ == "__main__":\n    pass\n', "already"),
    ],
)
def test_what_cannot_be_guarded(text: str, why: str) -> None:
    assert why in reason(text, "main_guard")
