"""Flowers by their measures; the trainer keeps a history and reports the best epoch."""

import torch
from sklearn.datasets import load_iris
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class History:
    def __init__(self):
        self.columns = {}

    def add(self, **values):
        for name, value in values.items():
            self.columns.setdefault(name, []).append(value)

    def best(self, name):
        column = self.columns[name]  # expect: CRX005
        return max(range(len(column)), key=column.__getitem__)


class Trainer:
    def __init__(self, model, learning_rate=0.02):
        self.model = model
        self.criterion = nn.CrossEntropyLoss()
        self.optimizer = torch.optim.Adam(model.parameters(), lr=learning_rate)
        self.history = History()

    def fit(self, train, valid, epochs):
        for _ in range(epochs):
            self.model.train()
            for flower, kind in train:
                self.optimizer.zero_grad()
                loss = self.criterion(self.model(flower), kind)
                loss.backward()
                self.optimizer.step()
            self.history.add(loss=loss.item(), valid_accuracy=self.accuracy(valid))
        print("best epoch:", self.history.best("val_accuracy"))
        return self

    def accuracy(self, loader):
        self.model.eval()
        right = seen = 0
        with torch.no_grad():
            for flower, kind in loader:
                right += (self.model(flower).argmax(1) == kind).sum().item()
                seen += len(kind)
        return right / seen


def main():
    torch.manual_seed(21)
    iris = load_iris()
    measures = torch.tensor(iris.data, dtype=torch.float32)
    flowers = TensorDataset((measures - measures.mean(0)) / measures.std(0), torch.tensor(iris.target))
    train, valid = random_split(flowers, [120, 30])
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
    Trainer(model).fit(DataLoader(train, batch_size=12, shuffle=True), DataLoader(valid, batch_size=30), epochs=6)


if __name__ == "__main__":
    main()
