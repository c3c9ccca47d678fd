"""One training step of a model of the zoo in PyTorch, to compare `limber bench step` with. Prints one JSON line.

  python packages/model-zoo/scripts/torch-step.py fp32|bf16 BATCH limber-tiny|mobilenetv2|hrnet-w32|rtmpose-s|vitpose-s [STEPS [HEIGHT WIDTH]]
"""
import json, os, sys, time
import torch

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '../src/architectures/fixtures'))
from torch_models import hrnet, limber_tiny, mobilenetv2, rtmpose, vitpose

MODELS = {
    'limber-tiny': limber_tiny,
    'mobilenetv2': mobilenetv2, 'hrnet-w32': hrnet(32), 'hrnet-w48': hrnet(48),
    'rtmpose-t': rtmpose(0.167, 0.375), 'rtmpose-s': rtmpose(0.33, 0.5), 'rtmpose-m': rtmpose(0.67, 0.75),
    'vitpose-s': vitpose(384, 12, 12),
}
mode, batch, name = sys.argv[1], int(sys.argv[2]), sys.argv[3]
steps = int(sys.argv[4]) if len(sys.argv) > 4 else 5
size = (int(sys.argv[5]), int(sys.argv[6])) if len(sys.argv) > 6 else (256, 192)
model = MODELS[name](size, 17).train()
optimizer = torch.optim.Adam(model.parameters(), 1e-3)
x = torch.randn(batch, 3, *size)
with torch.no_grad():
    y = torch.rand_like(model(x))


def step():
    optimizer.zero_grad()
    with torch.autocast('cpu', dtype=torch.bfloat16, enabled=mode == 'bf16'):
        loss = ((model(x).float() - y) ** 2).mean()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


for _ in range(2):
    step()
times = []
for _ in range(steps):
    start = time.perf_counter()
    step()
    times.append(time.perf_counter() - start)
median = sorted(times)[len(times) // 2]
print(json.dumps({'engine': 'torch ' + torch.__version__, 'mode': mode, 'model': name, 'batch': batch, 'medianStepSeconds': round(median, 4)}))
