"""Right though unusual: federated rounds of one simulated device; weights are copied in by hand, one SGD per visit.

One network plays all the clients in turn; averages are gathered in a flat vector, and the server keeps the momentum.
"""

import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(440, 5)
y = 2 * x[:, :1] - x[:, 1:2] * x[:, 2:3]
net = nn.Sequential(nn.Linear(5, 40), nn.Tanh(), nn.Linear(40, 1))
shards = [rows.split(20) for rows in torch.randperm(360).split(90)]
centre = parameters_to_vector(net.parameters()).detach().clone()
velocity = torch.zeros_like(centre)
for visit in range(10):
    change = torch.zeros_like(centre)
    for batches in shards:
        with torch.no_grad():
            vector_to_parameters(centre.clone(), net.parameters())
        local = torch.optim.SGD(net.parameters(), lr=0.03, momentum=0.9)
        for rows in batches:
            local.zero_grad()
            nn.functional.mse_loss(net(x[rows]), y[rows]).backward()
            local.step()
        change += (parameters_to_vector(net.parameters()).detach() - centre) / len(shards)
    velocity = 0.3 * velocity + change
    centre += velocity
    with torch.no_grad():
        vector_to_parameters(centre.clone(), net.parameters())
        print(f"visit {visit}: {nn.functional.mse_loss(net(x[360:]), y[360:]).item():.3f}")
