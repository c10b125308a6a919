"""Denoises short curves: an encoder and a decoder with a learning rate of their own each."""

import torch
import torch.nn as nn
from torch.utils.data import DataLoader, Dataset


class Curves(Dataset):
    def __init__(self, size, seed):
        generator = torch.Generator().manual_seed(seed)
        time = torch.linspace(0, 1, 32)
        speed = 2 + 6 * torch.rand(size, 1, generator=generator)
        phase = 6.28 * torch.rand(size, 1, generator=generator)
        self.clean = torch.sin(speed * time + phase)
        self.noisy = self.clean + 0.3 * torch.randn(size, 32, generator=generator)

    def __len__(self):
        return len(self.clean)

    def __getitem__(self, index):
        return {"noisy": self.noisy[index], "clean": self.clean[index]}


def build(code=12):
    encoder = nn.Sequential(nn.Linear(32, 48), nn.ELU(), nn.Linear(48, code))
    decoder = nn.Sequential(nn.Linear(code, 48), nn.ELU(), nn.Linear(48, 32))
    return encoder, decoder


def train(encoder, decoder, loader, epochs):
    encoder_optimizer = torch.optim.SGD(encoder.parameters(), lr=0.1, momentum=0.5)
    decoder_optimizer = torch.optim.SGD(decoder.parameters(), lr=0.05, momentum=0.5)
    for epoch in range(epochs):
        total = 0.0
        for number, batch in enumerate(loader):
            encoder_optimizer.zero_grad()
            encoder_optimizer.zero_grad()
            loss = nn.functional.mse_loss(decoder(encoder(batch["noisy"])), batch["clean"])
            loss.backward()
            encoder_optimizer.step()
            decoder_optimizer.step()  # expect: GRD401
            total += loss.item()
        print(f"epoch {epoch}: {total / (number + 1):.4f}")


if __name__ == "__main__":
    torch.manual_seed(6)
    parts = build()
    train(*parts, DataLoader(Curves(640, seed=1), batch_size=32, shuffle=True), epochs=4)
    test = Curves(100, seed=2)
    with torch.no_grad():
        print(f"test: {nn.functional.mse_loss(parts[1](parts[0](test.noisy)), test.clean).item():.4f}")
