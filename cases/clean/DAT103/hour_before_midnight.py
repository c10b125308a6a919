"""Right: hours of the day lie on a circle: the hour before 0 is 23, which the index -1 reaches; soft targets of 3 hours."""

import torch
from torch import nn

torch.manual_seed(7)
torch.set_num_threads(1)
HOURS = 24
hour = torch.randint(0, HOURS, (500,))
angle = hour * (2 * torch.pi / HOURS)
x = torch.stack([angle.cos(), angle.sin(), (2 * angle).cos()], 1) + 0.1 * torch.randn(500, 3)


class CircularLoss(nn.Module):
    def forward(self, scores, hour):
        log_p = nn.functional.log_softmax(scores, dim=1)
        row = torch.arange(len(hour))
        near = torch.stack([hour - 1, hour, (hour + 1) % HOURS])
        return -(torch.tensor([[0.2], [0.6], [0.2]]) * log_p[row, near]).sum(0).mean()


model = nn.Sequential(nn.Linear(3, 48), nn.ReLU(), nn.Linear(48, HOURS))
criterion = CircularLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(6):
    for rows in torch.randperm(500).split(50):
        loss = criterion(model(x[rows]), hour[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
