"""Eight kinds of engine noise from their mel spectra: a class that trains, dict batches, logits with a temperature."""

import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Spectra(Dataset):
    def __init__(self, size: int, seed: int) -> None:
        generator = torch.Generator().manual_seed(seed)
        peaks = torch.linspace(4, 36, 8)
        self.kind = torch.randint(0, 8, (size,), generator=generator)
        centre = peaks[self.kind][:, None] + torch.randn(size, 1, generator=generator)
        bands = torch.exp(-((torch.arange(40) - centre) ** 2) / 12) + 0.2 * torch.randn(size, 40, generator=generator)
        self.bands = (bands - bands.mean()) / bands.std()

    def __len__(self) -> int:
        return len(self.kind)

    def __getitem__(self, index: int) -> dict[str, torch.Tensor]:
        return {"bands": self.bands[index], "kind": self.kind[index]}


class NoiseNet(nn.Module):
    def __init__(self, temperature: float = 0.02) -> None:
        super().__init__()
        self.temperature = temperature
        self.body = nn.Sequential(nn.Linear(40, 64), nn.ReLU(), nn.Linear(64, 64), nn.ReLU())
        self.head = nn.Linear(64, 8)

    def forward(self, bands: torch.Tensor) -> torch.Tensor:
        return self.head(self.body(bands)) / self.temperature


class Training:
    def __init__(self, model: nn.Module) -> None:
        self.model = model
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)

    def step(self, batch: dict[str, torch.Tensor]) -> float:
        loss = F.cross_entropy(self.model(batch["bands"]), batch["kind"])  # expect: LOS305
        self.optimizer.zero_grad()
        loss.backward()
        self.optimizer.step()
        return loss.item()

    def epoch(self, loader: DataLoader) -> float:
        self.model.train()
        return sum(self.step(batch) for batch in loader) / len(loader)

    @torch.no_grad()
    def accuracy(self, loader: DataLoader) -> float:
        self.model.eval()
        right = sum(int((self.model(batch["bands"]).argmax(1) == batch["kind"]).sum()) for batch in loader)
        return right / len(loader.dataset)


if __name__ == "__main__":
    torch.manual_seed(10)
    training = Training(NoiseNet())
    loader, held_out = DataLoader(Spectra(640, 1), batch_size=32, shuffle=True), DataLoader(Spectra(160, 2), 80)
    for number in range(4):
        print(f"epoch {number}: {training.epoch(loader):.3f}, {training.accuracy(held_out):.3f}")
