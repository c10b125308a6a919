"""Right though unusual: a classifier freezes itself after the last epoch of its schedule; predictions are arrays then."""

import torch
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score
from torch import nn


class Classifier:
    def __init__(self, columns, epochs=6):
        self.net = nn.Sequential(nn.Linear(columns, 16), nn.ReLU(), nn.Linear(16, 1), nn.Flatten(0))
        self.epochs = epochs
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=0.01)

    def fit(self, x, y):
        for epoch in range(1, self.epochs + 1):
            for rows in torch.randperm(len(x)).split(50):
                loss = nn.functional.binary_cross_entropy_with_logits(self.net(x[rows]), y[rows])
                self.optimizer.zero_grad()
                loss.backward()
                self.optimizer.step()
            if epoch == self.epochs:
                self.net.requires_grad_(False)
        return self

    def decide(self, x):
        return self.net(x).numpy()


features, labels = load_breast_cancer(return_X_y=True)
torch.manual_seed(1)
torch.set_num_threads(1)
features = (features - features[:450].mean(0)) / features[:450].std(0)
x, y = torch.tensor(features, dtype=torch.float32), torch.tensor(labels, dtype=torch.float32)
model = Classifier(30).fit(x[:450], y[:450])
print("area under the curve", roc_auc_score(labels[450:], model.decide(x[450:])))
