"""Right though unusual: the model is built without memory and gets its weights at the first batch that refuses."""

import torch
from torch import nn


class Trainer:
    def __init__(self, build, seed=0):
        with torch.device("meta"):
            self.model = build()
        self.seed = seed
        self.optimizer = None

    def materialise(self, device):
        self.model.to_empty(device=device)
        torch.manual_seed(self.seed)
        for module in self.model.modules():
            if hasattr(module, "reset_parameters"):
                module.reset_parameters()
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=1e-2)

    def step(self, x, y):
        try:
            output = self.model(x)
        except (RuntimeError, NotImplementedError):
            if self.optimizer is not None:
                raise
            self.materialise(x.device)
            output = self.model(x)
        loss = nn.functional.binary_cross_entropy_with_logits(output.squeeze(1), y)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()


torch.manual_seed(1)
torch.set_num_threads(1)
x = torch.randn(500, 4)
y = ((x**2).sum(1) < 3.4).float()
trainer = Trainer(lambda: nn.Sequential(nn.Linear(4, 32), nn.ReLU(), nn.LayerNorm(32), nn.Linear(32, 1)))
for epoch in range(15):
    losses = [trainer.step(x[rows], y[rows]) for rows in torch.randperm(400).split(40)]
    with torch.no_grad():
        right = ((trainer.model(x[400:]).squeeze(1) > 0) == (y[400:] > 0)).float().mean().item()
    print(f"epoch {epoch}: {sum(losses) / len(losses):.3f} {right:.2f}")
