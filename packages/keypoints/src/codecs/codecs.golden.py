"""Makes msra-heatmap.golden.json, udp-heatmap.golden.json and simcc.golden.json: the papers' formulas in NumPy and OpenCV, without any code of Limber.

    pip install numpy opencv-python-headless && python codecs.golden.py
"""
import json, pathlib
import cv2
import numpy as np

here = pathlib.Path(__file__).parent
rounded = lambda values, digits=6: np.round(np.asarray(values, np.float64), digits).tolist()


def noise(count):
    """A number in [0, 1) from an index, the same as in the tests."""
    x = (np.arange(count, dtype=np.uint64) * np.uint64(2654435761)) & np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(15)
    x = (x * np.uint64(2246822519)) & np.uint64(0xFFFFFFFF)
    x ^= x >> np.uint64(13)
    return (x / 4294967296).astype(np.float32)


def joints(width, height):
    """In the middle, near the corners, not labelled, far outside, and just outside."""
    return [[width / 2 + 0.3, height / 2 - 0.7, 2], [width / 4 + 1.1, 0.75 * height + 0.9, 1], [3.3, height - 5.2, 2],
            [width - 2, 4.25, 2], [0.4 * width, 0.4 * height, 0], [-60, height / 2, 2], [width + 5, 0.3 * height, 2],
            [0, 0, 2], [width - 1, height - 1, 2]]


def around_the_limit(heatmap_size, reach):
    """In heatmap pixels: where the blur begins to see the outside, at each of the four sides."""
    h, w = heatmap_size
    return [place for d in (reach - 1, reach, reach + 1) for place in
            ([d + 0.2, h / 2 - 0.3], [w - 1 - d - 0.2, h / 2 + 1.4], [w / 2 + 0.3, d - 0.1], [w / 2 - 1.3, h - 1 - d + 0.1])]


def gaussians(input_size, heatmap_size, sigma, kernel, cut):
    """Unbiased Gaussians. `cut`: what a side is shorter than its pixels, 1 with UDP and else 0."""
    (H, W), (h, w) = input_size, heatmap_size
    scale = np.array([(w - cut) / (W - cut), (h - cut) / (H - cut)])
    limits = np.array(around_the_limit(heatmap_size, (kernel - 1) // 2)) / scale
    keypoints = np.array(joints(W, H) + rounded([[x, y, 2] for x, y in limits], 3))
    maps, weights = np.zeros((h, w, len(keypoints)), np.float32), []
    for k, (x, y, v) in enumerate(keypoints):
        mx, my = np.array([x, y]) * scale
        inside = mx - 3 * sigma < w and my - 3 * sigma < h and mx + 3 * sigma + 1 >= 0 and my + 3 * sigma + 1 >= 0
        weights.append(int(v > 0 and inside))
        if weights[-1]:
            columns, rows = np.arange(w)[None, :], np.arange(h)[:, None]
            maps[:, :, k] = np.exp(-((columns - mx) ** 2 + (rows - my) ** 2) / (2 * sigma ** 2))
    return keypoints, maps, weights, scale


def dark(maps, kernel):
    """Distribution-aware decoding, a step only where both eigenvalues are negative and it is at most 2 px.

    Near the border, a parabola through the logarithms of five pixels of the row and of the column, weighted by their squares.
    """
    h, w, count = maps.shape
    places, scores = [], []
    for k in range(count):
        m = maps[:, :, k].astype(np.float64)
        y, x = np.unravel_index(np.argmax(m), m.shape)
        scores.append(m.max())
        if m.max() <= 0:
            places.append([-1, -1])
            continue
        place = np.array([x, y], np.float64)
        reach = (kernel - 1) // 2
        if min(x, y, w - 1 - x, h - 1 - y) < max(reach, 2):
            for axis, (line, at) in enumerate(((m[y], x), (m[:, x], y))):
                start = min(max(at - 2, 0), len(line) - 5)
                values = np.maximum(line[start:start + 5] / line[at], 0.001)
                # polyfit's weights apply to the distances, which are then squared
                a, b, _ = np.polyfit(np.arange(start, start + 5) - at, np.log(values), 2, w=values)
                place[axis] += np.clip(-b / (2 * a), -1, 1) if a < 0 else 0
        else:
            padded = np.pad(m, reach)
            sigma = 0.3 * ((kernel - 1) / 2 - 1) + 0.8
            blurred = cv2.GaussianBlur(padded, (kernel, kernel), sigma)[reach:-reach, reach:-reach]
            log = np.log(np.maximum(blurred * m.max() / blurred.max(), 1e-10))
            slope = np.array([log[y, x + 1] - log[y, x - 1], log[y + 1, x] - log[y - 1, x]]) / 2
            xx = (log[y, x + 2] - 2 * log[y, x] + log[y, x - 2]) / 4
            yy = (log[y + 2, x] - 2 * log[y, x] + log[y - 2, x]) / 4
            xy = (log[y + 1, x + 1] - log[y + 1, x - 1] - log[y - 1, x + 1] + log[y - 1, x - 1]) / 4
            hessian = np.array([[xx, xy], [xy, yy]])
            if np.all(np.linalg.eigvalsh(hessian) < 0):
                step = -np.linalg.solve(hessian, slope)
                if np.all(np.abs(step) <= 2):
                    place += step
        places.append(place)
    return np.array(places), scores


def simcc_targets(keypoints, bins, ratio, smoothing):
    """SimCCLabel: Gaussians around the place itself, or one-hot vectors with label smoothing around the nearest bin."""
    targets, weights = [], []
    for x, y, v in keypoints:
        row, is_inside = [], v > 0
        for axis, (place, count) in enumerate(zip((x * ratio, y * ratio), bins)):
            if smoothing["type"] == "gaussian":
                sigma = smoothing["sigmaBins"][axis]
                is_inside &= place - 3 * sigma < count and place + 3 * sigma + 1 >= 0
                row.append(np.exp(-((np.arange(count) - place) ** 2) / (2 * sigma ** 2)))
            else:
                nearest = int(np.floor(place + 0.5))
                is_inside &= 0 <= nearest < count
                vector = np.full(count, smoothing["weight"] / (count - 1))
                if 0 <= nearest < count:
                    vector[nearest] = 1 - smoothing["weight"]
                row.append(vector)
        weights.append(int(is_inside))
        targets.append(np.concatenate(row) * is_inside)
    return np.array(targets, np.float32), weights


def simcc_decode(vectors, bins, ratio):
    places, scores = [], []
    for row in vectors:
        parts, place = np.split(row, [bins[0]]), []
        score = min(part.max() for part in parts)
        for part in parts:
            best = int(np.argmax(part))
            middle = min(max(best, 1), len(part) - 2)
            a, b, _ = np.polyfit([-1, 0, 1], part[middle - 1:middle + 2].astype(np.float64), 2)
            peak = middle - b / (2 * a) if a < 0 else best
            place.append(min(max(peak, best - 0.5), best + 0.5) / ratio)
        places.append(place if score > 0 else [-1, -1])
        scores.append(score)
    return places, scores


def some(values):
    """The sum, and values at places that are spread over the array, zeros left out."""
    flat = values.ravel()
    filled = np.flatnonzero(flat > 1e-4)
    at = filled[:: max(1, len(filled) // 16)]
    return {"sum": round(float(flat.astype(np.float64).sum()), 4), "at": at.tolist(), "values": rounded(flat[at], 7)}


def heatmap_cases(cut):
    cases = []
    for input_size, heatmap_size, sigma, kernel in (((256, 192), (64, 48), 2, 11), ((128, 96), (32, 24), 1.5, 9),
                                                    ((384, 288), (96, 72), 3, 17)):
        keypoints, maps, weights, scale = gaussians(input_size, heatmap_size, sigma, kernel, cut)
        noisy = maps + np.float32(0.2) * noise(maps.size).reshape(maps.shape)
        places, scores = dark(maps, kernel)
        noisy_places, noisy_scores = dark(noisy, kernel)
        size = lambda s: {"height": s[0], "width": s[1]}
        cases.append({"options": {"inputSize": size(input_size), "heatmapSize": size(heatmap_size), "sigmaPx": sigma},
                      "keypoints": keypoints.tolist(), "weights": weights, **some(maps),
                      "decoded": rounded(places / scale), "scores": rounded(scores),
                      "decodedFromNoise": rounded(noisy_places / scale), "scoresFromNoise": rounded(noisy_scores)})
    return cases


simcc_cases = []
for (H, W), ratio, smoothing in (((256, 192), 2.0, {"type": "gaussian", "sigmaBins": [4.9, 5.66]}),
                                 ((128, 96), 3.0, {"type": "gaussian", "sigmaBins": [5.2, 6]}),
                                 ((256, 192), 2.0, {"type": "label", "weight": 0.1})):
    bins = [round(W * ratio), round(H * ratio)]
    keypoints = joints(W, H)
    targets, weights = simcc_targets(keypoints, bins, ratio, smoothing)
    noisy = targets + np.float32(0.02) * noise(targets.size).reshape(targets.shape)
    places, scores = simcc_decode(targets, bins, ratio)
    noisy_places, noisy_scores = simcc_decode(noisy, bins, ratio)
    simcc_cases.append({"options": {"inputSize": {"height": H, "width": W}, "splitRatio": ratio, "smoothing": smoothing},
                        "keypoints": keypoints, "weights": weights, **some(targets),
                        "decoded": rounded(places), "scores": rounded(scores),
                        "decodedFromNoise": rounded(noisy_places), "scoresFromNoise": rounded(noisy_scores)})

how = f"codecs.golden.py with NumPy {np.__version__} and OpenCV {cv2.__version__}. decodedFromNoise: targets plus "
for name, cases, share in (("msra-heatmap", heatmap_cases(0), 0.2), ("udp-heatmap", heatmap_cases(1), 0.2),
                           ("simcc", simcc_cases, 0.02)):
    text = json.dumps({"how": how + f"{share} x the noise of codec-golden.suite.ts.", "cases": cases})
    (here / f"{name}.golden.json").write_text(text + "\n")
