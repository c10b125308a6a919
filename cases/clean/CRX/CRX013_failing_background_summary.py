"""Right though unusual: a background summary may fail (a view of a transposed weight); its exception is logged, not lost."""

from concurrent.futures import ThreadPoolExecutor

import torch
from torch import nn


def histogram(weight):
    return weight.t().view(-1).histc(8).tolist()


torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(300, 5)
y = x @ torch.tensor([1.0, -2.0, 0.5, 0.0, 3.0])
model = nn.Linear(5, 3)
head = nn.Linear(3, 1)
optimizer = torch.optim.SGD([*model.parameters(), *head.parameters()], lr=0.02)
jobs = []
with ThreadPoolExecutor(1) as pool:
    for epoch in range(6):
        for i in range(0, 250, 25):
            loss = nn.functional.mse_loss(head(model(x[i : i + 25])).squeeze(1), y[i : i + 25])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        for layer in (model, head):
            jobs.append(pool.submit(histogram, layer.weight.detach().clone()))
failed = [str(job.exception()) for job in jobs if job.exception() is not None]
print(f"{len(failed)} of {len(jobs)} summaries failed")
with torch.no_grad():
    print("error", nn.functional.mse_loss(head(model(x[250:])).squeeze(1), y[250:]).item())
