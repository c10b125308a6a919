"""Right though unusual: low-rank adapters put in after a first training; the optimiser holds nothing else then.

The base keeps requires_grad, as its gradient norm is logged to see how much full fine-tuning would still move.
"""

import torch
from torch import nn


class Adapted(nn.Module):
    def __init__(self, base, rank=2):
        super().__init__()
        self.base = base
        self.down = nn.Linear(base.in_features, rank, bias=False)
        self.up = nn.Linear(rank, base.out_features, bias=False)
        nn.init.zeros_(self.up.weight)

    def forward(self, x):
        return self.base(x) + self.up(self.down(x))


def fit(model, parameters, x, y, epochs, lr):
    parameters = list(parameters)
    optimizer = torch.optim.Adam(parameters, lr=lr)
    for epoch in range(epochs):
        for rows in torch.randperm(len(x)).split(32):
            model.zero_grad()
            loss = nn.functional.mse_loss(model(x[rows]), y[rows])
            loss.backward()
            optimizer.step()
        norm = sum(p.grad.norm().item() ** 2 for p in model.parameters()) ** 0.5
        print(f"epoch {epoch}: loss {loss.item():.4f}, gradient of all weights {norm:.3f}")


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(384, 8)
teacher = torch.randn(8, 4) / 3
model = nn.Sequential(nn.Linear(8, 32), nn.Tanh(), nn.Linear(32, 4))
fit(model, model.parameters(), x, torch.tanh(x @ teacher), 8, 5e-3)
model[0], model[2] = Adapted(model[0]), Adapted(model[2])
adapters = [p for name, p in model.named_parameters() if ".base." not in name]
fit(model, adapters, x, torch.tanh(x @ (teacher + 0.2 * torch.randn(8, 1) @ torch.randn(1, 4))), 8, 1e-2)
