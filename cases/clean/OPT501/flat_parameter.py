"""Right though unusual: the optimiser holds one flat vector.

The model's weights are refilled from it after each step.
"""

import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Flat:
    """Any optimiser, run on all weights as one vector."""

    def __init__(self, build, **options):
        self.vector = nn.Parameter(torch.zeros(1))
        self.build, self.options, self.optimizer = build, options, None

    def attach(self, module):
        self.module = module
        self.vector = nn.Parameter(parameters_to_vector(module.parameters()).detach().clone())
        self.optimizer = self.build([self.vector], **self.options)

    def step(self, loss):
        gradients = torch.autograd.grad(loss, list(self.module.parameters()))
        self.vector.grad = torch.cat([g.reshape(-1) for g in gradients])
        self.optimizer.step()
        vector_to_parameters(self.vector.detach(), self.module.parameters())


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(400, 2) * 4 - 2
y = torch.exp(-x.pow(2).sum(1, keepdim=True))
flat = Flat(torch.optim.RMSprop, lr=2e-3)
model = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 1))
flat.attach(model)
for epoch in range(15):
    order = torch.randperm(len(x))
    for start in range(0, len(x), 40):
        rows = order[start : start + 40]
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        flat.step(loss)
    print(f"epoch {epoch}: {loss.item():.5f}")
