"""Right: survival: Cox's partial likelihood compares a patient with those still at risk, who are the batch."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(3)
torch.set_num_threads(1)
x = torch.randn(480, 6)
time = torch.distributions.Exponential(torch.exp(x[:, 0] - 0.7 * x[:, 1])).sample()
seen = (torch.rand(480) < 0.7).float()


class RiskScore(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(6, 16), nn.SELU(), nn.Linear(16, 1))

    def forward(self, x):
        return self.net(x)


def partial_likelihood(risk, time, seen):
    order = time.argsort()
    risk, seen = risk[order, 0], seen[order]
    log_share = torch.stack([torch.log_softmax(risk[i:], dim=0)[0] for i in range(len(risk))])
    return -(log_share * seen).sum() / seen.sum().clamp(min=1)


model = RiskScore()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(3):
    for inputs, when, event in DataLoader(TensorDataset(x, time, seen), batch_size=48, shuffle=True):
        loss = partial_likelihood(model(inputs), when, event)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
