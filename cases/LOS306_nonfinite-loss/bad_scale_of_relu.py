"""Progression of a disease with an uncertainty of its own for every patient: a mean and a scale per row."""

import torch
from sklearn.datasets import load_diabetes
from sklearn.model_selection import train_test_split
from torch import nn


def standardised(values):
    values = torch.as_tensor(values, dtype=torch.float32)
    return (values - values.mean(dim=0)) / values.std(dim=0)


class MeanAndScale(nn.Module):
    def __init__(self, columns, width=32):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(columns, width), nn.Tanh())
        self.mean = nn.Linear(width, 1)
        self.scale = nn.Linear(width, 1)

    def forward(self, x):
        h = self.trunk(x)
        return self.mean(h).squeeze(-1), torch.relu(self.scale(h)).squeeze(-1)


def negative_log_likelihood(mean, scale, truth):
    miss = (truth - mean) / scale  # expect: LOS306
    return (0.5 * miss.square() + scale.log()).mean()


class Trainer:
    def __init__(self, model, rate):
        self.model = model
        self.optimizer = torch.optim.Adam(model.parameters(), lr=rate)

    def fit(self, x, y, epochs, size=32):
        for epoch in range(epochs):
            values = []
            for rows in torch.randperm(len(x)).split(size):
                loss = negative_log_likelihood(*self.model(x[rows]), y[rows])
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
                values.append(loss.item())
            print(f"epoch {epoch}: {sum(values) / len(values):.3f}")

    @torch.no_grad()
    def score(self, x, y):
        mean, _ = self.model(x)
        return (mean - y).abs().mean().item()


if __name__ == "__main__":
    torch.manual_seed(3)
    data = load_diabetes()
    parts = train_test_split(standardised(data.data), standardised(data.target), test_size=0.2, random_state=0)
    x_train, x_test, y_train, y_test = parts
    trainer = Trainer(MeanAndScale(x_train.shape[1]), rate=3e-3)
    trainer.fit(x_train, y_train, epochs=6)
    print(f"mean absolute error {trainer.score(x_test, y_test):.3f}")
