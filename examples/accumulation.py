"""How can several small batches train a model exactly as one large batch does?

A small recurrent network learns to continue lines such as "848=DCCCXLVIII.". It is trained on batches of 128 lines and,
from the same start, on micro-batches of 16, eight to a step; the lines differ in length, and the last step of an epoch
has fewer. Then it measures what each size of micro-batch costs in memory and time.

    python examples/accumulation.py
    trialrun run examples/accumulation.py
"""

from __future__ import annotations

import argparse
import copy
import time
from pathlib import Path

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils import parameters_to_vector
from torch.nn.utils.rnn import pad_sequence

BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "no-division": "the means of eight micro-batches are added up: a gradient eight times too large",
    "mean-of-means": "each micro-batch counts as one, though some have more letters than others",
    "last-window-lost": "no step is made after the last, shorter window of an epoch",
    "zero-in-window": "gradients are cleared before each micro-batch, so only the last of a window counts",
}
BATCH, MICRO, ACCUM_STEPS, EPOCHS = 128, 16, 8, 4
PAD = -100  # target of the places behind a shorter line's end: cross-entropy leaves them out
ONES = ["", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX"]
TENS = ["", "X", "XX", "XXX", "XL", "L", "LX", "LXX", "LXXX", "XC"]
HUNDREDS = ["", "C", "CC", "CCC", "CD", "D", "DC", "DCC", "DCCC", "CM"]
LINES = [f"{n}={HUNDREDS[n // 100]}{TENS[n // 10 % 10]}{ONES[n % 10]}." for n in range(1, 1000)]
CODES = [torch.tensor(["0123456789=IVXLCDM.".index(letter) for letter in line]) for line in LINES]


class Speller(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.embed = nn.Embedding(19, 32)  # ten digits, seven numerals, = and .
        self.gru = nn.GRU(32, 64, batch_first=True)
        self.head = nn.Linear(64, 19)

    def forward(self, x: Tensor) -> Tensor:
        """Letters (N, T) -> scores of the next letter (N, classes, T), as cross_entropy wants them."""
        return self.head(self.gru(self.embed(x))[0]).transpose(1, 2)


def batches(epoch: int, size: int) -> list[tuple[Tensor, Tensor]]:
    """All lines, in the order of this epoch, as pairs of (letters, the letters that follow), both (size, T)."""
    pairs = []
    for window in torch.randperm(len(CODES), generator=torch.Generator().manual_seed(epoch)).split(BATCH):
        for rows in torch.tensor(sorted(window, key=lambda i: len(CODES[i]))).split(size):  # like lengths together
            x = pad_sequence([CODES[i][:-1] for i in rows], batch_first=True)
            y = pad_sequence([CODES[i][1:] for i in rows], batch_first=True, padding_value=PAD)
            pairs.append((x, y))
    return pairs


def train_accumulated(model: nn.Module, accum_steps: int, broken: str | None) -> None:
    """The template: a step after every ``accum_steps`` micro-batches, and one after the last of an epoch."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for epoch in range(EPOCHS):
        micro_batches = batches(epoch, MICRO)
        for i, (x, y) in enumerate(micro_batches):
            if i % accum_steps == 0:  # a window begins; the last one of an epoch is shorter
                letters = sum(int((targets != PAD).sum()) for _, targets in micro_batches[i : i + accum_steps])
            if i % accum_steps == 0 or broken == "zero-in-window":
                optimizer.zero_grad()  # --broken zero-in-window: GRD402, --broken last-window-lost: GRD410
            share = int((y != PAD).sum()) / letters  # of the window's letters, those in this micro-batch
            share = {"no-division": 1.0, "mean-of-means": 1 / accum_steps}.get(broken, share)
            loss = F.cross_entropy(model(x), y, ignore_index=PAD) * share
            loss.backward()  # adds to .grad  # --broken no-division: GRD409, --broken mean-of-means: GRD411
            last = i + 1 == len(micro_batches) and broken != "last-window-lost"
            if last or (i + 1) % accum_steps == 0:
                optimizer.step()


def train_large(model: nn.Module) -> None:
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    for epoch in range(EPOCHS):
        for x, y in batches(epoch, BATCH):  # what the template has to equal
            optimizer.zero_grad()
            F.cross_entropy(model(x), y, ignore_index=PAD).backward()
            optimizer.step()


def cost(model: nn.Module, x: Tensor, y: Tensor, micro: int) -> tuple[float, float]:
    """KiB that the forward of ``micro`` lines keeps for its backward, and ms of a whole step made of such."""
    weights = {parameter.untyped_storage().data_ptr() for parameter in model.parameters()}
    kept: dict[int, int] = {}  # address -> bytes; the weights, which are there anyway, do not count

    def keep(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in weights:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    times = []
    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        F.cross_entropy(model(x[:micro]), y[:micro], ignore_index=PAD).backward()
    for _ in range(5):
        started = time.perf_counter()
        for rows in torch.arange(BATCH).split(micro):
            F.cross_entropy(model(x[rows]), y[rows], ignore_index=PAD).backward()
        times.append(time.perf_counter() - started)
    return sum(kept.values()) / 2**10, 1e3 * min(times)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()

    torch.set_num_threads(1)  # layers this small gain nothing from a second one
    for dtype in (torch.float64, torch.float32):
        torch.manual_seed(0)
        start = Speller().to(dtype)
        accumulated, large = copy.deepcopy(start), copy.deepcopy(start)
        train_accumulated(accumulated, ACCUM_STEPS, args.broken)
        train_large(large)
        before, small, big = (parameters_to_vector(m.parameters()).detach() for m in (start, accumulated, large))
        moved, apart = float((big - before).abs().max()), float((small - big).abs().max())
        print(f"{dtype}: weights moved by up to {moved:.2f}, and differ by up to {apart:.1e}")

    sizes, (x, y) = [4, 8, 16, 32, 64, 128], batches(0, BATCH)[0]  # both (128, T)
    memory, times = zip(*(cost(large, x, y, size) for size in sizes), strict=True)
    print("\nmicro-batch  to a step  kept for backward  time of a step")
    for size, kib, ms in zip(sizes, memory, times, strict=True):
        print(f"{size:11d}  {BATCH // size:9d}  {kib:13.0f} KiB  {ms:11.1f} ms")
    less, longer = memory[-1] / memory[sizes.index(MICRO)], times[sizes.index(MICRO)] / times[-1]
    print(f"\n8 micro-batches of 16 give the weights of a batch of 128 to {apart:.1e} in float32;")
    print(f"they keep {less:.1f} times less in memory, and their step takes {longer:.1f} times as long.")

    args.out.mkdir(parents=True, exist_ok=True)
    figure, (left, right) = plt.subplots(1, 2, figsize=(8, 3), layout="constrained")
    left.plot(sizes, memory, "o-")
    left.set(xlabel="micro-batch (lines)", ylabel="kept for the backward (KiB)")
    right.plot(sizes, times, "o-")
    right.set(xlabel="micro-batch (lines)", ylabel="time of a step of 128 lines (ms)")
    figure.savefig(args.out / "accumulation.png", dpi=100)


if __name__ == "__main__":
    main()
