"""Right though unusual: after a step on a batch with a NaN reading the weights are put back from a copy, and the
batch is forgotten.
"""

import copy

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Guarded:
    def __init__(self, model, optimizer):
        self.model, self.optimizer, self.undone = model, optimizer, 0
        self.keep()

    def keep(self):
        self.saved = copy.deepcopy((self.model.state_dict(), self.optimizer.state_dict()))

    def step(self, loss):
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        if all(p.isfinite().all() for p in self.model.parameters()):
            self.keep()
            return
        self.model.load_state_dict(self.saved[0])
        self.optimizer.load_state_dict(copy.deepcopy(self.saved[1]))
        self.undone += 1


torch.manual_seed(9)
torch.set_num_threads(1)
x = torch.randn(640, 5)
y = (x[:, :2].sum(1) + x[:, 2:].prod(1)).unsqueeze(1)
x[:512][torch.rand(512) < 0.012, 1] = torch.nan
loader = DataLoader(TensorDataset(x[:512], y[:512]), batch_size=16, shuffle=True)
model = nn.Sequential(nn.Linear(5, 32), nn.Tanh(), nn.Linear(32, 1))
guarded = Guarded(model, torch.optim.Adam(model.parameters(), lr=5e-3))
for epoch in range(6):
    shown = []
    for inputs, wanted in loader:
        loss = nn.functional.mse_loss(model(inputs), wanted)
        guarded.step(loss)
        shown.append(loss.detach())
    with torch.no_grad():
        valid = nn.functional.mse_loss(model(x[512:]), y[512:]).item()
    print(f"epoch {epoch}: loss {torch.stack(shown).nanmean():.3f}, undone {guarded.undone}, validation {valid:.3f}")
