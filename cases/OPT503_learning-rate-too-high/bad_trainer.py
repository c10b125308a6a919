"""Digits from their 64 grey values: a trainer class with validation after every epoch."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Mlp(nn.Module):
    def __init__(self, features, width, classes):
        super().__init__()
        self.first = nn.Linear(features, width)
        self.second = nn.Linear(width, width)
        self.third = nn.Linear(width, width)
        self.drop = nn.Dropout(0.1)
        self.head = nn.Linear(width, classes)

    def forward(self, x):
        x = self.drop(F.gelu(self.first(x)))
        x = self.drop(F.gelu(self.second(x)))
        return self.head(F.gelu(self.third(x)))


class Trainer:
    def __init__(self, model, train_set, valid_set, lr, epochs):
        self.model, self.epochs = model, epochs
        self.train_loader = DataLoader(train_set, batch_size=32, shuffle=True)
        self.valid_loader = DataLoader(valid_set, batch_size=64)
        self.opt = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=0.01)  # expect: OPT503
        self.history = []

    def train_epoch(self):
        self.model.train()
        total = 0.0
        for features, digit in self.train_loader:
            total += self.train_step(features, digit)
        return total / len(self.train_loader)

    def train_step(self, features, digit):
        self.opt.zero_grad(set_to_none=True)
        loss = F.cross_entropy(self.model(features), digit)
        loss.backward()
        self.opt.step()
        return loss.item()

    @torch.no_grad()
    def validate(self):
        self.model.eval()
        hits = sum(int((self.model(f).argmax(1) == c).sum()) for f, c in self.valid_loader)
        return hits / len(self.valid_loader.dataset)

    def fit(self):
        for epoch in range(self.epochs):
            train_loss = self.train_epoch()
            self.history.append(self.validate())
            print(f"{epoch + 1}/{self.epochs} loss={train_loss:.4f} valid={self.history[-1]:.3f}")


if __name__ == "__main__":
    torch.manual_seed(17)
    table = load_digits()
    x_train, x_valid, y_train, y_valid = train_test_split(table.data, table.target, test_size=0.3, random_state=1)
    scaler = StandardScaler().fit(x_train)

    def tensors(x, y):
        return TensorDataset(torch.tensor(scaler.transform(x), dtype=torch.float32), torch.tensor(y))

    net = Mlp(64, 96, 10)
    Trainer(net, tensors(x_train, y_train), tensors(x_valid, y_valid), lr=10.0, epochs=10).fit()
