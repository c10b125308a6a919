"""Right though unusual: the size of the batch is halved until the step fits; a batch too large is expected at first."""

import torch
from torch import nn

BUDGET = 24


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x):
        if len(x) > BUDGET:  # an accelerator of 24 rows
            raise torch.OutOfMemoryError("out of memory: 24 rows fit")
        return self.body(x)


def find_batch_size(model, start):
    size = start
    for _ in range(30):
        try:
            model(torch.zeros(size, 6)).sum().backward()
            model.zero_grad()
            return size
        except torch.OutOfMemoryError:
            size //= 2
    raise SystemExit("not even one row fits")


torch.manual_seed(0)
torch.set_num_threads(1)
model = Net()
size = find_batch_size(model, 1 << 20)
print("batch of", size)
x = torch.randn(320, 6)
y = (x[:, :3] ** 2).sum(1, keepdim=True)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(6):
    model.train()
    for rows in torch.randperm(256).split(size):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        error = (
            sum(
                nn.functional.mse_loss(model(part), goal, reduction="sum").item()
                for part, goal in zip(x[256:].split(16), y[256:].split(16), strict=True)
            )
            / 64
        )
    print(epoch, loss.item(), error)
