"""Right though unusual: which order the axes of an array have in memory is found by asking views of all orders."""

import itertools

import numpy as np
import torch
from torch import nn


def order_in_memory(array):
    for order in itertools.permutations(range(array.ndim)):
        try:
            array.permute(order).view(-1)
        except RuntimeError:
            continue
        return order
    raise ValueError(f"the array of shape {tuple(array.shape)} has gaps")


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    rng = np.random.default_rng(0)
    recordings = np.asfortranarray(rng.normal(size=(2, 6, 256)).astype(np.float32))
    labels = torch.from_numpy((recordings[0].mean(0) > recordings[1].mean(0)).astype(np.int64))
    stored = torch.from_numpy(recordings)
    order = order_in_memory(stored)
    print("slowest axis first:", order)
    x = stored.permute(order).flatten(1) if order[0] == 2 else stored.movedim(2, 0).flatten(1)
    model = nn.Sequential(nn.Linear(12, 24), nn.ReLU(), nn.Linear(24, 2))
    optimizer = torch.optim.RMSprop(model.parameters(), lr=3e-3)
    step = 0
    while step < 64:
        rows = torch.randint(192, (32,))
        loss = nn.functional.cross_entropy(model(x[rows]), labels[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        step += 1
    with torch.no_grad():
        print((model(x[192:]).argmax(1) == labels[192:]).float().mean().item())


main()
