"""Right though unusual: features are computed in a pool of processes that may break; threads compute what is missing."""

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool

import numpy as np
import torch
from torch import nn

CHUNKS = 8


def spectrum(chunk):
    if chunk == 2 and multiprocessing.parent_process() is not None:
        os._exit(9)  # as a native library would that does not survive a fork
    rng = np.random.default_rng(chunk)
    kinds = rng.integers(2, size=40)
    time = np.arange(32)
    waves = np.sin(time * (0.6 + 0.5 * kinds[:, None])) + rng.normal(size=(40, 32))
    return np.abs(np.fft.rfft(waves))[:, 1:].astype(np.float32), kinds


def computed():
    done = {}
    context = multiprocessing.get_context("fork")
    try:
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            for chunk, result in enumerate(pool.map(spectrum, range(CHUNKS))):
                done[chunk] = result
    except BrokenProcessPool as error:
        print("the pool broke:", error)
    missing = [chunk for chunk in range(CHUNKS) if chunk not in done]
    with ThreadPoolExecutor(1) as pool:
        done.update(zip(missing, pool.map(spectrum, missing)))
    return [torch.from_numpy(np.concatenate(parts)) for parts in zip(*(done[i] for i in range(CHUNKS)))]


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    x, y = computed()
    model = nn.Sequential(nn.Linear(16, 12), nn.Tanh(), nn.Linear(12, 2))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for epoch in range(6):
        for rows in torch.randperm(260).split(26):
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        print("accuracy", (model(x[260:]).argmax(1) == y[260:]).float().mean().item())


if __name__ == "__main__":
    main()
