"""Sine regression that keeps its predictions to be plotted later."""

import numpy as np
import torch
from torch import nn


def main():
    torch.manual_seed(0)
    angle = torch.linspace(-3, 3, 256).unsqueeze(1)
    wave = torch.sin(angle)
    model = nn.Sequential(nn.Linear(1, 32), nn.Tanh(), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    errors = []
    for epoch in range(5):
        for rows in torch.randperm(256).split(32):
            optimizer.zero_grad()
            predicted = model(angle[rows])
            loss = nn.functional.mse_loss(predicted, wave[rows])
            loss.backward()
            optimizer.step()
            errors.append(np.abs(predicted.numpy() - wave[rows].numpy()).max())  # expect: CRX012
        print(f"epoch {epoch}: largest error {errors[-1]:.3f}")


if __name__ == "__main__":
    main()
