"""Learns a positive rate of events from three features."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Rate(nn.Module):
    def __init__(self):
        super().__init__()
        self.hidden = nn.Linear(3, 16)
        self.out = nn.Linear(16, 1)

    def forward(self, features):
        rate = self.out(torch.tanh(self.hidden(features))).exp()
        rate += 1e-3  # expect: CRX011
        return rate


def main():
    torch.manual_seed(0)
    features = torch.randn(320, 3)
    events = torch.poisson(torch.exp(features[:, :1]))
    loader = DataLoader(TensorDataset(features, events), batch_size=32, shuffle=True)
    model = Rate()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(5):
        for inputs, counts in loader:
            optimizer.zero_grad()
            rate = model(inputs)
            loss = (rate - counts * rate.log()).mean()
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")


if __name__ == "__main__":
    main()
