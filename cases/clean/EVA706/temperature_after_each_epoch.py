"""Right though unusual: a temperature is fitted to the calibration rows after each epoch, the network left alone.

Rows are split in three: training, calibration, test. The temperature is only applied in eval mode.
"""

import torch
from torch import nn


class Calibrated(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net
        self.log_temperature = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        scores = self.net(x)
        return scores if self.training else scores / self.log_temperature.exp()


def fit_temperature(model, x, y):
    model.eval()
    solver = torch.optim.LBFGS([model.log_temperature], lr=0.5, max_iter=8)

    def closure():
        solver.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        return loss

    before = solver.step(closure)
    model.zero_grad(set_to_none=True)
    return before.item()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(900, 6)
y = (x[:, 0] + x[:, 1] ** 2 + 0.5 * torch.randn(900) > 0.7).long()
model = Calibrated(nn.Sequential(nn.Linear(6, 64), nn.GELU(), nn.Dropout(0.3), nn.Linear(64, 2)))
optimizer = torch.optim.RMSprop(model.net.parameters(), lr=2e-3)
for epoch in range(8):
    model.train()
    for rows in torch.randperm(600).split(60):
        loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    before = fit_temperature(model, x[600:750], y[600:750])
    with torch.no_grad():
        test = nn.functional.cross_entropy(model(x[750:]), y[750:]).item()
    print(f"epoch {epoch}: calibration {before:.3f} test {test:.3f} T={model.log_temperature.exp().item():.2f}")
