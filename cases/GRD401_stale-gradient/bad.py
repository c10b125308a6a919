"""Two interleaved spirals, told apart by a small network."""

import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def spirals(count):
    labels = torch.randint(0, 2, (count,))
    angle = torch.rand(count) * math.pi
    radius = angle / math.pi + 0.2
    turn = angle + labels * math.pi
    points = torch.stack([radius * turn.cos(), radius * turn.sin()], dim=1)
    return TensorDataset(points + 0.02 * torch.randn(count, 2), labels)


class Trainer:
    def __init__(self, model, lr):
        self.model = model
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    def training_step(self, batch):
        points, labels = batch
        loss = self.criterion(self.model(points), labels)
        loss.backward()
        self.optimizer.step()  # expect: GRD401
        return loss.item()

    def validate(self, loader):
        self.model.eval()
        with torch.no_grad():
            right = sum((self.model(points).argmax(1) == labels).sum().item() for points, labels in loader)
        return right / len(loader.dataset)

    def fit(self, train_loader, valid_loader, epochs):
        for epoch in range(epochs):
            self.model.train()
            losses = [self.training_step(batch) for batch in train_loader]
            print(f"epoch {epoch}: loss {sum(losses) / len(losses):.3f}, accuracy {self.validate(valid_loader):.3f}")


if __name__ == "__main__":
    torch.manual_seed(7)
    net = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 32), nn.Tanh(), nn.Linear(32, 2))
    trainer = Trainer(net, lr=0.3)
    trainer.fit(
        DataLoader(spirals(600), batch_size=30, shuffle=True), DataLoader(spirals(150), batch_size=150), epochs=12
    )
