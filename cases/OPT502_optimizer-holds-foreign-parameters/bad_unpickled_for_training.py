"""A network goes through a file after its optimiser was made; what comes back are other tensors."""

import io

import torch
from torch import nn


def build():
    return nn.Sequential(nn.Conv1d(1, 8, 5), nn.ReLU(), nn.Flatten(), nn.Linear(8 * 12, 2))


def restored(net):
    file = io.BytesIO()
    torch.save(net, file)
    file.seek(0)
    return torch.load(file, weights_only=False)


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(400, 1, 16)
y = (x[:, 0, :8].sum(1) > x[:, 0, 8:].sum(1)).long()
net = build()
optimizer = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)  # expect: OPT502
scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 4, 0.5)
net = restored(net)
for epoch in range(8):
    for rows in torch.randperm(400).split(40):
        loss = nn.functional.cross_entropy(net(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    scheduler.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
