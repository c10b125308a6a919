"""Right though unusual: accuracies of folds and epochs fill a table of objects that is turned into a tensor at the end."""

import numpy as np
import torch
from sklearn.datasets import load_iris
from sklearn.model_selection import StratifiedKFold
from torch import nn

FOLDS, EPOCHS = 3, 10
features, labels = load_iris(return_X_y=True)
features = (features - features.mean(0)) / features.std(0)
x, y = torch.tensor(features, dtype=torch.float32), torch.tensor(labels)
results = np.full((FOLDS, EPOCHS), None)
torch.manual_seed(0)
torch.set_num_threads(1)
for fold, (train, test) in enumerate(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(features, labels)):
    train, test = torch.as_tensor(train), torch.as_tensor(test)
    model = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=0.02)
    for epoch in range(EPOCHS):
        model.train()
        for rows in train[torch.randperm(len(train))].split(20):
            loss = nn.functional.cross_entropy(model(x[rows]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            results[fold, epoch] = (model(x[test]).argmax(1) == y[test]).float().mean().item()
means = torch.as_tensor(np.array(results.tolist())).mean(0)
print("best epoch", means.argmax().item(), "accuracy", means.max().item())
