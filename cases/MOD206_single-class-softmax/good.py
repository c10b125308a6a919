"""Benign or malignant: a small network with one output on scikit-learn's breast cancer table."""

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class Net(nn.Module):
    def __init__(self, inputs):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(inputs, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, x):
        return self.layers(x).squeeze(1)


class WithProbabilities(nn.Module):
    def __init__(self, net):
        super().__init__()
        self.net = net

    def forward(self, x):
        score = self.net(x).unsqueeze(1)
        return torch.sigmoid(score).squeeze(1)


def main():
    torch.manual_seed(2)
    table = load_breast_cancer()
    x = torch.tensor(StandardScaler().fit_transform(table.data), dtype=torch.float32)
    y = torch.tensor(table.target, dtype=torch.float32)
    train, test = random_split(TensorDataset(x, y), [469, 100])
    loader = DataLoader(train, batch_size=32, shuffle=True)

    model = WithProbabilities(Net(x.shape[1]))
    criterion = nn.BCELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
    for epoch in range(8):
        for inputs, labels in loader:
            loss = criterion(model(inputs), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            inputs, labels = test[:]
            accuracy = ((model(inputs) > 0.5).float() == labels).float().mean()
        print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy.item():.3f}")


if __name__ == "__main__":
    main()
