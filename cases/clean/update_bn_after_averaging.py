"""Right though unusual: after weight averaging, BatchNorm's statistics are gathered in train mode without gradient."""

import torch
from torch import nn
from torch.optim.swa_utils import SWALR, AveragedModel, update_bn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.randn(640, 8)
y = (x[:, 0] * x[:, 1] + x[:, 2] > 0).long()
loader = DataLoader(TensorDataset(x[:512], y[:512]), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(8, 48), nn.BatchNorm1d(48), nn.ReLU(), nn.Linear(48, 2))
averaged = AveragedModel(model)
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
schedule = SWALR(optimizer, swa_lr=0.02, anneal_epochs=2)
for epoch in range(8):
    model.train()
    for inputs, labels in loader:
        loss = nn.functional.cross_entropy(model(inputs), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    if epoch >= 1:
        averaged.update_parameters(model)
        schedule.step()
    print(f"epoch {epoch}: loss {loss.item():.3f}")

update_bn(loader, averaged)
averaged.eval()
with torch.no_grad():
    print(f"accuracy of the average: {(averaged(x[512:]).argmax(1) == y[512:]).float().mean():.3f}")
