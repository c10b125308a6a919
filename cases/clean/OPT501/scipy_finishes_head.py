"""Right though unusual: a new head is fitted by SciPy's L-BFGS, through copies of its weights.

Adam trains the rest.
"""

import numpy as np
import torch
from scipy.optimize import minimize
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(300, 5, dtype=torch.float64)
y = torch.sin(x[:, :1]) + 0.5 * x[:, 1:2] * x[:, 2:3]
body = nn.Sequential(nn.Linear(5, 24), nn.Tanh()).double()
optimizer = torch.optim.Adam(body.parameters(), lr=1e-2)
head = nn.Linear(24, 1).double()
model = nn.Sequential(body, head)


def objective(vector):
    vector_to_parameters(torch.from_numpy(vector.copy()), head.parameters())
    head.zero_grad()
    loss = nn.functional.mse_loss(model(x), y) + 1e-4 * head.weight.pow(2).sum()
    loss.backward()
    return loss.item(), parameters_to_vector([p.grad for p in head.parameters()]).numpy().astype(np.float64)


for turn in range(12):
    for _ in range(10):
        model.zero_grad()
        loss = nn.functional.mse_loss(model(x), y)
        loss.backward()
        optimizer.step()
    start = parameters_to_vector(head.parameters()).detach().numpy()
    result = minimize(objective, start, jac=True, method="L-BFGS-B", options={"maxiter": 10})
    vector_to_parameters(torch.from_numpy(result.x.copy()), head.parameters())
    print(f"turn {turn}: {loss.item():.4f} -> {result.fun:.4f}")
