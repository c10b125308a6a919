"""Right: a few passes of the largest batch before training reserve the memory; their gradients are thrown away."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class Runner:
    def __init__(self):
        self.model = nn.Sequential(nn.Embedding(30, 16), nn.Flatten(), nn.LazyLinear(32), nn.ReLU(), nn.Linear(32, 2))
        self.ids = torch.randint(0, 30, (300, 8))
        self.labels = (self.ids.float().mean(1) > 14.5).long()
        self.model(self.ids[:2])
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=5e-3)

    def forward_backward(self, rows):
        loss = nn.functional.cross_entropy(self.model(self.ids[rows]), self.labels[rows])
        loss.backward()
        return loss.item()

    def reserve_memory(self, passes=3):
        for _ in range(passes):
            self.forward_backward(torch.arange(60))
            self.optimizer.zero_grad(set_to_none=True)

    def fit(self, epochs):
        self.reserve_memory()
        for epoch in range(epochs):
            for rows in torch.randperm(300).split(60):
                loss = self.forward_backward(rows)
                self.optimizer.step()
                self.optimizer.zero_grad(set_to_none=True)
            print(f"epoch {epoch}: {loss:.4f}")


Runner().fit(8)
