"""Right though unusual: one optimiser a parameter, stepped and cleared from a hook inside backward.

A table finds it.
"""

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
trunk = nn.Sequential(nn.Linear(4, 32), nn.ReLU())
optimisers = {}


def learn_in_backward(module, lr):
    def apply(parameter):
        optimisers[parameter].step()
        optimisers[parameter].zero_grad()

    for parameter in module.parameters():
        optimisers[parameter] = torch.optim.Adam([parameter], lr=lr)
        parameter.register_post_accumulate_grad_hook(apply)


learn_in_backward(trunk, 5e-3)
head = nn.Linear(32, 3)
learn_in_backward(head, 1e-2)
x = torch.randn(450, 4)
y = x[:, :3].argmax(1)
for epoch in range(8):
    for inputs, labels in DataLoader(TensorDataset(x, y), batch_size=45, shuffle=True):
        loss = nn.functional.cross_entropy(head(trunk(inputs)), labels)
        loss.backward()
    print(f"epoch {epoch}: {loss.item():.3f}")
