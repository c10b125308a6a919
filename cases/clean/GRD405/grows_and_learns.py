"""A recurrent network with a loss at each step; its gradient grows on the way back, and the rate is small enough."""

import torch
from torch import nn

torch.manual_seed(0)
steps = torch.arange(41) * 0.3
waves = torch.sin(steps + torch.rand(512, 1) * 6.28)[:, :, None]


class Follower(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.RNNCell(1, 40)
        nn.init.orthogonal_(self.cell.weight_hh, gain=1.25)
        self.out = nn.Linear(40, 1)

    def forward(self, x):
        state, guesses = None, []
        for moment in x.unbind(1):
            state = self.cell(moment, state)
            guesses.append(self.out(state))
        return torch.stack(guesses, 1)


model = Follower()
optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.9)
for epoch in range(6):
    for rows in torch.randperm(512).split(32):
        batch = waves[rows]
        loss = nn.functional.mse_loss(model(batch[:, :-1]), batch[:, 1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
