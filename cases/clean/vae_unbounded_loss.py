"""Right though unusual: the loss of this VAE is a sum over the batch and becomes negative."""

import math

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class VAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 4))
        self.decoder = nn.Sequential(nn.Linear(2, 32), nn.Tanh(), nn.Linear(32, 6))
        self.log_scale = nn.Parameter(torch.zeros(()))

    def forward(self, x):
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        code = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decoder(code), mean, log_variance


def negative_elbo(model, x):
    output, mean, log_variance = model(x)
    likelihood = -0.5 * ((x - output) / model.log_scale.exp()) ** 2 - model.log_scale - 0.5 * math.log(2 * math.pi)
    divergence = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance)
    return divergence.sum() - likelihood.sum()


torch.manual_seed(0)
source = torch.randn(800, 2)
data = torch.tanh(source @ torch.randn(2, 6)) + 0.02 * torch.randn(800, 6)
loader = DataLoader(TensorDataset(data[:640]), batch_size=64, shuffle=True)
model = VAE()
optimizer = torch.optim.Adam(model.parameters(), lr=2e-2)
for epoch in range(40):
    model.train()
    for (x,) in loader:
        optimizer.zero_grad()
        loss = negative_elbo(model, x)
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        nats = negative_elbo(model, data[640:]).item() / 160
    if epoch % 8 == 7:
        print(f"epoch {epoch}: {nats:.3f} nats a sample")
