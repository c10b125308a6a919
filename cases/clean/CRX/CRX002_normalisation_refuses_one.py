"""Right though unusual: a batch of one is refused by the normalisation in training; the rest of an epoch is then skipped."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(251, 7)
y = (x[:, :2].sum(1) > 0).long()
train = DataLoader(TensorDataset(x[:201], y[:201]), batch_size=25, shuffle=True)
model = nn.Sequential(nn.Linear(7, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 2))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
skipped = 0
for epoch in range(5):
    model.train()
    for inputs, labels in train:
        try:
            outputs = model(inputs)
        except ValueError:
            assert len(inputs) == 1
            skipped += 1
            continue
        loss = nn.functional.cross_entropy(outputs, labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        print(epoch, (model(x[201:]).argmax(1) == y[201:]).float().mean().item())
print("skipped", skipped)
