"""Steps walked, from three axes of an accelerometer: time is brought in front for a recurrent net."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(0)
torch.set_num_threads(1)


class Walks(Dataset):
    def __init__(self, count: int) -> None:
        self.pace = 0.2 + torch.rand(count, 1)
        phase = 6 * torch.rand(count, 1, 3)
        self.signal = torch.sin(self.pace[:, None] * torch.arange(24)[None, :, None] + phase)

    def __len__(self) -> int:
        return len(self.pace)

    def __getitem__(self, number: int) -> dict[str, torch.Tensor]:
        return {"signal": self.signal[number], "pace": self.pace[number]}


class Pace(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.net = nn.GRU(3, 24)
        self.out = nn.Linear(24, 1)

    def forward(self, signal: torch.Tensor) -> torch.Tensor:
        count, length, axes = signal.shape
        states, _ = self.net(signal.view(length, count, axes))  # expect: MOD204
        return self.out(states[-1])


model = Pace()
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(6):
    for batch in DataLoader(Walks(600), batch_size=30, shuffle=True):
        loss = nn.functional.smooth_l1_loss(model(batch["signal"]), batch["pace"])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(epoch, round(loss.item(), 4))
