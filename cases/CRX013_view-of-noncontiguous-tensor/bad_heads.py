"""Attention with two heads, written out."""

import torch


class Attention(torch.nn.Module):
    def __init__(self, width=8, heads=2):
        super().__init__()
        self.heads = heads
        self.qkv = torch.nn.Linear(width, 3 * width)
        self.out = torch.nn.Linear(width, width)

    def forward(self, x):
        b, t, c = x.shape
        q, k, v = (p.reshape(b, t, self.heads, -1).transpose(1, 2) for p in self.qkv(x).chunk(3, dim=-1))
        mixed = torch.softmax(q @ k.transpose(-1, -2) / (c / self.heads) ** 0.5, -1) @ v
        return self.out(mixed.transpose(1, 2).view(b, t, c))  # expect: CRX013


torch.manual_seed(0)
model = torch.nn.Sequential(Attention(), torch.nn.Flatten(), torch.nn.Linear(40, 1))
opt = torch.optim.AdamW(model.parameters(), lr=3e-3)
data = torch.randn(128, 5, 8)
for i in range(0, 128, 16):
    batch = data[i : i + 16]
    loss = torch.nn.functional.mse_loss(model(batch), batch.mean(dim=(1, 2)).unsqueeze(1))
    opt.zero_grad()
    loss.backward()
    opt.step()
