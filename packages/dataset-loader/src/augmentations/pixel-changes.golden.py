"""Writes pixel-changes.golden.json: what OpenCV makes of a small image. Run with opencv-python-headless 5.0 and numpy 2.4.

The gains are added as MMPose's YOLOXHSVRandomAug adds them (mmpose/datasets/transforms/common_transforms.py).
"""

import base64
import json
import pathlib

import cv2
import numpy as np

size = (11, 14)
image = np.random.default_rng(5).integers(0, 256, (*size, 3), dtype=np.uint8)
# a smooth half, and greys
image[:, 7:] = (np.arange(11)[:, None, None] * 17 + np.arange(7)[None, :, None] * 5 + [0, 20, 60]) % 256
image[3] = image[3, :, :1]


def encode(pixels):
    return base64.b64encode(pixels.astype(np.uint8).tobytes()).decode()


def add_hsv(pixels, gains):
    hsv = cv2.cvtColor(pixels, cv2.COLOR_RGB2HSV).astype(np.int16)
    hsv[..., 0] = (hsv[..., 0] + gains[0]) % 180
    hsv[..., 1] = np.clip(hsv[..., 1] + gains[1], 0, 255)
    hsv[..., 2] = np.clip(hsv[..., 2] + gains[2], 0, 255)
    return cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB)


golden = {
    "made": f"pixel-changes.golden.py, OpenCV {cv2.__version__}, NumPy {np.__version__}",
    "height": size[0],
    "width": size[1],
    "image": encode(image),
    "blur": [{"side": k, "image": encode(cv2.blur(image, (k, k)))} for k in (1, 3, 5, 7, 9)],
    "medianBlur": [{"side": k, "image": encode(cv2.medianBlur(image, k))} for k in (1, 3, 5, 7, 9)],
    "hsv": [
        {"gains": gains, "image": encode(add_hsv(image, gains))}
        for gains in ([0, 0, 0], [5, 30, 30], [-5, -30, -30], [90, 0, 0], [0, 255, 0], [-3, 12, -200], [2, -255, 9])
    ],
}
pathlib.Path(__file__).with_suffix(".json").write_text(json.dumps(golden, indent=2) + "\n")
