"""Disease progression from ten measurements, of which some may be missing, in a trainer class."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_diabetes
from torch import nn


class Progression(nn.Module):
    def __init__(self, features, width=12, hidden=48):
        super().__init__()
        self.embed = nn.Linear(1, width)
        self.place = nn.Parameter(0.1 * torch.randn(features, width))
        self.mix = nn.Linear(features * width, hidden)
        self.score = nn.Linear(hidden, 1)

    def forward(self, x):
        missing = torch.isnan(x)
        parts = torch.tanh(self.embed(x.nan_to_num().unsqueeze(2)))
        parts = parts * missing.unsqueeze(2) + self.place
        return self.score(torch.relu(self.mix(parts.flatten(1)))).squeeze(1)


class Trainer:
    def __init__(self, model, lr, batch_size):
        self.model = model
        self.batch_size = batch_size
        self.optimizer = torch.optim.Adam(model.parameters(), lr=lr)

    def update(self, x, y):
        self.optimizer.zero_grad()
        loss = F.mse_loss(self.model(x), y)  # expect: LOS308
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def fit(self, x, y, epochs):
        for epoch in range(epochs):
            total = 0.0
            batches = torch.randperm(len(x)).split(self.batch_size)
            for rows in batches:
                total += self.update(x[rows], y[rows])
            print(f"epoch {epoch}: {total / len(batches):.4f}")

    @torch.no_grad()
    def error(self, x, y):
        self.model.eval()
        return F.l1_loss(self.model(x), y).item()


if __name__ == "__main__":
    torch.manual_seed(11)
    table = load_diabetes()
    inputs = torch.tensor(table.data, dtype=torch.float32)
    inputs = (inputs - inputs.mean(0)) / inputs.std(0)
    targets = torch.tensor(table.target, dtype=torch.float32)
    targets = (targets - targets.mean()) / targets.std()
    trainer = Trainer(Progression(inputs.shape[1]), lr=3e-3, batch_size=34)
    trainer.fit(inputs[:374], targets[:374], epochs=10)
    print(f"mean absolute error {trainer.error(inputs[374:], targets[374:]):.3f}")
