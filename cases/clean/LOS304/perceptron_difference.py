"""Right: the perceptron's loss, score of the wrong guess minus score of the right class, in one line."""

import torch
import torch.nn.functional as F
from sklearn.datasets import load_iris
from torch import nn

torch.manual_seed(1)
torch.set_num_threads(1)
table, label = load_iris(return_X_y=True)
x = torch.tensor((table - table.mean(0)) / table.std(0), dtype=torch.float32)
y = torch.tensor(label)
perceptron = nn.Linear(4, 3)
optimizer = torch.optim.SGD(perceptron.parameters(), lr=0.05)
for epoch in range(10):
    wrong = 0
    for rows in torch.randperm(150).split(10):
        scores = perceptron(x[rows])
        guess = scores.argmax(1)
        loss = F.nll_loss(scores, y[rows]) - F.nll_loss(scores, guess)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        wrong += (guess != y[rows]).sum().item()
    print(f"epoch {epoch}: {wrong} wrong")
