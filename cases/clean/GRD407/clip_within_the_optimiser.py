"""Right: a pre-hook of the optimiser clips each group to its own norm; gradients are left until the next zero_grad."""

import torch
from sklearn.datasets import load_diabetes
from torch import nn

torch.manual_seed(3)
torch.set_num_threads(1)
table, target = load_diabetes(return_X_y=True)
x = torch.tensor(table / table.std(0), dtype=torch.float32)
y = torch.tensor(target, dtype=torch.float32).unsqueeze(1) / 50
net = nn.Sequential(nn.Linear(10, 16), nn.SiLU(), nn.Linear(16, 1))


def clip_groups(optimizer, args, kwargs):
    for group in optimizer.param_groups:
        nn.utils.clip_grad_norm_(group["params"], group["clip"])


groups = [{"params": net[0].parameters(), "clip": 0.5}, {"params": net[2].parameters(), "clip": 0.1}]
optimizer = torch.optim.Adam(groups, lr=1e-2)
optimizer.register_step_pre_hook(clip_groups)
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=34, shuffle=True)
for epoch in range(6):
    for inputs, targets in loader:
        optimizer.zero_grad()
        loss = nn.functional.smooth_l1_loss(net(inputs), targets)
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.3f}")
