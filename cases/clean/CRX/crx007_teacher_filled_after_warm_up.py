"""Right though unusual: the teacher has no memory before the warm-up has ended; then it is filled and compared with."""

import torch
from torch import nn


def network():
    return nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 3))


torch.manual_seed(0)
torch.set_num_threads(1)
WARM_UP = 40
x = torch.randn(600, 6)
y = (x @ torch.randn(6, 3)).argmax(1)
student = network()
with torch.device("meta"):
    teacher = network().requires_grad_(False)
optimizer = torch.optim.Adam(student.parameters(), lr=5e-3)
step = 0
for epoch in range(10):
    for rows in torch.randperm(500).split(50):
        output = student(x[rows])
        loss = nn.functional.cross_entropy(output, y[rows])
        if step > WARM_UP:
            with torch.no_grad():
                wanted = teacher(x[rows]).softmax(1)
            loss = loss + 0.3 * nn.functional.cross_entropy(output, wanted)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step == WARM_UP:
            teacher.to_empty(device="cpu")
            teacher.load_state_dict(student.state_dict())
        elif step > WARM_UP:
            for old, new in zip(teacher.parameters(), student.parameters(), strict=True):
                old.lerp_(new.detach(), 0.05)
        step += 1
    with torch.no_grad():
        print(f"epoch {epoch}: {(student(x[500:]).argmax(1) == y[500:]).float().mean().item():.2f}")
with torch.no_grad():
    agreed = (teacher(x[500:]).argmax(1) == student(x[500:]).argmax(1)).float().mean().item()
print(f"the teacher agrees with the student on {agreed:.0%}")
