"""A plan of augmentations has its own state dict and its own complaint about keys."""

import torch
from torch import nn


class Plan:
    def __init__(self):
        self.noise, self.flip = 0.1, 0.5

    def load_state_dict(self, state):
        missing = [key for key in vars(self) if key not in state]
        if missing:
            raise RuntimeError(  # expect: CRX000
                f"Error(s) in loading state_dict for Plan: Missing key(s) in state_dict: {missing}"
            )
        vars(self).update(state)

    def __call__(self, x):
        return x + self.noise * torch.randn_like(x)


torch.manual_seed(0)
plan = Plan()
model = nn.Linear(4, 1)
model.load_state_dict({"weight": torch.zeros(1, 4), "bias": torch.zeros(1)})
plan.load_state_dict({"noise": 0.2})
optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
x = torch.randn(100, 4)
for epoch in range(4):
    loss = nn.functional.mse_loss(model(plan(x)), x[:, :1])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
