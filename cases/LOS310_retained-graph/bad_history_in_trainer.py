"""A trainer with a history of its losses, for a model of three kinds of iris."""

import torch
from sklearn.datasets import load_iris
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Trainer:
    def __init__(self, network, rate):
        self.network = network
        self.optimizer = torch.optim.SGD(network.parameters(), lr=rate, momentum=0.9)
        self.history = {"loss": [], "accuracy": []}

    def training_step(self, batch):
        inputs, kinds = batch
        scores = self.network(inputs)
        loss = nn.functional.cross_entropy(scores, kinds)
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        self.history["accuracy"].append((scores.argmax(1) == kinds).float().mean().item())
        return loss

    def fit(self, loader, epochs):
        for _ in range(epochs):
            for batch in loader:
                loss = self.training_step(batch)
                self.history["loss"].append(loss)  # expect: LOS310


torch.manual_seed(0)
table = load_iris()
values = torch.tensor(table.data, dtype=torch.float32)
values = (values - values.mean(0)) / values.std(0)
loader = DataLoader(TensorDataset(values, torch.tensor(table.target)), batch_size=15, shuffle=True)
trainer = Trainer(nn.Sequential(nn.Linear(4, 16), nn.Tanh(), nn.Linear(16, 3)), rate=0.05)
trainer.fit(loader, epochs=6)
losses = torch.stack(trainer.history["loss"]).detach()
print(losses[:10].mean().item(), losses[-10:].mean().item())
