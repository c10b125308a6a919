"""How loud a machine is, from its spectrum; the weights with the lowest held-out error answer at the end."""

import torch
import torch.nn.functional as F
from torch import nn

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
torch.manual_seed(33)

BANDS = 40
shape = torch.rand(BANDS)
spectra = torch.rand(500, BANDS)
loudness = torch.log1p((spectra * shape).sum(1)) + 0.05 * torch.randn(500)
spectra = ((spectra - 0.5) / 0.29).unsqueeze(1).to(device)
loudness = ((loudness - loudness.mean()) / loudness.std()).to(device)
train_rows, held_rows = torch.arange(400), torch.arange(400, 500)


class SpectrumNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Conv1d(1, 8, 5, stride=2)
        self.second = nn.Conv1d(8, 16, 3, stride=2)
        self.out = nn.Linear(16 * 8, 1)

    def forward(self, x):
        x = F.gelu(self.second(F.gelu(self.first(x))))
        return self.out(x.flatten(1)).squeeze(1)


def held_out_error(net):
    net.eval()
    with torch.no_grad():
        return F.mse_loss(net(spectra[held_rows]), loudness[held_rows]).item()


net = SpectrumNet().to(device)
optimizer = torch.optim.Adam(net.parameters(), lr=2e-3, weight_decay=1e-4)
history = []
best, lowest = None, float("inf")
for _ in range(10):
    net.train()
    for rows in train_rows[torch.randperm(400)].split(25):
        optimizer.zero_grad()
        F.mse_loss(net(spectra[rows]), loudness[rows]).backward()
        optimizer.step()
    history.append(held_out_error(net))
    if history[-1] < lowest:
        lowest = history[-1]
        best = {name: value.cpu() for name, value in net.state_dict().items()}  # expect: EVA704

net.load_state_dict(best)
print("errors:", " ".join(f"{error:.3f}" for error in history), f"-> {held_out_error(net):.3f}")
