"""Right: activations are kept classes first, as columns, so that the softmax over classes is over axis 0."""

import torch

torch.manual_seed(2)
torch.set_num_threads(1)
CLASSES = BATCH = 8
x = torch.randn(10, 400)
y = (torch.randn(CLASSES, 10) @ x).argmax(0)
w1 = (0.3 * torch.randn(32, 10)).requires_grad_()
b1 = torch.zeros(32, 1, requires_grad=True)
w2 = (0.2 * torch.randn(CLASSES, 32)).requires_grad_()
b2 = torch.zeros(CLASSES, 1, requires_grad=True)
optimizer = torch.optim.Adam([w1, b1, w2, b2], lr=5e-3)
for epoch in range(4):
    for columns in torch.randperm(400).split(BATCH):
        hidden = torch.relu(w1 @ x[:, columns] + b1)
        probability = torch.softmax(w2 @ hidden + b2, dim=0)
        wanted = torch.nn.functional.one_hot(y[columns], CLASSES).T.float()
        loss = -(wanted * torch.log(probability + 1e-9)).sum(0).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    print(f"epoch {epoch}: {loss.item():.4f}")
