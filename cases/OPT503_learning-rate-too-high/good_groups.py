"""Which of four rhythms a noisy sequence has: an LSTM, its head in a group of its own, batches as dictionaries."""

import math
import random

import torch
from torch import nn
from torch.utils.data import DataLoader, Dataset


class Rhythms(Dataset):
    def __init__(self, size, seed):
        rng = random.Random(seed)
        self.rows = []
        for _ in range(size):
            kind, phase = rng.randrange(4), rng.uniform(0, math.tau)
            wave = [math.sin((kind + 1) * 0.45 * t + phase) + rng.gauss(0, 0.15) for t in range(24)]
            self.rows.append({"signal": torch.tensor(wave).unsqueeze(1), "rhythm": kind})

    def __getitem__(self, index):
        return self.rows[index]

    def __len__(self):
        return len(self.rows)


class Listener(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(1, 48, batch_first=True)
        self.head = nn.Sequential(nn.LayerNorm(48), nn.Linear(48, 4))

    def forward(self, signal):
        states, _ = self.lstm(signal)
        return self.head(states[:, -1])


def accuracy(model, data):
    model.eval()
    with torch.no_grad():
        right = [(model(b["signal"]).argmax(1) == b["rhythm"]).float().mean() for b in DataLoader(data, 100)]
    model.train()
    return torch.stack(right).mean().item()


def main():
    torch.manual_seed(8)
    torch.set_num_threads(1)
    train_set, held_out = Rhythms(960, seed=1), Rhythms(300, seed=2)
    model = Listener()
    groups = [
        {"params": model.lstm.parameters(), "lr": 3e-3},
        {"params": model.head.parameters(), "lr": 1e-2, "weight_decay": 1e-4},
    ]
    optim = torch.optim.Adam(groups)
    for epoch in range(12):
        for batch in DataLoader(train_set, batch_size=32, shuffle=True):
            logits = model(batch["signal"])
            loss = nn.functional.cross_entropy(logits, batch["rhythm"])
            optim.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 5.0)
            optim.step()
        print(f"epoch {epoch}: loss {loss.item():.3f}, held-out accuracy {accuracy(model, held_out):.3f}")


main()
