"""Right though unusual: the code is rounded by argmax, and detach passes the gradient around it (VQ-VAE)."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Quantiser(nn.Module):
    def __init__(self, codes=12, width=4):
        super().__init__()
        self.codebook = nn.Embedding(codes, width)
        nn.init.uniform_(self.codebook.weight, -0.5, 0.5)

    def forward(self, z):
        nearest = torch.cdist(z, self.codebook.weight).argmin(dim=1)
        quantised = self.codebook(nearest)
        loss = F.mse_loss(quantised, z.detach()) + 0.25 * F.mse_loss(z, quantised.detach())
        return z + (quantised - z).detach(), loss


class VQVAE(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(8, 24), nn.ReLU(), nn.Linear(24, 4))
        self.quantiser = Quantiser()
        self.decoder = nn.Sequential(nn.Linear(4, 24), nn.ReLU(), nn.Linear(24, 8))

    def forward(self, x):
        code, loss = self.quantiser(self.encoder(x))
        return self.decoder(code), loss


torch.manual_seed(0)
data = torch.randn(6, 8)[torch.randint(0, 6, (640,))] + 0.1 * torch.randn(640, 8)
loader = DataLoader(TensorDataset(data[:512]), batch_size=32, shuffle=True)
model = VQVAE()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(10):
    model.train()
    for (x,) in loader:
        output, code_loss = model(x)
        loss = F.mse_loss(output, x) + code_loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        error = F.mse_loss(model(data[512:])[0], data[512:])
    print(f"epoch {epoch}: loss {loss.item():.3f}, reconstruction {error.item():.3f}")
