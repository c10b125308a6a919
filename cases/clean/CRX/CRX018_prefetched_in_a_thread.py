"""Right though unusual: batches are put together in a thread ahead of time; one that can't be is trained on sample by sample."""

from collections import deque
from concurrent.futures import ThreadPoolExecutor

import torch
from torch import nn
from torch.utils.data import default_collate


def prefetched(batches, pool, ahead=3):
    """Yields (samples, future of the batch), a few of them in the making."""
    waiting = deque()
    for samples in batches:
        waiting.append((samples, pool.submit(default_collate, samples)))
        if len(waiting) > ahead:
            yield waiting.popleft()
    yield from waiting


def pieces(samples, future):
    """The whole batch, or batches of one where sizes differ."""
    if future.exception() is None:
        return [future.result()]
    if not isinstance(future.exception(), RuntimeError):
        raise future.exception()
    return [default_collate([sample]) for sample in samples]


class Loudness(nn.Module):
    def __init__(self):
        super().__init__()
        self.filters = nn.Conv1d(1, 6, 3, padding=1)
        self.out = nn.Linear(6, 1)

    def forward(self, sound):
        return self.out(self.filters(sound[:, None]).square().mean(2)).squeeze(1)


torch.manual_seed(0)
torch.set_num_threads(1)
sounds = [torch.randn(20 if i % 50 else 16) * (0.5 + i % 3 / 2) for i in range(240)]
data = [(sound, float(i % 3)) for i, sound in enumerate(sounds)]
model = Loudness()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
singly = 0
with ThreadPoolExecutor(max_workers=1) as pool:
    for epoch in range(6):
        order = torch.randperm(240).tolist()
        batches = ([data[i] for i in order[start : start + 12]] for start in range(0, 240, 12))
        for samples, future in prefetched(batches, pool):
            parts = pieces(samples, future)
            singly += len(parts) > 1
            optimizer.zero_grad()
            for sound, target in parts:
                loss = nn.functional.l1_loss(model(sound), target.float()) / len(parts)
                loss.backward()
            optimizer.step()
        print(epoch, loss.item() * len(parts), singly)
