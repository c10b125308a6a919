"""Right though unusual: gradients are taken per sample; those of rows with NaN are NaN and are dropped from the
average.
"""

import torch
from torch import nn
from torch.func import functional_call, grad_and_value, vmap
from torch.utils.data import DataLoader, TensorDataset


def sample_loss(weights, net, x, y):
    return nn.functional.mse_loss(functional_call(net, weights, (x.unsqueeze(0),)).squeeze(), y)


def main():
    torch.manual_seed(2)
    torch.set_num_threads(1)
    x = torch.randn(640, 6)
    y = x[:, 0] * x[:, 1] + x[:, 2]
    x[:512][torch.rand(512, 6) < 0.01] = float("nan")
    loader = DataLoader(TensorDataset(x[:512], y[:512]), batch_size=32, shuffle=True)
    net = nn.Sequential(nn.Linear(6, 32), nn.Tanh(), nn.Linear(32, 1))
    optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
    per_sample = vmap(grad_and_value(sample_loss), in_dims=(None, None, 0, 0))
    for epoch in range(6):
        seen = []
        for inputs, wanted in loader:
            weights = {name: p.detach() for name, p in net.named_parameters()}
            gradients, losses = per_sample(weights, net, inputs, wanted)
            good = losses.isfinite()
            for name, p in net.named_parameters():
                p.grad = gradients[name][good].mean(dim=0)
            optimizer.step()
            seen.append(losses[good])
        with torch.no_grad():
            valid = nn.functional.mse_loss(net(x[512:]).squeeze(1), y[512:])
        print(f"epoch {epoch}: loss {torch.cat(seen).mean():.3f}, validation {valid:.3f}")


if __name__ == "__main__":
    main()
