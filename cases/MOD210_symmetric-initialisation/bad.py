"""A multilayer perceptron on scikit-learn's digits with an initialisation of its own."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split


def init_weights(module):
    if isinstance(module, nn.Linear):
        nn.init.constant_(module.weight, 0.05)  # expect: MOD210
        nn.init.zeros_(module.bias)


class Perceptron(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(64, 40)
        self.out = nn.Linear(40, 10)

    def forward(self, x):
        return self.out(torch.tanh(self.hidden(x)))


def main():
    torch.manual_seed(0)
    digits = load_digits()
    pixels = torch.tensor(digits.data, dtype=torch.float32) / 8 - 1
    data = TensorDataset(pixels, torch.tensor(digits.target))
    train, test = random_split(data, [1500, len(data) - 1500])
    loader = DataLoader(train, batch_size=50, shuffle=True)

    model = Perceptron()
    model.apply(init_weights)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.9)
    for epoch in range(8):
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
