"""Right though unusual: NaN marks missing entries; the model swaps in a learnt value per column and gets the mask as
input.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class MissingAware(nn.Module):
    def __init__(self, columns):
        super().__init__()
        self.filler = nn.Parameter(torch.zeros(columns))
        self.net = nn.Sequential(nn.Linear(2 * columns, 48), nn.ReLU(), nn.Linear(48, 2))

    def forward(self, x):
        missing = x.isnan()
        return self.net(torch.cat([torch.where(missing, self.filler, x), missing.float()], dim=1))


def main():
    torch.manual_seed(0)
    torch.set_num_threads(1)
    x = torch.randn(900, 8)
    y = (x[:, :4].sum(dim=1) > 0).long()
    x[torch.rand_like(x) < 0.15] = float("nan")
    loader = DataLoader(TensorDataset(x[:720], y[:720]), batch_size=36, shuffle=True)
    model = MissingAware(8)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(5):
        for inputs, labels in loader:
            loss = nn.functional.cross_entropy(model(inputs), labels)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        with torch.no_grad():
            accuracy = (model(x[720:]).argmax(1) == y[720:]).float().mean()
        print(f"epoch {epoch}: loss {loss:.3f}, accuracy {accuracy:.3f}")


main()
