"""A trainer class; wines told apart by their chemistry, from dictionaries."""

from dataclasses import dataclass

import torch
from sklearn.datasets import load_wine
from torch import nn
from torch.utils.data import DataLoader, Dataset


@dataclass
class Config:
    micro_batch: int = 8
    micro_batches: int = 3
    epochs: int = 25
    lr: float = 0.03


class Wines(Dataset):
    def __init__(self, table, kinds):
        self.table, self.kinds = table, kinds

    def __len__(self):
        return len(self.table)

    def __getitem__(self, index):
        return {"chemistry": self.table[index], "kind": self.kinds[index]}


class Classifier(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(13, hidden), nn.GELU())
        self.head = nn.Linear(hidden, 3)

    def forward(self, chemistry):
        return self.head(self.body(chemistry))


class Trainer:
    def __init__(self, model, data, config):
        self.model = model
        self.config = config
        self.loader = DataLoader(data, batch_size=config.micro_batch, shuffle=True, drop_last=True)
        self.optimizer = torch.optim.SGD(model.parameters(), lr=config.lr, nesterov=True, momentum=0.9)
        self.objective = nn.CrossEntropyLoss()
        self.pending = 0

    def micro_step(self, batch):
        loss = self.objective(self.model(batch["chemistry"]), batch["kind"])
        loss.backward()  # expect: GRD409
        self.pending += 1
        if self.pending == self.config.micro_batches:
            self.optimizer.step()
            self.optimizer.zero_grad()
            self.pending = 0
        return loss.item()

    def fit(self):
        for epoch in range(self.config.epochs):
            losses = [self.micro_step(batch) for batch in self.loader]
            print(f"epoch {epoch}: {sum(losses) / len(losses):.4f}")


def main():
    torch.manual_seed(3)
    table, kinds = load_wine(return_X_y=True)
    table = torch.tensor(table, dtype=torch.float32)
    table = (table - table.mean(0)) / table.std(0)
    config = Config()
    trainer = Trainer(Classifier(), Wines(table, torch.tensor(kinds)), config)
    trainer.fit()


if __name__ == "__main__":
    main()
