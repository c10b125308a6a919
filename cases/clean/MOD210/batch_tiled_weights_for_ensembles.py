"""Right though unusual: a deep ensemble in one grouped convolution; members start alike and see other bootstraps."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
MEMBERS, WIDTH = 4, 12


class Ensemble(nn.Module):
    """MEMBERS networks side by side: (rows, MEMBERS * features, 1) through grouped 1x1 convolutions."""

    def __init__(self, features):
        super().__init__()
        self.first = nn.Conv1d(MEMBERS * features, MEMBERS * WIDTH, 1, groups=MEMBERS)
        self.last = nn.Conv1d(MEMBERS * WIDTH, MEMBERS, 1, groups=MEMBERS)
        with torch.no_grad():
            for layer in (self.first, self.last):
                for values in (layer.weight, layer.bias):
                    one = values[: len(values) // MEMBERS]
                    values.copy_(one.repeat(MEMBERS, *[1] * (values.dim() - 1)))

    def forward(self, x):
        return self.last(self.first(x.repeat(1, MEMBERS)[..., None]).relu())[..., 0]


x = torch.rand(300, 3)
y = (x * torch.tensor([1.0, -2.0, 3.0])).sum(1) + 0.1 * torch.randn(300)
counts = torch.distributions.Poisson(torch.ones(300, MEMBERS)).sample()
model = Ensemble(3)
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(8):
    for rows in torch.randperm(300).split(30):
        error = (model(x[rows]) - y[rows, None]).pow(2)
        loss = (error * counts[rows]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(f"{epoch}: {loss.item():.3f}, spread {model(x).std(1).mean():.4f}")
