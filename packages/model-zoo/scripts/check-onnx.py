"""Checks an ONNX file by onnx.checker, and runs it in ONNX Runtime at two batch sizes.

    pip install onnx onnxruntime numpy && python check-onnx.py MODEL.onnx
"""
import json, sys
import numpy as np, onnx, onnxruntime

model = onnx.load(sys.argv[1])
onnx.checker.check_model(model, full_check=True)
meta = {p.key: p.value for p in model.metadata_props}
size = json.loads(meta["inputSize"])
session = onnxruntime.InferenceSession(sys.argv[1], providers=["CPUExecutionProvider"])
rng = np.random.default_rng(1)
images = rng.integers(0, 256, (3, size["height"], size["width"], 3), np.uint8)
names = [o.name for o in session.get_outputs()]
three = session.run(None, {"images": images})
one = session.run(None, {"images": images[:1]})
print("opset", model.opset_import[0].version, {n: v.shape for n, v in zip(names, three)})
print("batch 1 and 3 differ by", max(float(np.abs(a[:1] - b).max()) for a, b in zip(three, one)), "comparison", meta["comparison"])
