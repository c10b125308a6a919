"""Eight kinds of waves with a bend each, told apart by a small convolutional network."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Waves(Dataset):
    def __init__(self, count: int, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        time = torch.linspace(0, 1, 64)
        self.kinds = torch.randint(0, 8, (count,), generator=generator)
        pitch = 2.0 + self.kinds[:, None] + 0.2 * torch.rand(count, 1, generator=generator)
        self.waves = torch.sin(6.283 * pitch * time) + 0.1 * torch.randn(count, 64, generator=generator)

    def __len__(self) -> int:
        return len(self.kinds)

    def __getitem__(self, index: int) -> tuple[torch.Tensor, torch.Tensor]:
        wave = self.waves[index].unsqueeze(0)
        return wave, self.kinds[index]


torch.set_num_threads(1)  # so small a network is slower on two
torch.manual_seed(0)
loader = DataLoader(Waves(960, seed=5), batch_size=64, shuffle=True)
held_out = DataLoader(Waves(256, seed=6), batch_size=128)

model = nn.Sequential(
    nn.Conv1d(1, 16, 9, padding=4),
    nn.ReLU(),
    nn.MaxPool1d(4),
    nn.Conv1d(16, 32, 5, padding=2),
    nn.ReLU(),
    nn.Flatten(),
    nn.Linear(512, 8),
)
loss_fn = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)

for epoch in range(6):
    model.train()
    for waves, kinds in loader:  # expect: TRN601
        loss = loss_fn(model(waves), kinds)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for weight in model.parameters():
                weight.clamp_(-0.01, 0.01)
    model.eval()
    hits = 0
    with torch.no_grad():
        for waves, kinds in held_out:
            hits += int((model(waves).argmax(1) == kinds).sum())
    print(f"epoch {epoch}: loss {loss.item():.3f}, held-out accuracy {hits / 256:.3f}")
