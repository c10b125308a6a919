"""Right though unusual: Langevin sampling by velocity Verlet; the same gradient gives the second half kick of one
step and the first of the next.
"""

import math

import torch

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(200, 3)
truth = torch.tensor([1.0, -2.0, 0.5])
y = x @ truth + 0.5 * torch.randn(200)
weights = torch.zeros(3, requires_grad=True)
velocity = torch.zeros(3, requires_grad=True)
dt, friction = 0.02, 1.0
kick = torch.optim.SGD([velocity], lr=dt / 2)


def energy():
    return (y - x @ weights).square().sum() / (2 * 0.25) + weights.square().sum() / 200


(force,) = torch.autograd.grad(energy(), weights)
velocity.grad = force
samples = []
for step in range(1500):
    kick.step()
    with torch.no_grad():
        weights += dt / 2 * velocity
        decay = math.exp(-friction * dt * 20)
        velocity.mul_(decay).add_(torch.randn(3), alpha=math.sqrt(1 - decay**2))
        weights += dt / 2 * velocity
    u = energy()
    velocity.grad = torch.autograd.grad(u, weights)[0]
    kick.step()
    if step > 300:
        samples.append(weights.detach().clone())
    if step % 300 == 0:
        print(f"step {step}: energy {u.item():.2f}")
posterior = torch.stack(samples)
print("mean", posterior.mean(0).tolist(), "deviation", posterior.std(0).tolist())
