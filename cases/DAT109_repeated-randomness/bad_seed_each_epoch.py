"""Denoising: clean curves are fixed, the noise is drawn when a curve is read."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Curves(Dataset):
    def __init__(self, count):
        grid = torch.linspace(0, 1, 16)
        self.curves = torch.sin(6.3 * (torch.rand(count, 1) + torch.rand(count, 1) * grid))

    def __len__(self):
        return len(self.curves)

    def __getitem__(self, index):
        clean = self.curves[index]
        return clean + 0.3 * torch.randn(16), clean


def epoch_of(model, loader, optimizer, seed):
    torch.manual_seed(seed)
    for noisy, clean in loader:  # expect: DAT109
        loss = (model(noisy) - clean).abs().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
    return loss.item()


torch.manual_seed(4)
model = nn.Sequential(nn.Linear(16, 24), nn.Tanh(), nn.Linear(24, 16))
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
loader = DataLoader(Curves(200), batch_size=20, shuffle=True)
done = 0
while done < 4:
    print(done, epoch_of(model, loader, optimizer, seed=4))
    done += 1
