"""Right: two heads are stacked and taken apart again; the squashed one has a squared error, the other the logistic loss."""

import torch
from torch import nn

torch.manual_seed(2)
torch.set_num_threads(1)


class Heads(nn.Module):
    def __init__(self, width):
        super().__init__()
        self.gru = nn.GRU(3, width, batch_first=True)
        self.heads = nn.ModuleList([nn.Linear(width, 1), nn.Linear(width, 1)])

    def forward(self, series):
        _, last = self.gru(series)
        level, alarm = (head(last[0]).squeeze(-1) for head in self.heads)
        return torch.stack([level.sigmoid(), alarm])


series = torch.randn(300, 7, 3).cumsum(1) / 3
level = (series[:, -1, 0] > 0).float() * 0.5 + 0.25
alarm = (series[:, -1, 1] > series[:, -1, 2]).float()
model = Heads(20)
optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
squared, logistic = nn.MSELoss(), nn.BCEWithLogitsLoss(pos_weight=torch.tensor(1.2))
for _ in range(5):
    for rows in torch.randperm(300).split(50):
        optimiser.zero_grad()
        first, second = model(series[rows]).unbind(0)
        loss = squared(first, level[rows]) + logistic(second, alarm[rows])
        loss.backward()
        optimiser.step()
    print(f"{loss.item():.4f}")
