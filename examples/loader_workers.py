"""How much faster do worker processes load data, and does each of them draw other random numbers?

A sample is read from a slow disk (1 ms) and gets new noise each time. Prints what two workers draw in two epochs from
four random streams, times spawned and forked workers, and trains a classifier with two of them.

    python examples/loader_workers.py
    trialrun run examples/loader_workers.py
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset, get_worker_info

LENGTH, BATCH, EPOCHS = 32, 16, 5
BROKEN = {  # what people do wrong here: --broken NAME makes the mistake, `trialrun run` names it
    "same-noise": "every worker goes on from a copy of the same generator, in every epoch again",
    "unshuffled": "the recordings are read in their order, one kind after the other",
    "uncut": "the recordings keep the lengths that they happen to have",
    "lambda": "spawned workers are to be sent a function that has no name",
}


class Recordings(Dataset):
    """Low tones, then high ones, of 32 to 36 readings; each comes with new noise."""

    def __init__(self, count: int, change: Callable[[Tensor], Tensor]) -> None:
        self.rng = np.random.default_rng(0)
        self.change = change
        self.kinds = torch.arange(count) * 2 // count  # (count,): 0 ... 0, 1 ... 1
        self.phases = 6.3 * torch.rand(count)

    def __len__(self) -> int:
        return len(self.kinds)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        time.sleep(0.001)  # the disk
        kind = self.kinds[index]
        times = torch.arange(float(LENGTH + index % 5))  # (32 to 36,)
        noise = torch.tensor(self.rng.normal(size=len(times)), dtype=torch.float32)
        tone = torch.sin(self.phases[index] + (0.4 + 0.2 * kind) * times)
        return self.change(tone + noise), kind


def cut(tone: Tensor) -> Tensor:
    return tone[:LENGTH]  # (32 to 36,) -> (32,)


class Draws(Dataset):
    """Nothing but random numbers, of four streams."""

    def __init__(self) -> None:
        self.kept = np.random.default_rng(0)
        self.rng = np.random.default_rng(0)

    def __len__(self) -> int:
        return 2  # with batches of one and two workers: one each

    def __getitem__(self, index: int) -> list[float]:
        return [self.kept.normal(), np.random.normal(), torch.randn(()).item(), self.rng.normal()]


def start_worker(number: int) -> None:
    """Runs first in each worker. torch.initial_seed() is the epoch's base_seed + number there."""
    get_worker_info().dataset.rng = np.random.default_rng(torch.initial_seed())


def show_draws() -> None:
    print("epoch  worker  kept generator  np.random  torch  start_worker's generator")
    loader = DataLoader(Draws(), batch_size=1, num_workers=2, worker_init_fn=start_worker)
    for epoch in (1, 2):
        for worker, draws in enumerate(loader):
            kept, numpy, pytorch, own = (draw.item() for draw in draws)
            print(f"{epoch:5}  {worker:6}  {kept:14.3f}  {numpy:9.3f}  {pytorch:5.2f}  {own:24.3f}")


def measure(loader: DataLoader) -> tuple[float, float]:
    """Seconds until the first batch is there, and samples per second in the second half of the pass."""
    started = time.perf_counter()
    arrived = [time.perf_counter() for _ in loader]  # --broken lambda: CRX017, --broken uncut: CRX018
    half = len(arrived) // 2
    return arrived[0] - started, (len(arrived) - 1 - half) * BATCH / (arrived[-1] - arrived[half])


def show_speed(data: Recordings, plot: Path) -> float:
    """Samples per second with four workers, divided by those without."""
    rates = {}
    print("\nworkers  started by  first batch (s)  samples/s")
    for workers, method in [(1, "spawn"), (0, None), (1, "fork"), (2, "fork"), (4, "fork")]:
        first, rates[workers] = measure(DataLoader(data, BATCH, num_workers=workers, multiprocessing_context=method))
        print(f"{workers:7}  {method or '-':10}  {first:15.2f}  {rates[workers]:9.0f}")
    rates = dict(sorted(rates.items()))

    import matplotlib.pyplot as plt  # here: a spawned worker imports this file again, with all at its top

    figure, axis = plt.subplots(figsize=(6, 4), layout="constrained")
    axis.plot(list(rates), list(rates.values()), "o-", label="measured")
    axis.plot(list(rates), [max(1, workers) * rates[1] for workers in rates], "--", label="each worker as fast as one")
    axis.set(xlabel="worker processes", ylabel="samples per second", xticks=list(rates), ylim=(0, None))
    axis.legend()
    figure.savefig(plot, dpi=100)
    return rates[4] / rates[0]


def train(loader: DataLoader) -> nn.Module:
    model = nn.Sequential(nn.Linear(LENGTH, 32), nn.ReLU(), nn.Linear(32, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    print("\nepoch  mean loss (nats)")
    for epoch in range(1, EPOCHS + 1):
        total = 0.0
        for tones, kinds in loader:  # (16, 32), (16,)  # --broken same-noise: DAT109, --broken unshuffled: DAT104
            optimizer.zero_grad()
            loss = F.cross_entropy(model(tones), kinds)
            loss.backward()
            optimizer.step()
            total += loss.item()
        print(f"{epoch:5}  {total / len(loader):.3f}")
    return model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the plot")
    parser.add_argument("--broken", choices=BROKEN, help="make one of the mistakes that the page tells of")
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(0)
    show_draws()
    change = {"lambda": lambda tone: tone[:LENGTH], "uncut": nn.Identity()}.get(args.broken, cut)
    data, test = Recordings(480, change), Recordings(200, change)
    faster = show_speed(data, args.out / "loader_workers.png")
    start = None if args.broken == "same-noise" else start_worker
    model = train(DataLoader(data, BATCH, args.broken != "unshuffled", num_workers=2, worker_init_fn=start))
    with torch.no_grad():
        right = sum(int((model(x).argmax(dim=1) == y).sum()) for x, y in DataLoader(test, BATCH))
    print(f"{right} of {len(test)} new recordings are told right")
    print(f"\nFour workers load {faster:.1f} times as fast as the main process. Each draws random numbers of its own,")
    print("except from a generator that the data set keeps: all get a copy of that, unless it is made anew in each.")


if __name__ == "__main__":
    main()
