"""Right: which of the last four steps raised the alarm: labels -1 to -4 count from the end, as the indices do."""

import torch
from torch import nn

torch.manual_seed(6)
torch.set_num_threads(1)
series = torch.randn(320, 10)
back = -torch.randint(1, 5, (320,))
series[torch.arange(320), back] += 4.0
net = nn.Sequential(
    nn.Unflatten(1, (1, 10)), nn.Conv1d(1, 8, 3, padding=1), nn.ReLU(), nn.Conv1d(8, 1, 1), nn.Flatten()
)
optimizer = torch.optim.Adam(net.parameters(), lr=2e-2)
for epoch in range(4):
    for rows in torch.randperm(320).split(32):
        log_p = torch.log_softmax(net(series[rows]), 1)
        loss = -log_p[torch.arange(len(rows)), back[rows]].mean()
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    print(f"epoch {epoch}: {loss.item():.4f}")
