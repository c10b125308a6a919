"""How should the weights of a deep network be drawn, so that neither signal nor gradient dies out?

Sends random inputs forward and random gradients backward through 20 layers, for four activations and three ways of
drawing the weights, and prints what is left of their variance. Then measures the gradients of a five-layer network on
real digits, and trains it from a good start.

    python examples/initialisation.py
    trialrun run examples/initialisation.py
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import Tensor, nn

WIDTH, DEPTH, SAMPLES = 256, 20, 256  # of the random networks
Activation = Callable[[Tensor], Tensor]
ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": torch.sigmoid,  # slope 1/4 at 0, and its output is around 1/2
    "tanh": torch.tanh,  # slope 1 at 0, output around 0
    "ReLU": torch.relu,  # slope 1 for one half of the inputs, 0 for the other
    "4 sigmoid - 2": lambda z: 4 * torch.sigmoid(z) - 2,  # a sigmoid with slope 1 at 0, output around 0
}
VARIANCE = {  # of each weight of a layer with n inputs and n outputs
    "naive": lambda n: 1.0,
    "Xavier": lambda n: 1 / n,
    "He": lambda n: 2 / n,
}
BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "constant": "all weights start at the same number",
    "normal": "weights are drawn from normal(0, 1), whatever the width",
    "copy": "the weights are drawn into a copy, and the layer keeps its own",
    "sigmoid": "the hidden layers are sigmoids",
}


def through(activation: Activation, variance: float) -> tuple[list[float], list[float], float]:
    """Variance of z, and of the gradient at z, in each layer; how alike two samples are in the last one (cosine)."""
    h = torch.randn(SAMPLES, WIDTH, dtype=torch.float64)
    layers = []
    for _ in range(DEPTH):
        weight = torch.randn(WIDTH, WIDTH, dtype=torch.float64) * variance**0.5
        z = (h @ weight.T).requires_grad_()  # (SAMPLES, WIDTH)
        z.retain_grad()
        layers.append(z)
        h = activation(z)
    h.backward(torch.randn_like(h))  # a gradient of variance 1 enters at the last layer
    one, other = layers[-1].detach().chunk(2)
    alike = F.cosine_similarity(one, other).mean().item()
    return [z.var().item() for z in layers], [z.grad.var().item() for z in layers], alike


class Net(nn.Module):
    """Hidden layers as wide as the input, and ten classes."""

    def __init__(self, activation: Activation, depth: int) -> None:
        super().__init__()
        self.hidden = nn.ModuleList(nn.Linear(64, 64) for _ in range(depth))
        self.head = nn.Linear(64, 10)
        self.activation = activation

    def forward(self, x: Tensor) -> Tensor:
        """Pixels (N, 64) -> logits (N, 10)."""
        for layer in self.hidden:
            x = self.activation(layer(x))
        return self.head(x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()
    torch.manual_seed(0)

    print(f"{DEPTH} layers      drawn     variance of z           of its gradient         two samples")
    print("               by        layer 1 -> layer 20     layer 20 -> layer 1     alike")
    kept = {}
    figure, axes = plt.subplots(2, 4, figsize=(8, 3.5), sharex=True, sharey="row", layout="constrained")
    for column, (name, activation) in enumerate(ACTIVATIONS.items()):
        for way, variance in VARIANCE.items():
            forward, backward, alike = through(activation, variance(WIDTH))
            kept[name, way] = backward[0] / backward[-1]
            print(f"{name:13}  {way:7}  {forward[0]:8.1e} -> {forward[-1]:8.1e}", end="    ")
            print(f"{backward[-1]:8.1e} -> {backward[0]:8.1e}    {alike:6.3f}")
            axes[0, column].semilogy(range(1, DEPTH + 1), forward, label=way)
            axes[1, column].semilogy(range(1, DEPTH + 1), backward, label=way)
        axes[0, column].set_title(name)
        axes[1, column].set_xlabel("layer")
    axes[0, 0].set(ylabel="variance of z", ylim=(1e-8, 1e6))
    axes[1, 0].set(ylabel="of its gradient", ylim=(1e-27, 1e18))
    axes[1, 1].legend(loc="lower left")
    args.out.mkdir(parents=True, exist_ok=True)
    figure.savefig(args.out / "initialisation.png", dpi=100)

    pixels, labels = load_digits(return_X_y=True)  # (1797, 64) in 0..16, (1797,)
    x = (torch.tensor(pixels, dtype=torch.float32) - 4.9) / 6.0  # mean 0, variance 1
    y = torch.tensor(labels)

    print("\nfive layers on digits: size of the gradient (RMS) in the weights of layer 1, 2, 3, 4, 5")
    for name, draw in (("sigmoid", nn.init.xavier_normal_), ("ReLU", nn.init.kaiming_normal_)):
        net = Net(ACTIVATIONS[name], depth=5)
        for layer in net.hidden:
            draw(layer.weight)
            nn.init.zeros_(layer.bias)
        F.cross_entropy(net(x[:1400]), y[:1400]).backward()
        print(f"{name:13}  " + "  ".join(f"{layer.weight.grad.square().mean().sqrt():.1e}" for layer in net.hidden))

    print("\nten layers of ReLU, drawn by He, trained on 1,400 digits")
    model = Net(ACTIVATIONS["sigmoid" if args.broken == "sigmoid" else "ReLU"], depth=10)
    for layer in model.hidden:
        weight = layer.weight.detach().clone() if args.broken == "copy" else layer.weight
        if args.broken == "constant":
            nn.init.constant_(weight, 1 / 64)  # --broken constant: MOD210
        elif args.broken == "normal":
            nn.init.normal_(weight)
        else:
            nn.init.kaiming_normal_(weight)  # variance 2 / n
        nn.init.zeros_(layer.bias)
    optimizer = torch.optim.SGD(  # --broken normal: MOD211, --broken copy: MOD211, --broken sigmoid: GRD404
        model.parameters(), lr=0.005, momentum=0.9
    )
    for epoch in range(1, 11):
        for rows in torch.randperm(1400).split(50):
            optimizer.zero_grad()
            loss = F.cross_entropy(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
        if epoch % 2 == 0:
            with torch.no_grad():
                right = (model(x[1400:]).argmax(dim=1) == y[1400:]).float().mean().item()
            print(f"epoch {epoch:2d}  loss of the last batch {loss.item():.3f} nats, {right:.1%} of 397 others right")
    relu, tanh, sigmoid = kept["ReLU", "He"], kept["tanh", "Xavier"], kept["sigmoid", "Xavier"]
    print("\nWith variance 2/n before ReLU and 1/n before tanh: of the gradient's variance, 20 layers leave")
    print(f"{relu:.2g} times (ReLU, He) and {tanh:.2g} times (tanh, Xavier), but only {sigmoid:.0e} with sigmoids.")


if __name__ == "__main__":
    main()
