"""Labels each step of short series with one of four states."""

import torch
from torch import nn


class StateModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Sequential(nn.Conv1d(2, 16, 3, padding=1), nn.ReLU(), nn.Conv1d(16, 4, 1))

    def forward(self, series):
        return torch.log_softmax(self.conv(series), 0)  # expect: MOD205


class Fit:
    def __init__(self, model, rate):
        self.model = model
        self.optimizer = torch.optim.Adam(model.parameters(), lr=rate)
        self.criterion = nn.NLLLoss()

    def __call__(self, series, states):
        self.optimizer.zero_grad()
        loss = self.criterion(self.model(series), states)
        loss.backward()
        self.optimizer.step()
        return loss.item()


torch.manual_seed(0)
torch.set_num_threads(1)
series = torch.randn(240, 2, 14)
states = 2 * (series[:, 0] > 0).long() + (series[:, 1] > 0).long()
fit = Fit(StateModel(), 1e-2)
for epoch in range(3):
    for rows in torch.randperm(240).split(24):
        loss = fit(series[rows], states[rows])
    print(f"epoch {epoch}: {loss:.4f}")
