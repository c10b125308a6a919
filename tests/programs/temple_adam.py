"""Paints a photograph from coordinates: Adam written by hand, pixels drawn with a torch.Generator."""

import numpy as np
import torch
import torch.nn.functional as F
from sklearn.datasets import load_sample_image

side, batch, iterations = 128, 2048, 5000
rng = torch.Generator()
rng.manual_seed(8)

photo = torch.from_numpy(np.array(load_sample_image("china.jpg"))[100 : 100 + 2 * side : 2, 200 : 200 + 2 * side : 2])
colours = photo.reshape(-1, 3).float() / 255
grid = torch.linspace(-1, 1, side)
places = torch.stack(torch.meshgrid(grid, grid, indexing="ij"), dim=-1).reshape(-1, 2)
waves = 6 * torch.randn(2, 48, generator=rng)


def layer(n_in, n_out):
    weight = torch.randn(n_in, n_out, generator=rng) * (2 / n_in) ** 0.5
    return [weight.requires_grad_(), torch.zeros(n_out, requires_grad=True)]


theta = layer(96, 128) + layer(128, 128) + layer(128, 3)


def paint(xy):
    """Places (N, 2) in -1..1 to colours (N, 3) in 0..1."""
    phase = xy @ waves
    h = torch.cat([phase.sin(), phase.cos()], dim=1)
    h = F.relu(h @ theta[0] + theta[1])
    h = F.relu(h @ theta[2] + theta[3])
    return torch.sigmoid(h @ theta[4] + theta[5])


class Adam:
    def __init__(self, params, lr, b1=0.9, b2=0.99, eps=1e-8):
        self.params, self.lr, self.b1, self.b2, self.eps, self.t = params, lr, b1, b2, eps, 0
        self.m = [torch.zeros_like(p) for p in params]
        self.v = [torch.zeros_like(p) for p in params]

    @torch.no_grad()
    def step(self):
        self.t += 1
        for p, m, v in zip(self.params, self.m, self.v, strict=True):
            m.mul_(self.b1).add_(p.grad, alpha=1 - self.b1)
            v.mul_(self.b2).addcmul_(p.grad, p.grad, value=1 - self.b2)
            m_hat, v_hat = m / (1 - self.b1**self.t), v / (1 - self.b2**self.t)
            p.sub_(self.lr * m_hat / (v_hat.sqrt() + self.eps))

    def zero_grad(self):
        for p in self.params:
            p.grad = None


adam = Adam(theta, lr=2e-3)
for it in range(iterations):
    chosen = torch.randint(len(places), (batch,), generator=rng)
    loss = F.mse_loss(paint(places[chosen]), colours[chosen])
    adam.zero_grad()
    loss.backward()
    adam.step()
    if it % 1000 == 0 or it == iterations - 1:
        with torch.no_grad():
            error = F.mse_loss(paint(places), colours).item()
        print(f"iteration {it}: {-10 * np.log10(error):.2f} dB")

np.save("temple.npy", (255 * paint(places).detach()).reshape(side, side, 3).byte().numpy())
print(f"done: painted at {-10 * np.log10(error):.1f} dB")
