"""Removes noise from small images: zip of two loaders inside enumerate and tqdm."""

import csv
from pathlib import Path

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader
from tqdm import tqdm

RESULTS = Path("results_denoise")


class Denoiser(nn.Module):
    """Predicts the noise, which it subtracts from its input."""

    def __init__(self, channels=16):
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv2d(1, channels, 3, padding=1),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.BatchNorm2d(channels),
            nn.ReLU(),
            nn.Conv2d(channels, 1, 3, padding=1),
        )

    def forward(self, noisy):  # (N, 1, 8, 8) -> (N, 1, 8, 8)
        return noisy - self.layers(noisy)


def main():
    torch.manual_seed(7)
    pixels = torch.tensor(load_digits().images, dtype=torch.float32).unsqueeze(1) / 8 - 1
    clean, held_out = pixels[:1500], pixels[1500:]
    noise = 0.5 * torch.randn_like(clean)
    held_out_noisy = held_out + 0.5 * torch.randn_like(held_out)

    # Two loaders walk the same order: each has its own generator, seeded alike.
    loaders = [
        DataLoader(list(images), batch_size=50, shuffle=True, generator=torch.Generator().manual_seed(11))
        for images in (clean + noise, clean)
    ]
    net = Denoiser()
    opt = torch.optim.SGD(net.parameters(), lr=0.05, momentum=0.9)
    schedule = torch.optim.lr_scheduler.StepLR(opt, step_size=4, gamma=0.5)
    history = []
    for epoch in range(12):
        net.train()
        bar = tqdm(zip(*loaders, strict=True), total=len(loaders[0]), desc=f"epoch {epoch}")
        for step, (noisy, target) in enumerate(bar):
            loss = nn.functional.mse_loss(net(noisy), target)
            opt.zero_grad()
            loss.backward()
            opt.step()
            if step % 10 == 0:
                bar.set_postfix(loss=f"{loss.item():.4f}")
        schedule.step()
        net.eval()
        with torch.inference_mode():
            error = nn.functional.mse_loss(net(held_out_noisy), held_out).item()
        history.append((epoch, error))

    RESULTS.mkdir(exist_ok=True)
    with open(RESULTS / "history.csv", "w", newline="") as file:
        csv.writer(file).writerows([("epoch", "held_out_error"), *history])
    torch.save(net, RESULTS / "denoiser.pt")
    before = nn.functional.mse_loss(held_out_noisy, held_out).item()
    print(f"done: error {before:.3f} -> {history[-1][1]:.3f}")


if __name__ == "__main__":
    main()
