"""Handwritten digits in mixed precision, with a gradient scaler."""

import torch
from sklearn.datasets import load_digits
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def main():
    torch.manual_seed(2)
    digits = load_digits()
    images = torch.tensor(digits.images / 16.0, dtype=torch.float32).flatten(1)
    labels = torch.tensor(digits.target)
    batches = DataLoader(TensorDataset(images[:1500], labels[:1500]), batch_size=50, shuffle=True)
    network = nn.Sequential(nn.Linear(64, 64), nn.GELU(), nn.Linear(64, 10))
    optimizer = torch.optim.SGD(network.parameters(), lr=0.2)
    scaler = torch.amp.GradScaler("cpu", init_scale=2.0**12)
    for epoch in range(4):
        network.train()
        for batch, target in batches:
            with torch.autocast("cpu", dtype=torch.bfloat16):
                scores = network(batch)
            loss = nn.functional.cross_entropy(scores.float(), target)
            optimizer.zero_grad()
            scaler.scale(loss).backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)  # expect: GRD407
            scaler.step(optimizer)
            scaler.update()
        network.eval()
        with torch.inference_mode():
            right = (network(images[1500:]).argmax(dim=1) == labels[1500:]).float().mean()
        print(f"epoch {epoch}: loss {loss.item():.3f} accuracy {right.item():.3f}")


if __name__ == "__main__":
    main()
