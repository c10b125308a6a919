"""Right though unusual: momentum lives in .grad, which is multiplied by 0.9 instead of cleared: heavy-ball SGD
without a buffer.
"""

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

MOMENTUM = 0.9


@torch.no_grad()
def decay_gradients(model):
    for p in model.parameters():
        if p.grad is not None:
            p.grad.mul_(MOMENTUM)


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    x = torch.randn(800, 5)
    y = x[:, :1] * x[:, 1:2] + x[:, 2:3]
    loader = DataLoader(TensorDataset(x[:640], y[:640]), batch_size=32, shuffle=True)
    model = torch.nn.Sequential(torch.nn.Linear(5, 32), torch.nn.ReLU(), torch.nn.Linear(32, 1))
    sgd = torch.optim.SGD(model.parameters(), lr=0.02)
    for epoch in range(8):
        for inputs, wanted in loader:
            decay_gradients(model)
            loss = F.mse_loss(model(inputs), wanted)
            loss.backward()
            sgd.step()
        with torch.no_grad():
            print(f"{epoch}: {loss.item():.4f} {F.mse_loss(model(x[640:]), y[640:]).item():.4f}")


if __name__ == "__main__":
    main()
