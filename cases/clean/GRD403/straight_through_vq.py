"""Right though unusual: VQ-VAE with the codebook moved by running averages and a prior that only reads the indices."""

import torch
from torch import nn
from torch.nn import functional as F


class Quantiser(nn.Module):
    def __init__(self, number=16, width=2, decay=0.9):
        super().__init__()
        self.book = nn.Embedding(number, width)
        self.decay = decay

    def forward(self, z):
        index = torch.cdist(z, self.book.weight).argmin(dim=1)
        code = self.book(index)
        if self.training:
            with torch.no_grad():
                for k in index.unique():
                    self.book.weight[k].lerp_(z[index == k].mean(0), 1 - self.decay)
        return z + (code - z).detach(), F.mse_loss(z, code.detach()), index


class VQ(nn.Module):
    def __init__(self):
        super().__init__()
        self.down = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 2))
        self.quantise = Quantiser()
        self.up = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 6))

    def forward(self, x):
        code, commitment, index = self.quantise(self.down(x))
        return self.up(code), commitment, index


torch.manual_seed(0)
torch.set_num_threads(1)
data = torch.randn(8, 6)[torch.randint(0, 8, (512,))] + 0.1 * torch.randn(512, 6)
model = VQ()
optim = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(15):
    for batch in data[torch.randperm(512)].chunk(8):
        output, commitment, index = model(batch)
        loss = F.mse_loss(output, batch) + 0.25 * commitment
        optim.zero_grad()
        loss.backward()
        optim.step()
    print(f"epoch {epoch}: loss {loss.item():.4f}, codes {index.unique().numel()}")
