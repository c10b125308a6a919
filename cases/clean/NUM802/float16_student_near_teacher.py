"""A pruned student is tuned towards its teacher in float16: their difference is small from the first batch on."""

import copy

import torch
from sklearn.datasets import load_digits
from torch import nn

torch.manual_seed(3)
images, labels = load_digits(return_X_y=True)
x = torch.tensor((images - 5) / 6, dtype=torch.float32)
y = torch.tensor(labels)
teacher = nn.Sequential(nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 10))
first = torch.optim.Adam(teacher.parameters(), lr=2e-3)
for _ in range(40):
    first.zero_grad()
    nn.functional.cross_entropy(teacher(x[:1400]), y[:1400]).backward()
    first.step()

student = copy.deepcopy(teacher)
with torch.no_grad():
    weight = student[0].weight
    kept = weight.abs() > weight.abs().quantile(0.3)
    weight.mul_(kept)
optimizer = torch.optim.SGD(student.parameters(), lr=0.5, momentum=0.9)
for epoch in range(5):
    for rows in torch.randperm(1400).split(70):
        with torch.no_grad():
            aim = teacher(x[rows]).log_softmax(1)
        with torch.autocast("cpu", dtype=torch.float16):
            guess = student(x[rows]).log_softmax(1)
            loss = nn.functional.kl_div(guess, aim, log_target=True, reduction="batchmean")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            weight.mul_(kept)
    print(f"{epoch}: {loss.item():.2e}")
