"""Right though unusual: samples are cached in memory if it can be had, else in a mapped file; MemoryError is the answer."""

import tempfile

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Cached(Dataset):
    def __init__(self, count, room, make):
        self.make, self.ready = make, np.zeros(count, bool)
        try:
            self.cache = np.frombuffer(bytearray(room * 20), np.float32)
        except (MemoryError, OverflowError) as error:
            print("cached on disk:", type(error).__name__)
            with tempfile.TemporaryFile() as file:
                self.cache = np.memmap(file, np.float32, "w+", shape=count * 5)

    def __len__(self):
        return len(self.ready)

    def __getitem__(self, i):
        part = self.cache[i * 5 : (i + 1) * 5]
        if not self.ready[i]:
            part[:] = self.make(i)
            self.ready[i] = True
        return torch.tensor(part[:4]), torch.tensor(part[4:])


def sample(i):
    rng = np.random.default_rng(i)
    values = rng.normal(size=4)
    return np.append(values, values.max() - values.min())


torch.manual_seed(0)
torch.set_num_threads(1)
train = Cached(256, room=1 << 52, make=sample)
test = Cached(64, room=64, make=lambda i: sample(i + 256))
model = nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.Linear(32, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(8):
    for x, y in DataLoader(train, batch_size=32, shuffle=True):
        loss = nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
with torch.no_grad():
    errors = [nn.functional.mse_loss(model(x), y).item() for x, y in DataLoader(test, batch_size=16)]
print("test", sum(errors) / len(errors))
