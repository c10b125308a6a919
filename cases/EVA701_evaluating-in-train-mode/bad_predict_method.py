"""Handwritten digits by an MLP with batch normalisation, with fit and predict methods as in scikit-learn."""

import numpy as np
import torch
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn


class DigitTrainer:
    def __init__(self, hidden=64, lr=0.05, seed=0):
        torch.manual_seed(seed)
        self.net = nn.Sequential(
            nn.Linear(64, hidden, bias=False),
            nn.BatchNorm1d(hidden),
            nn.ReLU(),
            nn.Linear(hidden, 10),
        )
        self.optimizer = torch.optim.SGD(self.net.parameters(), lr=lr, momentum=0.9)
        self.loss_fn = nn.CrossEntropyLoss()
        self.shuffler = np.random.default_rng(seed)

    def fit(self, x, y, epochs=6, batch_size=40):
        self.net.train()
        for _ in range(epochs):
            order = self.shuffler.permutation(len(x))
            for start in range(0, len(order) - batch_size + 1, batch_size):
                rows = order[start : start + batch_size]
                self.partial_fit(torch.from_numpy(x[rows]), torch.from_numpy(y[rows]))
        return self

    def partial_fit(self, x, y):
        self.optimizer.zero_grad()
        loss = self.loss_fn(self.net(x), y)
        loss.backward()
        self.optimizer.step()

    @torch.no_grad()
    def predict(self, x, batch_size=50):
        answers = []
        for part in np.array_split(x, len(x) // batch_size):
            answers.append(self.net(torch.from_numpy(part)))  # expect: EVA701
        return torch.cat(answers).argmax(dim=1)

    def score(self, x, y):
        return (self.predict(x) == torch.from_numpy(y)).double().mean().item()


if __name__ == "__main__":
    pixels, digits = load_digits(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(pixels, digits, test_size=0.2, random_state=8, stratify=digits)
    scaler = StandardScaler().fit(x_train)
    trainer = DigitTrainer()
    trainer.fit(scaler.transform(x_train).astype(np.float32), y_train)
    print(f"test accuracy {trainer.score(scaler.transform(x_test).astype(np.float32), y_test):.3f}")
