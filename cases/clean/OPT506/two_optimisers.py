"""Right though unusual: two optimisers, their schedules stepped in one loop; the auxiliary one is switched off early."""

import torch
from torch import nn
from torch.optim import lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(0)
x = torch.rand(640, 2) * 2 - 1
y = ((x[:, 0] * x[:, 1]) > 0).long()
loader = DataLoader(TensorDataset(x, y), batch_size=32, shuffle=True)
body, head, helper = nn.Sequential(nn.Linear(2, 32), nn.ReLU()), nn.Linear(32, 2), nn.Linear(32, 2)
main_opt = torch.optim.Adam([*body.parameters(), *head.parameters()], lr=1e-2)
helper_opt = torch.optim.Adam(helper.parameters(), lr=1e-2)
schedulers = [
    lr_scheduler.StepLR(main_opt, step_size=10, gamma=0.5),
    lr_scheduler.LambdaLR(helper_opt, lambda epoch: 1.0 if epoch < 5 else 0.0),
]
for epoch in range(40):
    for inputs, labels in loader:
        main_opt.zero_grad()
        helper_opt.zero_grad()
        features = body(inputs)
        loss = nn.functional.cross_entropy(head(features), labels)
        loss = loss + 0.3 * nn.functional.cross_entropy(helper(features), labels)
        loss.backward()
        main_opt.step()
        helper_opt.step()
    for scheduler in schedulers:
        scheduler.step()
    print(epoch, loss.item())
