"""A network of tanh units on scikit-learn's wine table."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_wine
from sklearn.preprocessing import StandardScaler
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class WineNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(13, 32)
        self.out = nn.Linear(32, 3)
        nn.init.normal_(self.hidden.weight, std=30.0)

    def forward(self, x):
        return self.out(torch.tanh(self.hidden(x)))  # expect: MOD209


def main():
    torch.manual_seed(0)
    table = load_wine()
    x = torch.tensor(StandardScaler().fit_transform(table.data), dtype=torch.float32)
    loader = DataLoader(TensorDataset(x, torch.tensor(table.target)), batch_size=32, shuffle=True)
    model = WineNet()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(8):
        right = 0
        for inputs, labels in loader:
            logits = model(inputs)
            loss = F.cross_entropy(logits, labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            right += (logits.argmax(dim=1) == labels).sum().item()
        print(f"epoch {epoch}: accuracy {right / len(x):.3f}")


if __name__ == "__main__":
    main()
