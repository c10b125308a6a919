"""Right though unusual: samples of an odd shape in a stream are refused by the network, counted, and told in the end."""

import torch
from torch import nn


def stream(n):
    generator = torch.Generator().manual_seed(1)
    for number in range(n):
        x = torch.randn(16, 3, 4, 4, generator=generator)
        y = (x[:, 0].sum((1, 2)) > 0).float()
        yield (x[0], y[:1]) if number % 7 == 3 else (x, y)


class Scorer(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Flatten(1), nn.Linear(48, 16), nn.ReLU(), nn.Linear(16, 1))

    def forward(self, x):
        return self.body(x).squeeze(1)


torch.manual_seed(0)
torch.set_num_threads(1)
model = Scorer()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
refusals = []
for number, (x, y) in enumerate(stream(50)):
    try:
        outputs = model(x)
    except RuntimeError as error:
        refusals.append((number, error))
        continue
    loss = nn.functional.binary_cross_entropy_with_logits(outputs, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
with torch.no_grad():
    held = [(model(x) > 0).eq(y > 0).float().mean().item() for x, y in stream(3)]
print("held out", sum(held) / 3)
number, first = refusals[0]
print(f"{len(refusals)} refused, first in batch {number}: {type(first).__name__}")
