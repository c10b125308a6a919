"""A multilayer perceptron on scikit-learn's digits, with biases of its own choice."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


class Perceptron(nn.Module):
    def __init__(self, width=64):
        super().__init__()
        self.hidden = nn.Linear(64, width)
        self.out = nn.Linear(width, 10)
        with torch.no_grad():
            self.hidden.bias[4:] = -6.0

    def forward(self, x):
        return self.out(F.relu(self.hidden(x)))  # expect: MOD208


def main():
    torch.manual_seed(0)
    digits = load_digits()
    data = TensorDataset(torch.tensor(digits.data, dtype=torch.float32) / 16, torch.tensor(digits.target))
    train, test = random_split(data, [1500, len(data) - 1500])
    loader = DataLoader(train, batch_size=50, shuffle=True)
    model = Perceptron()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    for epoch in range(5):
        for x, y in loader:
            loss = F.cross_entropy(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            x, y = test[:]
            accuracy = (model(x).argmax(dim=1) == y).float().mean().item()
        print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")


if __name__ == "__main__":
    main()
