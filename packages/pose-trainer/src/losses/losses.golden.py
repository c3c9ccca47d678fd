"""Makes losses.golden.json: losses and gradients by PyTorch's autograd in float64, from the formulas of MMPose and the papers.

    pip install torch && python losses.golden.py
"""
import json, math, pathlib
import torch
from torch import nn
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
g = torch.Generator().manual_seed(7)
rand = lambda *shape: torch.rand(*shape, generator=g).mul(1000).round().div(1000)
numbers = lambda t, digits=7: [round(v, digits) for v in t.detach().reshape(-1).tolist()]


def case(loss, predicted, **more):
    predicted = predicted.clone().requires_grad_()
    value = loss(predicted)
    (gradient,) = torch.autograd.grad(value, predicted)
    return {"predicted": numbers(predicted), "loss": round(value.item(), 7), "gradient": numbers(gradient), **more}


# online hard keypoint mining: 2 persons, 2x3 maps, 10 joints, channels last
B, h, w, K = 2, 2, 3, 10
target, weights = rand(B, h, w, K), torch.ones(B, K)
weights[0, 3] = weights[1, 8] = 0


def ohkm(predicted):
    errors = ((predicted - target) ** 2 * weights[:, None, None, :]).mean((1, 2))
    return sum(row[torch.topk(row, 8).indices].sum() / 8 for row in errors) / B * 500


result = {"how": f"losses.golden.py with PyTorch {torch.__version__}, float64",
          "ohkm": case(ohkm, rand(B, h, w, K), shape=[B, h, w, K], target=numbers(target), weights=numbers(weights))}

# SimCC: 2 persons, 3 joints; as many bins along x as along y, so that MMPose's reduction differs by a factor only
B, K, bins, beta = 2, 3, 6, 10.0
weights = torch.tensor([[1.0, 1, 0], [1, 0, 1]])
target = torch.cat([torch.exp(-(torch.arange(bins) - rand(B, K, 1) * bins) ** 2 / 4) for _ in "xy"], -1)
hot = torch.full((B, K, 2 * bins), 0.1 / (bins - 1))
for index in range(B * K * 2):
    hot.view(-1, bins)[index, (index * 5) % bins] = 0.9
# without label smoothing, most bins are 0
hot.view(-1, bins)[0] = F.one_hot(torch.tensor(2), bins).double()


def kl_discret(beta, label_softmax, labels):
    def loss(predicted):
        total = 0
        for p, t in zip(predicted.split(bins, -1), labels.split(bins, -1)):
            t = F.softmax(t * beta, -1) if label_softmax else t
            divergence = F.kl_div(F.log_softmax(p * beta, -1), t, reduction="none").mean(-1)
            total = total + (divergence * weights).sum()
        return total / K * bins / B  # MMPose's, but for the sum over bins and the mean over persons
    return loss


predicted = rand(B, K, 2 * bins)
result["simcc"] = [
    case(kl_discret(10.0, True, target), predicted, target=numbers(target), beta=10, hasLabelSoftmax=True),
    case(kl_discret(1.0, False, hot), predicted, target=numbers(hot), beta=1, hasLabelSoftmax=False),
]
result["simccShape"], result["simccWeights"], result["binsX"] = [B, 1, K, 2 * bins], numbers(weights), bins


class RealNVP(nn.Module):
    """As in MMPose's realnvp.py."""

    def __init__(self):
        super().__init__()
        net = lambda *end: nn.Sequential(nn.Linear(2, 64), nn.LeakyReLU(), nn.Linear(64, 64), nn.LeakyReLU(), nn.Linear(64, 2), *end)
        self.mask = torch.tensor([[0.0, 1], [1, 0]] * 3)
        self.s = nn.ModuleList([net(nn.Tanh()) for _ in self.mask])
        self.t = nn.ModuleList([net() for _ in self.mask])

    def log_prob(self, x):
        log_det, z = x.new_zeros(x.shape[0]), x
        for i in reversed(range(len(self.t))):
            kept = self.mask[i] * z
            s = self.s[i](kept) * (1 - self.mask[i])
            t = self.t[i](kept) * (1 - self.mask[i])
            z = (1 - self.mask[i]) * (z - t) * torch.exp(-s) + kept
            log_det = log_det - s.sum(dim=1)
        prior = torch.distributions.MultivariateNormal(torch.zeros(2), torch.eye(2))
        return prior.log_prob(z) + log_det


def weight_at(index):
    """Of the flow: spread over (-0.2, 0.2), the same as in the test."""
    return math.sin(index * 12.9898) * 0.2


flow = RealNVP()
index = 0
for layer in range(6):
    for nets in (flow.s, flow.t):
        for linear in (m for m in nets[layer] if isinstance(m, nn.Linear)):
            # the test's kernels are [inputs, outputs]
            values = torch.tensor([weight_at(index + i) for i in range(linear.weight.numel())])
            linear.weight.data = values.reshape(linear.in_features, linear.out_features).T.contiguous()
            index += linear.weight.numel()
            linear.bias.data = torch.tensor([weight_at(index + i) for i in range(linear.bias.numel())])
            index += linear.bias.numel()

target = rand(B, K, 2)


def rle(predicted):
    sigma = predicted[..., 2:].sigmoid()
    error = (predicted[..., :2] - target) / (sigma + 1e-9)
    log_phi = flow.log_prob(error.reshape(-1, 2)).reshape(B, K, 1)
    nf_loss = torch.log(sigma) - log_phi
    loss_q = torch.log(sigma * 2) + torch.abs(error)
    return ((nf_loss + loss_q) * weights[..., None]).sum() / B


result["rle"] = case(rle, rand(B, K, 4) * 2 - 0.5, shape=[B, 1, K, 4], target=numbers(target), weights=numbers(weights))
value = rle(torch.tensor(result["rle"]["predicted"]).reshape(B, K, 4))
result["rle"]["biasGradient"] = numbers(torch.autograd.grad(value, flow.t[5][4].bias)[0])

# OKS: the third person has no joint of weight 1
B, width, height = 3, 96, 128
weights, sigmas = torch.tensor([[1.0, 1, 0], [1, 0, 1], [0, 0, 0]]), torch.tensor([0.026, 0.079, 0.107])
target, areas = rand(B, K, 2), torch.tensor([3000.0, 0.25, 900.0])
predicted = torch.cat([target + (rand(B, K, 2) - 0.5) * 0.08, rand(B, K, 2)], -1)
# a person of less than a pixel
predicted[1, :, :2] = target[1] + (rand(K, 2) - 0.5) * 0.004


def oks(predicted):
    distances = ((predicted[..., :2] - target) * torch.tensor([width, height])).norm(dim=-1)
    distances = distances / areas.clip(min=1).sqrt()[:, None] / (sigmas * 2)
    each = torch.exp(-distances ** 2 / 2) * weights
    labelled = weights.sum(1) > 0
    return (1 - each[labelled].sum(1) / weights[labelled].sum(1)).mean()


result["oks"] = case(oks, predicted, shape=[B, 1, K, 4], target=numbers(target), weights=numbers(weights),
                     areas=numbers(areas), sigmas=numbers(sigmas), inputSize={"height": height, "width": width})
(pathlib.Path(__file__).parent / "losses.golden.json").write_text(json.dumps(result) + "\n")
