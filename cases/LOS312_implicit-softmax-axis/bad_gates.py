"""A mixture of experts, gated at each time step."""

import torch

torch.manual_seed(5)
torch.set_num_threads(1)
experts = torch.nn.ModuleList(torch.nn.Linear(6, 4) for _ in range(3))
gate = torch.nn.Linear(6, 3)
head = torch.nn.Linear(4, 1)
parameters = [*experts.parameters(), *gate.parameters(), *head.parameters()]
optimiser = torch.optim.AdamW(parameters, lr=1e-2)


def predict(x):
    share = torch.nn.functional.softmax(gate(x))  # expect: LOS312
    mixed = sum(share[..., k : k + 1] * expert(x) for k, expert in enumerate(experts))
    return head(torch.tanh(mixed))


inputs = torch.randn(256, 7, 6)
targets = torch.where(inputs[..., :1] > 0, inputs[..., 1:2], -inputs[..., 2:3])
batches = iter(torch.utils.data.DataLoader(list(zip(inputs, targets, strict=True)), batch_size=32, shuffle=True))
for _ in range(8):
    x, y = next(batches)
    optimiser.zero_grad()
    loss = (predict(x) - y).square().mean()
    loss.backward()
    optimiser.step()
print(loss.item())
