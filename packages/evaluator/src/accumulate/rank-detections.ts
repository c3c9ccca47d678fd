import { rankByScore } from '../matching/rank-by-score.ts';
import type { DetectionLog, LoggedImage } from './detection-log.ts';

/** The detections of one category, of all images together, the best score first. */
export interface RankedDetections {
  /** By ascending id. */
  readonly images: readonly LoggedImage[];
  /** [areas][detections]: outcomes of {@link matchDetections}. */
  readonly outcomes: readonly Uint32Array[];
  /** [detections]: places in `images`. */
  readonly imagePlaces: Uint32Array;
}

/** Ranks what a log has so far. Of equal scores the image with the lower id comes first, as in pycocotools. */
export function rankDetections(log: DetectionLog): RankedDetections {
  const images = log.images.toSorted((a, b) => a.id - b.id);
  const ranked = new Uint32Array(log.length);
  const imageOfDetection = new Uint32Array(log.length);
  let at = 0;
  for (const [place, { start, end }] of images.entries()) {
    for (let detection = start; detection < end; detection++) {
      imageOfDetection[detection] = place;
      ranked[at++] = detection;
    }
  }
  rankByScore(log.scores, ranked, log.length);
  const outcomes = Array.from({ length: log.rangeCount }, () => new Uint32Array(log.length));
  const imagePlaces = new Uint32Array(log.length);
  for (let rank = 0; rank < ranked.length; rank++) {
    const detection = ranked[rank]!;
    imagePlaces[rank] = imageOfDetection[detection]!;
    for (let area = 0; area < log.rangeCount; area++) {
      outcomes[area]![rank] = log.outcomes[detection * log.rangeCount + area]!;
    }
  }
  return { images, outcomes, imagePlaces };
}
