"""Right though unusual: codes of an auto-decoder are leaves in a dict, moved by their own rule inside the model."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)


class AutoDecoder(nn.Module):
    def __init__(self, names):
        super().__init__()
        self.codes = {name: torch.randn(4).requires_grad_() for name in names}
        self.decoder = nn.Sequential(nn.Linear(5, 32), nn.Tanh(), nn.Linear(32, 1))

    def forward(self, name, t):
        code = self.codes[name].expand(len(t), -1)
        return self.decoder(torch.cat([t, code], 1))

    def move_codes(self, rate):
        for name, code in self.codes.items():
            if code.grad is not None:
                self.codes[name] = (code.detach() - rate * code.grad).requires_grad_()


curves = {f"curve {k}": (1 + 0.5 * k, 0.3 * k) for k in range(4)}
model = AutoDecoder(curves)
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for step in range(80):
    optimizer.zero_grad()
    total = torch.zeros(())
    for name, (frequency, phase) in curves.items():
        t = torch.rand(24, 1) * 4
        total = total + nn.functional.mse_loss(model(name, t), torch.sin(frequency * t + phase))
    total.backward()
    optimizer.step()
    model.move_codes(0.1)
    if step % 20 == 0:
        print(f"{step}: {total.item():.3f}")
