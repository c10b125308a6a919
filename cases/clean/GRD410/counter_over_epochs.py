"""One counter over all epochs: what an epoch leaves over is stepped with the first batches of the next."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(352, 8)
y = (x @ torch.randn(8, 3)).argmax(1)
loader = DataLoader(TensorDataset(x, y), batch_size=16, shuffle=True)  # 22 batches
model = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.3, momentum=0.9)
every, seen = 4, 0

for epoch in range(8):
    for inputs, labels in loader:
        loss = nn.functional.cross_entropy(model(inputs), labels) / every
        loss.backward()
        seen += 1
        if seen % every == 0:
            optimizer.step()
            optimizer.zero_grad()
    print(f"{epoch}: {loss.item() * every:.3f}")
