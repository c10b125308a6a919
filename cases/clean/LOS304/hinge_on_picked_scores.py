"""Right: multi-class hinge on raw scores: nll_loss with reduction "none" picks the true class's score for the margin."""

import torch
from sklearn.datasets import load_wine
from torch import nn

torch.manual_seed(9)
torch.set_num_threads(1)
table, label = load_wine(return_X_y=True)
x = torch.tensor((table - table.mean(0)) / table.std(0), dtype=torch.float32)
y = torch.tensor(label)
svm = nn.Linear(13, 3)
pick = nn.NLLLoss(reduction="none")
optimizer = torch.optim.SGD(svm.parameters(), lr=0.05, weight_decay=1e-2)
for epoch in range(8):
    for rows in torch.randperm(178).split(20):
        scores, target = svm(x[rows]), y[rows]
        others = scores.masked_fill(nn.functional.one_hot(target, 3).bool(), -torch.inf).amax(1)
        loss = torch.relu(1 + pick(scores, target) + others).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        print(epoch, f"{loss.item():.3f}", f"{(svm(x).argmax(1) == y).float().mean().item():.2f}")
