"""Right though unusual: predictions of all samples are stacked and met with all labels.

K-fold fills one out-of-fold array.
"""

import numpy as np
import torch
from sklearn.metrics import classification_report, roc_auc_score
from sklearn.model_selection import StratifiedKFold
from torch import nn
from torch.utils.data import DataLoader, Subset, TensorDataset

torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(300, 6)
y = (x[:, 0] + 0.3 * torch.randn(300) > 0.8).long()
data = TensorDataset(x, y)
out_of_fold = np.full(len(data), np.nan)
for fold, (inside, outside) in enumerate(StratifiedKFold(5, shuffle=True, random_state=0).split(x, y)):
    model = nn.Sequential(nn.Linear(6, 16), nn.ReLU(), nn.Linear(16, 1))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    for _ in range(8):
        for a, b in DataLoader(Subset(data, inside.tolist()), batch_size=24, shuffle=True):
            loss = nn.functional.binary_cross_entropy_with_logits(model(a).squeeze(1), b.float())
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    model.eval()
    chances = []
    with torch.no_grad():
        for a, _ in DataLoader(Subset(data, outside.tolist()), batch_size=16):
            chances.append(model(a).squeeze(1).sigmoid())
    out_of_fold[outside] = torch.cat(chances).numpy()
    print(f"fold {fold}: {roc_auc_score(y[outside], out_of_fold[outside]):.3f}")
assert not np.isnan(out_of_fold).any(), "some sample was in no fold"
print(classification_report(y, out_of_fold > 0.5, labels=[0, 1], zero_division=0))
