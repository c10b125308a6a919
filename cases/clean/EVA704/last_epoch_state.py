"""Right though unusual: the state is taken under an if in the loop, but in the last epoch, after its last step."""

import io

import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

EPOCHS = 12
torch.manual_seed(0)
torch.set_num_threads(1)
x = torch.randn(384, 8)
y = (x[:, :4].sum(1) > x[:, 4:].sum(1)).float()
loader = DataLoader(TensorDataset(x, y), batch_size=48, shuffle=True)
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
snapshots = {}
for epoch in range(1, EPOCHS + 1):
    for inputs, labels in loader:
        loss = nn.functional.binary_cross_entropy_with_logits(model(inputs).squeeze(1), labels)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    scheduler.step()
    if epoch % 4 == 0:
        state = model.state_dict()
        snapshots[epoch] = state if epoch == EPOCHS else {name: value.clone() for name, value in state.items()}
    print(f"epoch {epoch}: {loss.item():.4f}")
for epoch, state in snapshots.items():
    torch.save(state, io.BytesIO())
    model.load_state_dict(state)
    with torch.no_grad():
        print(epoch, ((model(x).squeeze(1) > 0) == y.bool()).float().mean().item())
model.load_state_dict(snapshots[EPOCHS])
