"""Right though unusual: an old checkpoint is tried as it is, then with its names translated."""

import re
import tempfile
from pathlib import Path

import torch
from torch import nn


class Regressor(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder = nn.Linear(4, 16)
        self.decoder = nn.Linear(16, 1)

    def forward(self, x):
        return self.decoder(torch.tanh(self.encoder(x)))


def load(model, path):
    weights = torch.load(path, weights_only=True)
    try:
        model.load_state_dict(weights)
    except RuntimeError as error:
        print("old format:", str(error).splitlines()[0])
        renamed = {
            re.sub(r"^module\.fc1", "encoder", re.sub(r"^module\.fc2", "decoder", k)): v for k, v in weights.items()
        }
        model.load_state_dict(renamed)


torch.manual_seed(0)
torch.set_num_threads(1)
folder = Path(tempfile.mkdtemp())
old = {"module.fc1.weight": torch.randn(16, 4) * 0.3, "module.fc1.bias": torch.zeros(16)}
old |= {"module.fc2.weight": torch.randn(1, 16) * 0.2, "module.fc2.bias": torch.zeros(1)}
torch.save(old, folder / "v1.pt")

model = Regressor()
load(model, folder / "v1.pt")
x = torch.randn(400, 4)
y = x[:, :1] * x[:, 1:2] + x[:, 2:3]
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
for epoch in range(10):
    model.train()
    for rows in torch.randperm(320).split(32):
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(x[rows]), y[rows])
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        print(epoch, nn.functional.mse_loss(model(x[320:]), y[320:]).item())
torch.save(model.state_dict(), folder / "v2.pt")
load(Regressor(), folder / "v2.pt")
