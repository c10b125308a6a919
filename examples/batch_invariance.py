"""Does what a model says of a sample depend on the batch that the sample is in?

Trains a small network on 8 x 8 pictures of digits, then asks it about the same 64 pictures alone and in batches of 2 to
64: are the bits equal? If not, how far apart are they, and which are nearer to float64? `trialrun.numerics` gives its
verdict beside it. `batch_invariance.sh` writes the whole grid of sizes and dtypes as CSV.

    python examples/batch_invariance.py
    trialrun run examples/batch_invariance.py
"""

from __future__ import annotations

import argparse
import copy
from pathlib import Path

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import Tensor, nn
from torch.utils.data import DataLoader, TensorDataset

from trialrun import numerics

BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "no-eval": "the model is tested in train mode, so batch normalisation takes the test batch's statistics",
    "softmax-over-batch": "the softmax runs over the pictures of a batch, not over the classes",
    "batch-statistics": "pictures are standardised by the mean and deviation of the batch they are in",
}
SIZES = [1, 2, 4, 8, 16, 32, 64]


class Net(nn.Module):
    def __init__(self, broken: str | None = None) -> None:
        super().__init__()
        self.broken = broken
        self.features = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1), nn.BatchNorm2d(32), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten()
        )
        self.hidden = nn.Linear(32 * 4 * 4, 64)
        self.head = nn.Linear(64, 10)

    def forward(self, x: Tensor) -> Tensor:
        """Pictures (N, 1, 8, 8) -> logarithms of the probabilities of ten digits (N, 10)."""
        mean, std = 0.31, 0.38  # of all training pictures
        if self.broken == "batch-statistics":
            mean, std = x.mean(), x.std()  # --broken batch-statistics: MOD204
        scores = self.head(F.relu(self.hidden(self.features((x - mean) / std))))
        axis = 0 if self.broken == "softmax-over-batch" else 1
        return F.log_softmax(scores, dim=axis)  # --broken softmax-over-batch: MOD205


def make(broken: str | None = None) -> tuple[nn.Module, Tensor]:
    """The trained model in eval mode, and 64 pictures that it has not seen (64, 1, 8, 8)."""
    torch.manual_seed(0)
    torch.set_num_threads(1)  # another number of threads may sum in another order, too
    pixels, digits = load_digits(return_X_y=True)  # (1797, 64) in 0..16, (1797,)
    x, y = torch.tensor(pixels, dtype=torch.float32).view(-1, 1, 8, 8) / 16, torch.tensor(digits)
    loader = DataLoader(TensorDataset(x[:1472], y[:1472]), batch_size=64, shuffle=True)
    model = Net(broken)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    for _ in range(5):
        for images, labels in loader:
            optimizer.zero_grad()
            loss = F.nll_loss(model(images), labels)
            loss.backward()
            optimizer.step()
    if broken != "no-eval":
        model.eval()
    right = 0
    with torch.no_grad():
        for images, labels in DataLoader(TensorDataset(x[1472:], y[1472:]), batch_size=65):
            right += int((model(images).argmax(1) == labels).sum())  # --broken no-eval: EVA701
    print(f"{right} of 325 unseen digits right\n")
    return model, x[1472:1536]


@torch.no_grad()
def compare(model: nn.Module, x: Tensor, dtype: torch.dtype) -> list[tuple[float, float, float, int]]:
    """For each batch size: share of pictures with the bits as alone, largest distance, mean error, digits changed."""
    exact = copy.deepcopy(model).double()(x.double())  # (64, 10)
    model, x = copy.deepcopy(model).to(dtype), x.to(dtype)
    outputs = [torch.cat([model(part) for part in x.split(size)]).double() for size in SIZES]  # each (64, 10)
    alone = outputs[0]
    ulp = torch.finfo(dtype).eps * 2 ** alone.abs().amax(1).log2().floor()  # (64,): the spacing at a row's maximum
    rows = []
    for output in outputs:
        equal = (output == alone).all(1).double().mean()
        apart = ((output - alone).abs().amax(1) / ulp).max()
        changed = (output.argmax(1) != alone.argmax(1)).sum()
        rows.append((float(equal), float(apart), float((output - exact).abs().mean()), int(changed)))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()

    model, x = make(args.broken)
    table = {dtype: compare(model, x, dtype) for dtype in (torch.float32, torch.bfloat16)}
    print("dtype     batch  bits as alone  farthest from alone  mean error  digits changed")
    for dtype, rows in table.items():
        for size, (equal, apart, error, changed) in zip(SIZES, rows, strict=True):
            print(f"{str(dtype)[6:]:8s}  {size:5d}  {equal:13.0%}  {apart:15.1f} ULP  {error:10.1e}  {changed:14d}")
    result = numerics.batch(model, x, limit=16)
    print(f"\ntrialrun.numerics.batch: {result.verdict.value}. {result.reason}")
    share, apart, _, changed = table[torch.float32][-1]
    print(f"In batches of 64, {share:.0%} keep their bits in float32; none is farther than {apart:.1f} ULP from")
    print(f"what it is alone, and {changed} of 64 answers change: the batch decides the rounding, and nothing else.")

    args.out.mkdir(parents=True, exist_ok=True)
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3.2), layout="constrained")
    for dtype, rows in table.items():
        left.plot(SIZES, [apart for _, apart, _, _ in rows], "o-", label=str(dtype)[6:])
        right.loglog(SIZES, [error for _, _, error, _ in rows], "o-", label=str(dtype)[6:])
    left.set(xscale="log", xlabel="batch size (pictures)", ylabel="farthest from alone (ULP)")
    right.set(xlabel="batch size (pictures)", ylabel="mean error against float64")
    right.legend()
    for axes in (left, right):
        axes.set_xticks(SIZES, SIZES)
    figure.savefig(args.out / "batch_invariance.png", dpi=100)


if __name__ == "__main__":
    main()
