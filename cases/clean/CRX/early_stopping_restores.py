"""Right though unusual: early stopping leaves by an exception of its own.

The caller catches it and restores the best.
"""

import copy

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class StopError(Exception):
    pass


class Patience:
    def __init__(self, limit):
        self.limit, self.lowest, self.state, self.waited = limit, float("inf"), None, 0

    def see(self, error, model):
        if error < self.lowest - 1e-3:
            self.lowest, self.state, self.waited = error, copy.deepcopy(model.state_dict()), 0
            return
        self.waited += 1
        if self.waited > self.limit:
            raise StopError(f"no gain for {self.waited} epochs")


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(160, 10)
y = x[:, :1] + 0.5 * torch.randn(160, 1)
model = nn.Sequential(nn.Linear(10, 64), nn.ReLU(), nn.Linear(64, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
patience, stopped = Patience(4), None
try:
    for epoch in range(1000):  # noqa: B007
        model.train()
        for a, b in DataLoader(TensorDataset(x[:96], y[:96]), batch_size=16, shuffle=True):
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(a), b)
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            patience.see(nn.functional.mse_loss(model(x[96:]), y[96:]).item(), model)
except StopError as reason:
    stopped = epoch
    print(f"stopped in epoch {stopped}: {reason}")
model.load_state_dict(patience.state)
assert stopped is not None and stopped < 999
print(f"best epoch was {stopped - patience.waited}, error {patience.lowest:.4f}")
