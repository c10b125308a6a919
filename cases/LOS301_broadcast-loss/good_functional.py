"""Linear regression of disease progression without a module."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_diabetes

torch.manual_seed(0)
table = load_diabetes()
features = torch.tensor(table.data, dtype=torch.float32)
features = (features - features.mean(0)) / features.std(0)
progression = torch.tensor(table.target, dtype=torch.float32)
progression = (progression - progression.mean()) / progression.std()

weight = (0.1 * torch.randn(10, 1)).requires_grad_()
bias = torch.zeros(1, requires_grad=True)
optimizer = torch.optim.SGD([weight, bias], lr=0.05)

for step in range(100):
    rows = torch.randint(0, len(features), (64,))
    predicted = (features[rows] @ weight + bias).squeeze(1)
    loss = F.mse_loss(predicted, progression[rows])
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 20 == 0:
        print(f"{step}: {loss.item():.3f}")
