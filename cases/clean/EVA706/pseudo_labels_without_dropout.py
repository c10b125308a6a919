"""Right though unusual: self-training; the unlabelled pass is learnt in eval mode, the labelled one with dropout.

The averaged weights are what is used in the end.
"""

import torch
from sklearn.datasets import make_moons
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

torch.manual_seed(0)
torch.set_num_threads(1)
points, classes = make_moons(700, noise=0.12, random_state=0)
points, classes = torch.tensor(points, dtype=torch.float32), torch.tensor(classes)
labelled, unlabelled, held_out = points[:60], points[60:500], points[500:]

student = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 2))
average = AveragedModel(student, multi_avg_fn=get_ema_multi_avg_fn(0.9))
optimizer = torch.optim.AdamW(student.parameters(), lr=1e-2)

for step in range(6):
    student.train()
    for rows in torch.randperm(60).split(20):
        loss = nn.functional.cross_entropy(student(labelled[rows]), classes[rows])
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        average.update_parameters(student)

    student.eval()  # the targets are the student's own: noise would be learnt as if it were a label
    used = 0
    for rows in torch.randperm(len(unlabelled)).split(110):
        scores = student(unlabelled[rows])
        confidence, target = scores.detach().softmax(1).max(1)
        keep = confidence > 0.8
        if keep.any():
            loss = 0.3 * nn.functional.cross_entropy(scores[keep], target[keep])
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            average.update_parameters(student)
            used += int(keep.sum())
    print(f"step {step}: {used} pseudo-labels")

average.eval()
with torch.inference_mode():
    print("accuracy", (average(held_out).argmax(1) == classes[500:]).float().mean().item())
