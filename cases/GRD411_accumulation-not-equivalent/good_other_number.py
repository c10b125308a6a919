"""A trainer that takes an iterator of batches and an accumulation setting; breast-cancer table."""

import torch
from sklearn.datasets import load_breast_cancer
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Learner:
    def __init__(self, model, effective_batch, micro_batch, lr):
        self.model = model
        self.micro_batch = micro_batch
        self.every = effective_batch // micro_batch
        self.optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
        self.loss = nn.BCEWithLogitsLoss()

    def train(self, data, epochs):
        loader = DataLoader(data, batch_size=self.micro_batch, shuffle=True, drop_last=True)
        for epoch in range(epochs):
            self.optimizer.zero_grad()
            seen = 0.0
            for step, (table, malignant) in enumerate(loader, start=1):
                logits = self.model(table).squeeze(1)
                loss = self.loss(logits, malignant) / self.every
                loss.backward()
                seen += loss.item()
                if step % self.every == 0:
                    self.optimizer.step()
                    self.optimizer.zero_grad()
            print(f"epoch {epoch}: {seen:.4f}")


if __name__ == "__main__":
    torch.manual_seed(11)
    table, malignant = load_breast_cancer(return_X_y=True)
    table = torch.tensor(table, dtype=torch.float32)
    table = (table - table.mean(0)) / table.std(0)
    data = TensorDataset(table[:512], torch.tensor(malignant[:512], dtype=torch.float32))
    learner = Learner(nn.Sequential(nn.Linear(30, 24), nn.Tanh(), nn.Linear(24, 1)), 64, 16, 0.8)
    learner.train(data, 12)
