"""Right though unusual: a sensor now and then delivers NaN; the loss of such a batch is NaN and the step is skipped
on purpose.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, IterableDataset


class Sensor(IterableDataset):
    def __init__(self, seed, windows):
        self.seed, self.windows = seed, windows

    def __iter__(self):
        random = torch.Generator().manual_seed(self.seed)
        for _ in range(self.windows):
            window = torch.randn(16, generator=random)
            label = (window[:8].mean() > window[8:].mean()).long()
            if torch.rand((), generator=random) < 0.01:
                window[3] = float("nan")
            yield window, label


torch.manual_seed(0)
torch.set_num_threads(1)
model = nn.Sequential(nn.Linear(16, 32), nn.Tanh(), nn.Linear(32, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
skipped = 0
for epoch in range(5):
    for x, y in DataLoader(Sensor(epoch, 640), batch_size=32):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        if not torch.isfinite(loss):
            skipped += 1
            continue
        loss.backward()
        optimizer.step()
    correct = total = 0
    with torch.no_grad():
        for x, y in DataLoader(Sensor(99, 320), batch_size=64):
            whole = ~x.isnan().any(1)
            correct += (model(x[whole]).argmax(1) == y[whole]).sum().item()
            total += whole.sum().item()
    print(f"{epoch}: {loss.item() if loss.isfinite() else 'skipped'} skipped {skipped}, accuracy {correct / total:.3f}")
