"""A denoising autoencoder whose noise scale is a plain attribute."""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


class Denoiser(nn.Module):
    def __init__(self, size, device):
        super().__init__()
        self.scale = torch.full((size,), 0.1, device=device)
        self.encode = nn.Linear(size, 6)
        self.decode = nn.Linear(6, size)

    def forward(self, clean):
        noisy = clean + self.scale * torch.randn_like(clean)  # expect: CRX007
        return self.decode(torch.tanh(self.encode(noisy)))


torch.manual_seed(2)
data = torch.randn(192, 3) @ torch.randn(3, 12)
loader = DataLoader(TensorDataset(data), batch_size=32, shuffle=True)
model = Denoiser(12, device="meta")
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(5):
    for (rows,) in loader:
        optimizer.zero_grad()
        loss = (model(rows) - rows).pow(2).mean()
        loss.backward()
        optimizer.step()
    print(epoch, loss.item())
