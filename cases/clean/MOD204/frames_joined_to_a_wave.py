"""Loudness of a recording, frame by frame: a batch of frames in order is joined to one wave and filtered as a whole."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset

torch.manual_seed(0)
torch.set_num_threads(1)
FRAME = 32


class Frames(Dataset):
    def __init__(self, count: int) -> None:
        slow = torch.nn.functional.avg_pool1d(torch.randn(1, count * FRAME + 255), 256, 1)[0] * 16
        self.wave = slow + 0.3 * torch.randn(len(slow))
        self.loudness = slow.view(count, FRAME).square().mean(1).sqrt()

    def __len__(self) -> int:
        return len(self.loudness)

    def __getitem__(self, number: int) -> tuple[torch.Tensor, torch.Tensor]:
        return self.wave[number * FRAME : (number + 1) * FRAME], self.loudness[number]


class Loudness(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.filters = nn.Conv1d(FRAME, 24, 3, padding=1)
        self.read = nn.Sequential(nn.ReLU(), nn.Linear(24, 24), nn.ReLU(), nn.Linear(24, 1))

    def forward(self, frames: torch.Tensor) -> torch.Tensor:
        wave = frames.reshape(-1)  # the frames follow each other
        phases = wave.view(-1, FRAME).t()
        heard = self.filters(phases.unsqueeze(0)).squeeze(0).t()
        return self.read(heard).squeeze(1)


loader = DataLoader(Frames(960), batch_size=32)  # in order: what is joined belongs together
model = Loudness()
optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
for epoch in range(15):
    total = 0.0
    for frames, loudness in loader:
        loss = nn.functional.mse_loss(model(frames), loudness)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        total += loss.item() / len(loader)
    print(epoch, round(total, 4))
