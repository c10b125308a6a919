"""Next-value prediction of noisy waves."""

import torch
from torch import nn

torch.manual_seed(2)
torch.set_num_threads(1)


class Forecaster(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(1, 16, batch_first=True)
        self.drop = nn.Dropout(0.1)
        self.out = nn.Linear(16, 1)

    def forward(self, series):
        return self.out(self.drop(self.rnn(series)[0][:, -1]))


phase = 6.28 * torch.rand(400, 1)
waves = torch.sin(phase + 0.4 * torch.arange(21)) + 0.05 * torch.randn(400, 21)
past, future = waves[:, :-1, None], waves[:, -1:]
forecaster = Forecaster()
optimiser = torch.optim.RMSprop(forecaster.parameters(), lr=3e-3)


def step_on(index):
    optimiser.zero_grad()
    loss = nn.functional.mse_loss(forecaster(past[index]), future[index])
    loss.backward()
    optimiser.step()  # expect: EVA706
    return loss.detach()


for epoch in range(5):
    forecaster.train()
    for index in torch.randperm(320).split(40):
        step_on(index)
    forecaster.eval()
    losses = []
    for start in range(320, 400, 20):
        losses.append(step_on(torch.arange(start, start + 20)))
    print(epoch, torch.stack(losses).mean().item())
