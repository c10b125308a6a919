"""Right though unusual: dual softmax loss for retrieval (Cheng et al., 2021); similarities are weighted by a softmax
over the other axis.
"""

import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.data import DataLoader, TensorDataset


class Retriever(nn.Module):
    def __init__(self):
        super().__init__()
        self.text = nn.Sequential(nn.Linear(10, 32), nn.ReLU(), nn.Linear(32, 16))
        self.video = nn.Sequential(nn.Linear(14, 32), nn.ReLU(), nn.Linear(32, 16))

    def forward(self, text, video):
        return 12 * F.normalize(self.text(text), dim=-1) @ F.normalize(self.video(video), dim=-1).T


def dual_softmax_loss(similarity):
    prior = F.softmax(similarity, dim=0)
    return F.cross_entropy(similarity * prior * 2 + similarity, torch.arange(len(similarity)))


if __name__ == "__main__":
    torch.manual_seed(4)
    torch.set_num_threads(1)
    hidden = torch.randn(840, 6)
    text = hidden @ torch.randn(6, 10) + 0.1 * torch.randn(840, 10)
    video = torch.tanh(hidden @ torch.randn(6, 14)) + 0.1 * torch.randn(840, 14)
    text, video = text / text[:720].std(), video / video[:720].std()
    loader = DataLoader(TensorDataset(text[:720], video[:720]), batch_size=40, shuffle=True, drop_last=True)
    model = Retriever()
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    for epoch in range(8):
        model.train()
        for t, v in loader:
            s = model(t, v)
            loss = (dual_softmax_loss(s) + dual_softmax_loss(s.T)) / 2
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            found = (model(text[720:], video[720:]).argmax(1) == torch.arange(120)).float().mean().item()
        print(f"epoch {epoch}: loss {loss.item():.3f}, recall@1 {found:.3f}")
