"""Right though unusual: a generator of fixed length is drawn by next() and must be used up when training ends."""

import torch
from torch import nn


def stream(number, size):
    generator = torch.Generator().manual_seed(1)
    for index in range(number):
        x = torch.randn(size, 4, generator=generator)
        yield index, x, (x[:, 0] * 2 - x[:, 3]).unsqueeze(1)


torch.manual_seed(0)
torch.set_num_threads(1)
EPOCHS, PER_EPOCH = 6, 20
samples = stream(EPOCHS * PER_EPOCH, 32)
model = nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
seen = []
for epoch in range(EPOCHS):
    for position in range(PER_EPOCH):
        index, x, y = next(samples)
        assert index == epoch * PER_EPOCH + position, f"batch {index} out of order"
        loss = nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        seen.append(index)
    print(f"epoch {epoch}: {loss.item():.4f}")
try:
    next(samples)
except StopIteration:
    print("all used")
else:
    raise RuntimeError("batches left over")
assert len(seen) == EPOCHS * PER_EPOCH == len(set(seen))
