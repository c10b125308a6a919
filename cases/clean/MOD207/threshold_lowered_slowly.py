"""Sparse codes by unrolled thresholding: the threshold starts so high that all codes are zero, then is lowered."""

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
atoms = nn.functional.normalize(torch.randn(12, 20), dim=1)
codes = torch.randn(600, 12) * (torch.rand(600, 12) < 0.2)
signals = codes @ atoms + 0.01 * torch.randn(600, 20)


class Unrolled(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.encode = nn.Linear(20, 12, bias=False)
        self.again = nn.Linear(12, 12, bias=False)
        self.decode = nn.Linear(12, 20)
        self.threshold = 0.0

    def shrink(self, values: torch.Tensor) -> torch.Tensor:
        return nn.functional.softshrink(values, self.threshold)

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        drive = self.encode(signal)
        code = self.shrink(drive)
        for _ in range(2):
            code = self.shrink(drive + self.again(code))
        return self.decode(code)


model = Unrolled()
with torch.no_grad():
    highest = model.encode(signals).abs().max().item()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(30):
    model.threshold = max(0.02, highest * 0.7**epoch)  # continuation: begins where the path of solutions begins
    for rows in torch.randperm(600).split(60):
        loss = nn.functional.mse_loss(model(signals[rows]), signals[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, round(model.threshold, 3), round(loss.item(), 4))
