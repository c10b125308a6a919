"""Right though unusual: a lesson prints what cross_entropy would say of probabilities; only the loss on logits is
trained on.
"""

import torch
import torch.nn.functional as F
from torch.utils.data import DataLoader, TensorDataset

torch.manual_seed(8)
torch.set_num_threads(1)
x = torch.randn(900, 6)
y = (x @ torch.randn(6, 5) + 0.5 * torch.sin(3 * x[:, :1])).argmax(1)
loader = DataLoader(TensorDataset(x[:720], y[:720]), batch_size=36, shuffle=True)
model = torch.nn.Sequential(torch.nn.Linear(6, 32), torch.nn.ReLU(), torch.nn.Linear(32, 5))
optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
for epoch in range(6):
    shown = []
    for inputs, labels in loader:
        logits = model(inputs)
        loss = F.cross_entropy(logits, labels)
        wrong = F.cross_entropy(F.softmax(logits, dim=1), labels)
        shown.append((loss.item(), wrong.item()))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        accuracy = (model(x[720:]).argmax(1) == y[720:]).float().mean().item()
    proper, flat = torch.tensor(shown).mean(0).tolist()
    print(f"epoch {epoch}: loss {proper:.3f} (softmax twice would say {flat:.3f}), accuracy {accuracy:.3f}")
