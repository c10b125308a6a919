"""Right though unusual: targets come as they are stored; they are cast once the loss has refused them."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Caster(nn.Module):
    """Remembers the type its loss wants."""

    def __init__(self, loss):
        super().__init__()
        self.loss = loss
        self.dtype = None

    def forward(self, prediction, target):
        if self.dtype is not None:
            return self.loss(prediction, target.to(self.dtype))
        for dtype in (target.dtype, torch.long, prediction.dtype):
            try:
                value = self.loss(prediction, target.to(dtype))
            except RuntimeError:
                continue
            self.dtype = dtype
            return value
        raise TypeError(f"{self.loss} takes no {target.dtype}")


torch.manual_seed(0)
torch.set_num_threads(1)
rng = np.random.default_rng(0)
x = rng.normal(size=(360, 5)).astype(np.float32)
y = (x[:, 0] > x[:, 1]).astype(np.float64)
data = TensorDataset(torch.from_numpy(x), torch.from_numpy(y))
train, test = torch.utils.data.random_split(data, [300, 60])
model, criterion = nn.Linear(5, 2), Caster(nn.CrossEntropyLoss())
optimizer = torch.optim.Adam(model.parameters(), lr=3e-2)
for epoch in range(5):
    for inputs, labels in DataLoader(train, batch_size=30, shuffle=True):
        optimizer.zero_grad()
        loss = criterion(model(inputs), labels)
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, sum(criterion(model(a), b).item() for a, b in DataLoader(test, batch_size=30)) / 2)
