"""A network that makes its layer when it first sees data."""

import torch
import torch.nn as nn


class Late(nn.Module):
    def __init__(self, outputs):
        super().__init__()
        self.outputs = outputs
        self.layer = None

    def forward(self, x):
        if self.layer is None:
            self.layer = nn.Linear(x.shape[1], self.outputs)
        return self.layer(x)


torch.manual_seed(0)
late = Late(1)
optimizer = torch.optim.RMSprop(list(late.parameters()), lr=1e-2)  # expect: CRX015
for step in range(30):
    x = torch.randn(16, 4)
    loss = nn.functional.mse_loss(late(x), x.mean(1, keepdim=True))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
