"""A training that saves all of its state after every update: `python saving_program.py STATE LOSSES`.

It goes on where STATE stands, if that is there. LOSSES gets a line an update: its number, its loss and the sum of
weights as hexadecimal. Augmentation draws from every source of random numbers there is.
"""

from __future__ import annotations

import os
import random
import sys
import time
from pathlib import Path

import numpy
import torch
from torch.utils.data import DataLoader, Dataset

import trialrun

EPOCHS, SAMPLES, BATCH = 4, 22, 4


class Noisy(Dataset[torch.Tensor]):
    def __init__(self) -> None:
        self.samples = torch.randn(SAMPLES, 6, generator=torch.Generator().manual_seed(1))
        self.rng = numpy.random.default_rng(2)

    def __len__(self) -> int:
        return SAMPLES

    def __getitem__(self, index: int) -> torch.Tensor:
        noise = random.random() + float(numpy.random.rand()) + float(self.rng.random()) + torch.rand(())
        return self.samples[index] + 0.1 * noise


def main(state: Path, losses: Path) -> None:
    torch.manual_seed(3)
    random.seed(3)
    numpy.random.seed(3)
    model = torch.nn.Sequential(torch.nn.Linear(6, 6), torch.nn.BatchNorm1d(6), torch.nn.Dropout(0.3))
    model.register_buffer("drift", torch.zeros(()), persistent=False)
    optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)
    scheduler = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=40)
    batches = trialrun.ResumableLoader(DataLoader(Noisy(), batch_size=BATCH, shuffle=True))
    pieces = {"model": model, "optimizer": optimizer, "scheduler": scheduler, "loader": batches}
    epoch = step = 0
    if state.exists():
        saved = trialrun.load_state(state, **pieces)
        epoch, step = saved["epoch"], saved["step"]
    while epoch < EPOCHS:
        for batch in batches:
            loss = (model(batch) - batch).square().mean() + model.drift
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            scheduler.step()
            model.drift += 0.01
            step += 1
            with losses.open("a") as file:
                file.write(f"{step} {loss.item().hex()} {float(model[0].weight.double().sum()).hex()}\n")
            trialrun.save_state(state, **pieces, epoch=epoch, step=step)
            time.sleep(float(os.environ.get("PAUSE_S", "0")))
        epoch += 1


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
