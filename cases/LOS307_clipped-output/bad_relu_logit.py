"""Is the walk going home? A yes-or-no answer from an LSTM over its steps."""

import torch
from torch import nn


class Walks(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(2, 24, batch_first=True)
        self.score = nn.Linear(24, 1)
        self.act = nn.ReLU()

    def forward(self, steps):
        out, _ = self.lstm(steps)
        return self.act(self.score(out[:, -1])).view(-1)  # expect: LOS307


def batch(count=40):
    steps = torch.randn(count, 8, 2) * 0.5
    place = steps.cumsum(1)
    return {"steps": steps, "home": (place[:, -1].norm(dim=1) < place[:, 3].norm(dim=1)).float()}


torch.manual_seed(6)
walks = Walks()
nn.init.constant_(walks.score.bias, 0.3)
optimizer = torch.optim.Adam(walks.parameters(), lr=4e-3)
for number in range(80):
    data = batch()
    loss = nn.functional.binary_cross_entropy_with_logits(walks(data["steps"]), data["home"])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if number % 20 == 0:
        print(number, loss.item())
