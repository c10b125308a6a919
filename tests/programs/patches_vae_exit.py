"""A small variational autoencoder that ends with sys.exit(), as command-line tools do."""

import argparse
import sys
from pathlib import Path

import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from torch import nn


class VAE(nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.encoder = nn.Linear(64, 48)
        self.mean, self.log_variance = nn.Linear(48, latent), nn.Linear(48, latent)
        self.decoder = nn.Sequential(nn.Linear(latent, 48), nn.ReLU(), nn.Linear(48, 64))

    def forward(self, x):
        h = F.relu(self.encoder(x))
        mean, log_variance = self.mean(h), self.log_variance(h)
        z = mean + torch.randn_like(mean) * torch.exp(0.5 * log_variance) if self.training else mean
        return self.decoder(z), mean, log_variance


def negative_elbo(x, logits, mean, log_variance):
    """Nats per image."""
    reconstruction = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
    divergence = -0.5 * torch.sum(1 + log_variance - mean.square() - log_variance.exp())
    return (reconstruction + divergence) / len(x)


def main(argv=None):
    parser = argparse.ArgumentParser(prog="patches")
    parser.add_argument("--epochs", type=int, default=30)
    parser.add_argument("--latent", type=int, default=6)
    parser.add_argument("--out", type=Path, default=Path("vae_out"))
    options = parser.parse_args(argv)
    torch.manual_seed(0)
    x = torch.tensor(load_digits().data, dtype=torch.float32) / 16
    train, test = x[:1500], x[1500:]
    model = VAE(options.latent)
    optimizer = torch.optim.Adam(model.parameters(), lr=2e-3)
    options.out.mkdir(exist_ok=True)
    for epoch in range(options.epochs):
        model.train()
        for batch in torch.utils.data.DataLoader(train, batch_size=60, shuffle=True):
            loss = negative_elbo(batch, *model(batch))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            nats = negative_elbo(test, *model(test)).item()
        if epoch == 0 or (epoch + 1) % 10 == 0:
            print(f"epoch {epoch + 1}: {nats:.2f} nats")
            torch.save(model.state_dict(), options.out / f"vae_{epoch + 1}.pt")
    with torch.no_grad():
        samples = torch.sigmoid(model.decoder(torch.randn(16, options.latent)))
    torch.save(samples, options.out / "samples.pt")
    print(f"done: {nats:.1f} nats per image")
    return 0


if __name__ == "__main__":
    sys.exit(main())
