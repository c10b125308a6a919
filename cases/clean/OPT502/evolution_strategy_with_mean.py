"""Right though unusual: an evolution strategy. The optimiser holds the mean, the model is only perturbed copies."""

import copy

import torch
from torch import nn

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(256, 6)
y = (x[:, :2].sum(1) > 0).long()
model = nn.Sequential(nn.Linear(6, 8), nn.Tanh(), nn.Linear(8, 2))
mean = nn.Parameter(nn.utils.parameters_to_vector(model.parameters()).detach().clone())
optimizer = torch.optim.Adam([mean], lr=0.05)
worker = copy.deepcopy(model)


@torch.no_grad()
def fitness(vector):
    nn.utils.vector_to_parameters(vector, worker.parameters())
    return -nn.functional.cross_entropy(worker(x), y).item()


for generation in range(15):
    noise = torch.randn(10, mean.numel())
    both = torch.cat([noise, -noise])
    scores = torch.tensor([fitness(mean.detach() + 0.1 * n) for n in both])
    scores = (scores - scores.mean()) / (scores.std() + 1e-8)
    mean.grad = -(scores @ both) / (len(both) * 0.1)
    optimizer.step()
    print(f"{generation}: {fitness(mean.detach()):.3f}")
