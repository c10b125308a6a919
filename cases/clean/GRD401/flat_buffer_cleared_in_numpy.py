"""Right though unusual: all gradients are views of one flat buffer, and the buffer is cleared through its NumPy
array.
"""

import numpy as np
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset


def flat_gradients(module):
    parameters = list(module.parameters())
    flat = np.zeros(sum(p.numel() for p in parameters), dtype=np.float32)
    shared, start = torch.from_numpy(flat), 0
    for p in parameters:
        p.grad = shared[start : start + p.numel()].view_as(p)
        start += p.numel()
    return flat


def main():
    torch.manual_seed(8)
    torch.set_num_threads(1)
    x = torch.randn(700, 6)
    y = (x[:, :2].square().sum(1) > x[:, 2:4].square().sum(1)).long()
    loader = DataLoader(TensorDataset(x[:560], y[:560]), batch_size=28, shuffle=True)
    net = nn.Sequential(nn.Linear(6, 32), nn.GELU(), nn.Linear(32, 2))
    flat = flat_gradients(net)
    optimizer = torch.optim.Adam(net.parameters(), lr=5e-3)
    for epoch in range(7):
        for inputs, labels in loader:
            flat[:] = 0
            loss = nn.functional.cross_entropy(net(inputs), labels)
            loss.backward()
            flat *= min(1.0, 2.0 / (np.linalg.norm(flat) + 1e-6))
            optimizer.step()
        with torch.no_grad():
            accuracy = (net(x[560:]).argmax(1) == y[560:]).float().mean()
        print(f"epoch {epoch}: loss {loss.item():.3f}, accuracy {accuracy:.3f}")


main()
