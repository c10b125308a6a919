"""Two kinds of noisy tones; each sample gets new noise and a random shift whenever it is read."""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset, get_worker_info


class Tones(Dataset):
    def __init__(self, count, seed):
        self.rng = np.random.default_rng(seed)
        self.kinds = np.arange(count) % 2

    def __len__(self):
        return len(self.kinds)

    def __getitem__(self, index):
        kind = self.kinds[index]
        shift = self.rng.uniform(0, 6.3)
        tone = np.sin(shift + (0.4 + 0.3 * kind) * np.arange(20)) + 0.2 * self.rng.normal(size=20)
        return tone.astype(np.float32), np.float32(kind)


def start_worker(worker_id):
    get_worker_info().dataset.rng = np.random.default_rng(torch.initial_seed())


def main():
    torch.manual_seed(0)
    loader = DataLoader(Tones(256, seed=0), batch_size=32, shuffle=True, num_workers=2)
    model = nn.Sequential(nn.Linear(20, 32), nn.ReLU(), nn.Linear(32, 1), nn.Flatten(0))
    criterion = nn.BCEWithLogitsLoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for epoch in range(3):
        for tone, kind in loader:  # expect: DAT109
            optimizer.zero_grad()
            loss = criterion(model(tone), kind)
            loss.backward()
            optimizer.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}")


if __name__ == "__main__":
    main()
