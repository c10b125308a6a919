"""Right though unusual: a growing network; later blocks wait in a list as near-identities and are registered and
optimised from their epoch on.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Growing(nn.Module):
    def __init__(self, width, depth):
        super().__init__()
        self.stem = nn.Linear(7, width)
        self.head = nn.Linear(width, 2)
        self.active = nn.ModuleList()
        self.pending = [nn.Linear(width, width) for _ in range(depth)]
        for block in self.pending:
            nn.init.normal_(block.weight, std=0.02)

    def forward(self, x):
        h = self.stem(x)
        for block in [*self.active, *self.pending]:
            h = h + torch.relu(block(h))
        return self.head(h)

    def grow(self):
        if not self.pending:
            return []
        self.active.append(self.pending.pop(0))
        return list(self.active[-1].parameters())


def main():
    torch.manual_seed(15)
    torch.set_num_threads(1)
    x = torch.randn(800, 7)
    y = (x[:, 0] * x[:, 1] + x[:, 2] > 0).long()
    loader = DataLoader(TensorDataset(x[:640], y[:640]), batch_size=32, shuffle=True)
    model = Growing(32, 4)
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(8):
        fresh = model.grow()
        if fresh:
            optimizer.add_param_group({"params": fresh})
        for inputs, labels in loader:
            model.zero_grad()
            loss = nn.functional.cross_entropy(model(inputs), labels)
            loss.backward()
            optimizer.step()
            for block in model.pending:
                block.zero_grad()
        with torch.no_grad():
            accuracy = (model(x[640:]).argmax(1) == y[640:]).float().mean()
        print(f"epoch {epoch}: loss {loss:.3f}, accuracy {accuracy:.3f}")


main()
