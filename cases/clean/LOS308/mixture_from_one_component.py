"""Fixed bumps, mixed by a net that sees the input; the number of bumps is chosen, beginning with one."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.rand(600, 2) * 2 - 1
side = (x[:, 0] + 0.5 * x[:, 1] > 0).float()
y = 2 * side - 1 + 0.3 * torch.randn(600)
train = DataLoader(TensorDataset(x[:450], y[:450]), batch_size=50, shuffle=True)


class Mixture(nn.Module):
    """Where the bumps lie is the same for all samples; how much each weighs depends on the sample."""

    def __init__(self, bumps: int) -> None:
        super().__init__()
        self.gate = nn.Sequential(nn.Linear(2, 16), nn.Tanh(), nn.Linear(16, bumps))
        self.mean = nn.Parameter(torch.linspace(-0.5, 0.5, bumps) if bumps > 1 else torch.zeros(1))
        self.log_spread = nn.Parameter(torch.zeros(bumps))

    def forward(self, inputs: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        return self.gate(inputs).log_softmax(-1), self.mean, self.log_spread.exp()


def surprise(model: Mixture, inputs: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    weights, mean, spread = model(inputs)
    return -torch.logsumexp(weights + torch.distributions.Normal(mean, spread).log_prob(values[:, None]), 1).mean()


found = {}
for bumps in (1, 2, 3):  # one bump is the model without a look at the input: what the others have to beat
    model = Mixture(bumps)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
    for _epoch in range(20):
        for inputs, values in train:
            loss = surprise(model, inputs, values)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    with torch.no_grad():
        found[bumps] = round(surprise(model, x[450:], y[450:]).item(), 3)
print(found)
