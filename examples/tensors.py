"""What happens to the shape and the memory of a tensor on its way through the heads of attention?

Prints the shapes of matrix products, then the steps that cut tokens into heads and join them again. Then trains it: of
eight tokens one is marked + and one -, and the difference of their values is wanted.

    python examples/tensors.py
    trialrun run examples/tensors.py
"""

from __future__ import annotations

import argparse
import math
from pathlib import Path

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

import trialrun

TOKENS, WIDTH, HEADS, EPOCHS = 8, 16, 2, 9
BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "plain-list": "the weights stand in a Python list instead of a ParameterList",
    "view": "view is asked to join the heads again, where only reshape can",
    "column": "the prediction stays (N, 1), the target is (N,)",
    "no-clone": "the best weights are kept without a copy",
}


class Attention(nn.Module):
    """One layer of self-attention with two heads, the mean over the tokens, and one number."""

    def __init__(self, broken: str | None) -> None:
        super().__init__()
        self.broken = broken
        self.embed = nn.Linear(3, WIDTH)
        weights = [nn.Parameter(torch.randn(WIDTH, WIDTH) / math.sqrt(WIDTH)) for _ in range(4)]
        self.weights = weights if broken == "plain-list" else nn.ParameterList(weights)  # --broken plain-list: MOD202
        self.answer = nn.Linear(WIDTH, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Marks and values (N, 8, 3) -> predictions (N,)."""
        trialrun.expect(x, f"N {TOKENS} 3", dtype=torch.float32, name="x")
        query, key, value, out = self.weights  # (16, 16) each
        x = self.embed(x)  # (N, 8, 16)
        q, k, v = (to_heads(x @ weight) for weight in (query, key, value))  # (N, 2, 8, 8) each: heads, tokens, features
        attention = (q @ k.transpose(2, 3) / math.sqrt(WIDTH // HEADS)).softmax(dim=3)  # (N, 2, 8, 8): heads, from, to
        self.seen = attention.detach()  # for the plot
        mixed = (attention @ v).permute(0, 2, 1, 3)  # (N, 8, 2, 8): its memory still has the heads before the tokens
        join = mixed.view if self.broken == "view" else mixed.reshape  # view can only relabel, reshape may copy
        joined = join(-1, TOKENS, WIDTH)  # (N, 8, 16)  # --broken view: CRX013
        predicted = self.answer((x + joined @ out).mean(dim=1))  # (N, 16) -> (N, 1)
        return predicted if self.broken == "column" else predicted.squeeze(1)  # not squeeze(): a batch of 1 stays (1,)


def to_heads(x: Tensor) -> Tensor:
    """(N, 8, 16) -> (N, 2, 8, 8): features 0 to 7 of each token are those of head 0. Copies nothing."""
    return x.view(-1, TOKENS, HEADS, WIDTH // HEADS).permute(0, 2, 1, 3)


def squared_error(model: Attention, x: Tensor, y: Tensor) -> Tensor:
    return F.mse_loss(model(x), y)  # (N,) and (N,) -> ()  # --broken column: LOS301


def make(count: int) -> tuple[Tensor, Tensor]:
    """Tokens (count, 8, 3) of [is it marked +, is it marked -, value], and the differences (count,)."""
    values = torch.randn(count, TOKENS)
    places = torch.rand(count, TOKENS).argsort(dim=1)[:, :2]  # (count, 2): two different ones each
    plus, minus = F.one_hot(places, TOKENS).float().unbind(dim=1)  # (count, 8) each
    return torch.stack([plus, minus, values], dim=2), (values * (plus - minus)).sum(dim=1)


def show_shapes() -> None:
    vector, matrix = torch.arange(3.0), torch.arange(6.0).view(2, 3)
    print("product              shape")
    for name, product, shape in [
        ("(3,) @ (3,)", vector @ vector, ()),
        ("(2, 3) @ (3,)", matrix @ vector, (2,)),
        ("(2, 3) @ (3, 4)", matrix @ torch.ones(3, 4), (2, 4)),
        ("(5, 2, 3) @ (3, 4)", torch.ones(5, 2, 3) @ torch.ones(3, 4), (5, 2, 4)),
    ]:
        assert product.shape == shape
        print(f"{name:19}  {shape}")
    print(f"() is one number, and .item() makes it Python's: {(vector @ vector).item()}\n")

    x = torch.randn(4, TOKENS, WIDTH)
    heads, mixed = to_heads(x), torch.ones(TOKENS, TOKENS) @ to_heads(x)
    print("step                              shape          strides            memory  contiguous")
    for name, y, shape, memory in [
        ("x", x, (4, 8, 16), "x's"),
        ("x.unsqueeze(1)", x.unsqueeze(1), (4, 1, 8, 16), "x's"),
        ("x.view(4, 8, 2, 8)", x.view(4, 8, 2, 8), (4, 8, 2, 8), "x's"),
        ("   .permute(0, 2, 1, 3) = heads", heads, (4, 2, 8, 8), "x's"),
        ("attention @ heads = mixed", mixed, (4, 2, 8, 8), "new"),
        ("mixed.permute(0, 2, 1, 3)", mixed.permute(0, 2, 1, 3), (4, 8, 2, 8), "new"),
        ("   .reshape(4, 8, 16)", mixed.permute(0, 2, 1, 3).reshape(4, 8, 16), (4, 8, 16), "copied"),
        ("x.clone()", x.clone(), (4, 8, 16), "copied"),
    ]:
        owner = "x's" if y.data_ptr() == x.data_ptr() else "new" if y.data_ptr() == mixed.data_ptr() else "copied"
        assert (y.shape, owner) == (shape, memory)
        print(f"{name:32}  {shape!s:13}  {y.stride()!s:17}  {memory:6}  {'yes' if y.is_contiguous() else 'no'}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    show_shapes()

    train_x, train_y = make(2048)
    model = Attention(args.broken)
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    (valid_x, valid_y), (test_x, test_y) = make(512), make(512)
    best_loss, best_epoch, best_state = math.inf, 0, {}
    print("\nepoch  squared error on 512 samples")
    for epoch in range(1, EPOCHS + 1):
        for rows in torch.randperm(len(train_x)).split(64):  # (64,)
            optimizer.zero_grad()
            squared_error(model, train_x[rows], train_y[rows]).backward()
            optimizer.step()
        with torch.no_grad():
            loss = squared_error(model, valid_x, valid_y).item()
        print(f"{epoch:5}  {loss:.4f}")
        if loss < best_loss:
            state = model.state_dict()  # the weights themselves: steps change them  # --broken no-clone: EVA704
            best_state = state if args.broken == "no-clone" else {name: w.clone() for name, w in state.items()}
            best_loss, best_epoch = loss, epoch
    model.load_state_dict(best_state)

    with torch.no_grad():
        off, guess = squared_error(model, test_x, test_y).sqrt().item(), test_y.square().mean().sqrt().item()
    figure, axes = plt.subplots(1, HEADS, figsize=(7.5, 4.5), layout="constrained", sharey=True)
    tokens = [f"{'(+) ' if plus else '(-) ' if minus else ''}{value:.1f}" for plus, minus, value in test_x[0].tolist()]
    for head, axis in enumerate(axes):
        image = axis.imshow(model.seen[0, head], vmin=0, vmax=1)  # (8, 8): of the first sample
        axis.set(title=f"head {head}", xlabel="to token (mark and value)", ylabel="from token (number)")
        axis.set_xticks(range(TOKENS), tokens, rotation=60)
    figure.colorbar(image, ax=axes, label="attention (share of 1)", shrink=0.8)
    figure.savefig(args.out / "tensors.png", dpi=100)
    print("\nCutting into heads keeps the memory and joining them copies it; with the weights of its best epoch,")
    print(f"{best_epoch} of {EPOCHS}, attention errs by {off:.2f} (root mean square), always saying 0 by {guess:.2f}.")


if __name__ == "__main__":
    main()
