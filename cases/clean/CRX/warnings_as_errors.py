"""Right though unusual: every warning is an error and only deterministic operations are allowed."""

import warnings

warnings.filterwarnings("error")

import numpy as np  # noqa: E402
import torch  # noqa: E402
from torch import nn  # noqa: E402
from torch.utils.data import DataLoader, TensorDataset  # noqa: E402

torch.use_deterministic_algorithms(True)
torch.manual_seed(0)
torch.set_num_threads(1)
np.seterr(all="raise")
x = torch.randn(400, 4)
y = (x[:, 0] > x[:, 1]).long()
loader = DataLoader(TensorDataset(x[:320], y[:320]), batch_size=32, shuffle=True)
model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 2))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scheduler = torch.optim.lr_scheduler.MultiStepLR(optimizer, [5, 8], 0.3)
means, test_losses = [], []
for epoch in range(10):
    losses = []
    for a, b in loader:
        loss = nn.functional.cross_entropy(model(a), b)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    scheduler.step()
    means.append(np.mean(losses))
    if epoch % 4 == 1:
        with torch.no_grad():
            test_losses.append(nn.functional.cross_entropy(model(x[320:]), y[320:]).item())
    print(f"epoch {epoch}: {means[-1]:.4f}")
print(f"spread over the last epochs {np.std(means[-4:], ddof=1):.4f}, test {np.mean(test_losses):.4f}")
print("correlation", np.corrcoef(means[1::4], test_losses)[0, 1])
