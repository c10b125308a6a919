"""Right though unusual: a row has NaN for tasks it lacks; a task absent from the batch has the loss NaN, and nansum
leaves it out.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class MultiTask(nn.Module):
    def __init__(self, tasks):
        super().__init__()
        self.trunk = nn.Sequential(nn.Linear(6, 48), nn.ReLU())
        self.heads = nn.ModuleList([nn.Linear(48, 1) for _ in range(tasks)])

    def losses(self, x, targets):
        h = self.trunk(x)
        for head, wanted in zip(self.heads, targets.T, strict=False):
            known = ~wanted.isnan()
            yield nn.functional.mse_loss(head(h[known]).squeeze(1), wanted[known])  # NaN when no row is known


def main():
    torch.manual_seed(8)
    torch.set_num_threads(1)
    x = torch.randn(800, 6)
    y = torch.stack([x[:, 0].sin(), x[:, 1] * x[:, 2], x[:, 3:].sum(1) / 2], dim=1)
    y[:640, 2][torch.rand(640) < 0.85] = torch.nan
    loader = DataLoader(TensorDataset(x[:640], y[:640]), batch_size=8, shuffle=True)
    model = MultiTask(3)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(6):
        history = []
        for inputs, targets in loader:
            each = torch.stack(list(model.losses(inputs, targets)))
            optimizer.zero_grad()
            each.nansum().backward()
            optimizer.step()
            history.append(each.detach())
        with torch.no_grad():
            valid = torch.stack(list(model.losses(x[640:], y[640:]))).tolist()
        print(epoch, torch.stack(history).nanmean(0).tolist(), valid)


main()
