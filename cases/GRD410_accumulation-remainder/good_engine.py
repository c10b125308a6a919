"""An engine with hooks around each epoch; dictionaries of two inputs."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Pairs(Dataset):
    """Do two points lie on the same side of a plane?"""

    def __init__(self, count, generator):
        self.left = torch.randn(count, 5, generator=generator)
        self.right = torch.randn(count, 5, generator=generator)
        self.same = ((self.left[:, 0] > 0) == (self.right[:, 0] > 0)).float()

    def __len__(self):
        return len(self.same)

    def __getitem__(self, index):
        return {"left": self.left[index], "right": self.right[index], "same": self.same[index]}


class Siamese(nn.Module):
    def __init__(self):
        super().__init__()
        self.side = nn.Sequential(nn.Linear(5, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU())
        self.out = nn.Linear(16, 1)

    def forward(self, left, right):
        return self.out(self.side(left) * self.side(right)).squeeze(1)


class Engine:
    def __init__(self, model, loader, group):
        self.model, self.loader, self.group = model, loader, group
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)

    def epoch_begins(self):
        self.model.train()
        self.optimizer.zero_grad(set_to_none=True)
        self.waiting = 0

    def batch(self, data):
        logits = self.model(data["left"], data["right"])
        loss = nn.functional.binary_cross_entropy_with_logits(logits, data["same"])
        loss.div(self.group).backward()
        self.waiting += 1
        if self.waiting == self.group:
            self.optimizer.step()
            self.optimizer.zero_grad(set_to_none=True)
            self.waiting = 0
        return loss.item()

    def run(self, epochs):
        for epoch in range(epochs):
            self.epoch_begins()
            total = 0.0
            for data in self.loader:
                total += self.batch(data)
            print(f"{epoch}: {total / len(self.loader):.4f}")


if __name__ == "__main__":
    generator = torch.Generator().manual_seed(7)
    torch.manual_seed(7)
    loader = DataLoader(Pairs(640, generator), batch_size=20, shuffle=True)
    Engine(Siamese(), loader, 8).run(10)
