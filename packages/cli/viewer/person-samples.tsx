import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type {
  SampleImage,
  ViewAbout,
  ViewedPerson,
  ViewedSample,
} from '../src/viewer/viewer-api.ts';
import { api } from './api.ts';
import { Pose } from './pose.tsx';

const shownPx = 420;

/** What a model sees of a person in an epoch, before and after augmentation. */
export function PersonSamples({
  person,
  about,
  hasPose,
}: {
  readonly person: ViewedPerson;
  readonly about: ViewAbout;
  readonly hasPose: boolean;
}): JSX.Element {
  const [epoch, setEpoch] = useState(0);
  const [sample, setSample] = useState<ViewedSample | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  useEffect(() => {
    let isWanted = true;
    api.sample(person.index, epoch).then(
      (got) => isWanted && (setSample(got), setProblem(null)),
      (error: unknown) => isWanted && setProblem((error as Error).message),
    );
    return () => void (isWanted = false);
  }, [person.index, epoch]);
  const figure = (
    title: string,
    { image, keypoints }: SampleImage,
    { size }: ViewedSample,
  ): JSX.Element => (
    <figure>
      <svg
        viewBox={`0 0 ${size.width} ${size.height}`}
        role="img"
        aria-label={`${title} augmentation`}
      >
        <image href={image} width={size.width} height={size.height} />
        {hasPose && (
          <Pose
            keypoints={keypoints}
            prediction={null}
            skeleton={about.skeletons[person.skeleton]!}
            unit={Math.max(size.width, size.height) / shownPx}
          />
        )}
      </svg>
      <figcaption>{title} augmentation</figcaption>
    </figure>
  );
  return (
    <div class="samples">
      <label>
        Epoch
        <input
          type="number"
          min="0"
          value={epoch}
          onInput={({ currentTarget }) =>
            setEpoch(Math.max(0, Math.floor(Number(currentTarget.value))))
          }
        />
      </label>
      {problem === null && sample === null && <p role="status">…</p>}
      {problem !== null && <p role="alert">{problem}</p>}
      {problem === null && sample !== null && (
        <div class="both">
          {figure('Before', sample.before, sample)}
          {figure('After', sample.after, sample)}
        </div>
      )}
    </div>
  );
}
