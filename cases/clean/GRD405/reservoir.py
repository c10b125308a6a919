"""An echo state network: a wild recurrent layer that is never trained, and a readout that is."""

import torch
from torch import nn

torch.manual_seed(0)
time = torch.arange(900) * 0.1
signal = torch.sin(time) + 0.5 * torch.sin(2.3 * time)
windows = signal.unfold(0, 41, 1)
inputs, targets = windows[:, :40, None], windows[:, 40:]


class EchoState(nn.Module):
    def __init__(self, width=80):
        super().__init__()
        self.reservoir = nn.RNN(1, width, batch_first=True)
        nn.init.orthogonal_(self.reservoir.weight_hh_l0, gain=1.4)
        self.reservoir.requires_grad_(False)
        self.readout = nn.Linear(width, 1)

    def forward(self, x):
        states, _ = self.reservoir(x)
        return self.readout(states[:, -1])


model = EchoState()
optimizer = torch.optim.SGD(model.readout.parameters(), lr=0.02)
for epoch in range(20):
    for chosen in torch.randperm(len(inputs)).split(64):
        loss = nn.functional.mse_loss(model(inputs[chosen]), targets[chosen])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
