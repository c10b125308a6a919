"""Right though unusual: two optimisers mix their steps on the same gradient (MAS), which a post hook of the second
one clears.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Mixed:
    def __init__(self, parameters):
        parameters = list(parameters)
        self.adam = torch.optim.Adam(parameters, lr=1e-3)
        self.sgd = torch.optim.SGD(parameters, lr=2e-2, momentum=0.9)
        self.sgd.register_step_post_hook(self.clear)

    @staticmethod
    def clear(optimizer, args, kwargs):
        torch._foreach_zero_([p.grad for g in optimizer.param_groups for p in g["params"] if p.grad is not None])

    def step(self):
        self.adam.step()
        self.sgd.step()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(640, 4)
y = torch.stack([(6 * x[:, 0]).sin(), x[:, 1] * x[:, 2]], dim=1)
data = DataLoader(TensorDataset(x[:512], y[:512]), batch_size=16, shuffle=True)
model = nn.Sequential(nn.Linear(4, 40), nn.SiLU(), nn.Linear(40, 2))
mixed = Mixed(model.parameters())
for epoch in range(8):
    model.train()
    for inputs, wanted in data:
        loss = nn.functional.mse_loss(model(inputs), wanted)
        loss.backward()
        mixed.step()
    model.eval()
    with torch.no_grad():
        print(epoch, f"{loss.item():.4f}", f"{nn.functional.mse_loss(model(x[512:]), y[512:]).item():.4f}")
