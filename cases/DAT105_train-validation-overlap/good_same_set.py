"""How long until the bearing fails? Vibration spectra, a small convolutional network, early stopping."""

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Spectra(Dataset):
    """Spectra of a bearing and the share of its life that is left."""

    def __init__(self, count, seed):
        noise = torch.Generator().manual_seed(seed)
        self.left = torch.rand(count, generator=noise)
        place = torch.arange(48.0)
        peak = torch.exp(-((place - 8 - 30 * self.left[:, None]) ** 2) / 18)
        self.spectra = peak + 0.3 * torch.randn(count, 48, generator=noise)

    def __len__(self):
        return len(self.left)

    def __getitem__(self, index):
        return {"spectrum": self.spectra[index], "left": self.left[index]}


class Regressor(nn.Module):
    def __init__(self):
        super().__init__()
        self.convolve = nn.Conv1d(1, 8, 7, stride=2)
        self.head = nn.Sequential(nn.Linear(8 * 21, 32), nn.ReLU(), nn.Linear(32, 1))

    def forward(self, spectrum):
        return self.head(torch.relu(self.convolve(spectrum.unsqueeze(1))).flatten(1)).squeeze(1)


def evaluate(model, batches):
    model.eval()
    total, count = 0.0, 0
    with torch.no_grad():
        for batch in batches:
            total += nn.functional.mse_loss(model(batch["spectrum"]), batch["left"], reduction="sum").item()
            count += len(batch["left"])
    return total / count


def main():
    torch.manual_seed(3)
    train_set = Spectra(900, seed=1)
    valid_set = Spectra(300, seed=2)
    train_loader = DataLoader(train_set, batch_size=25, shuffle=True)
    valid_loader = DataLoader(valid_set, batch_size=100)
    model = Regressor()
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    best, waited = float("inf"), 0
    for epoch in range(12):
        model.train()
        for batch in train_loader:
            optimizer.zero_grad()
            loss = nn.functional.mse_loss(model(batch["spectrum"]), batch["left"])
            loss.backward()
            optimizer.step()
        error = evaluate(model, valid_loader)
        waited = 0 if error < best else waited + 1
        best = min(best, error)
        print(f"epoch {epoch}: {len(valid_set)} spectra, error {error:.5f}")
        if waited == 3:
            break


main()
