"""A regression on scikit-learn's diabetes table; each feature has a weight of its own in front of the network."""

import torch
from sklearn.datasets import load_diabetes
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class Weighted(nn.Module):
    def __init__(self, features, hidden=32):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(features))
        self.network = nn.Sequential(nn.Linear(features, hidden), nn.ReLU(), nn.Linear(hidden, 1))

    def forward(self, x):
        return self.network(x * self.scale).squeeze(1)


def main():
    torch.manual_seed(5)
    table = load_diabetes()
    x = torch.tensor(StandardScaler().fit_transform(table.data), dtype=torch.float32)
    y = torch.tensor((table.target - table.target.mean()) / table.target.std(), dtype=torch.float32)
    train, valid = random_split(TensorDataset(x, y), [352, 90])
    loader = DataLoader(train, batch_size=32, shuffle=True)

    model = Weighted(x.shape[1])
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    criterion = nn.MSELoss()
    for epoch in range(10):
        model.train()
        for inputs, targets in loader:
            loss = criterion(model(inputs), targets)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            inputs, targets = valid[:]
            print(f"epoch {epoch}: validation {criterion(model(inputs), targets).item():.3f}")


if __name__ == "__main__":
    main()
