"""Breast cancer table; the area under the curve of scikit-learn watches the training."""

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler

torch.manual_seed(0)
table = load_breast_cancer()
x = torch.tensor(StandardScaler().fit_transform(table.data), dtype=torch.float32)
y = torch.tensor(table.target, dtype=torch.float32)
model = torch.nn.Linear(30, 1)
opt = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(5):
    for k in range(0, 500, 50):
        opt.zero_grad()
        score = model(x[k : k + 50]).squeeze(1)
        loss = torch.nn.functional.binary_cross_entropy_with_logits(score, y[k : k + 50])
        loss.backward()
        opt.step()
    scores = model(x).squeeze(1)
    print(epoch, roc_auc_score(y, scores))  # expect: CRX012
