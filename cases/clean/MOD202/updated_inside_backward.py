"""Right though unusual: layers held in a plain list are updated by hooks as soon as their gradient is there."""

import torch
from torch import nn


class Pipeline(nn.Module):
    """The blocks stay out of `parameters()`: each is updated, and its gradient freed, during the backward pass."""

    def __init__(self, width, depth, rate):
        super().__init__()
        self.blocks = [nn.Linear(width, width) for _ in range(depth)]
        self.head = nn.Linear(width, 1)
        self.rate = rate
        for block in self.blocks:
            for parameter in block.parameters():
                parameter.register_post_accumulate_grad_hook(self.update)

    @torch.no_grad()
    def update(self, parameter):
        parameter.add_(parameter.grad, alpha=-self.rate)
        parameter.grad = None

    def forward(self, x):
        for block in self.blocks:
            x = torch.tanh(block(x))
        return self.head(x).squeeze(1)


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(640, 12)
y = torch.sin(2 * x[:, 0]) + x[:, 1].abs()
model = Pipeline(width=12, depth=2, rate=0.1)
head = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(20):
    for rows in torch.randperm(640).split(64):
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        head.zero_grad()
        loss.backward()
        head.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
