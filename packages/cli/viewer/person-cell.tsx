import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { viewOf } from '../src/pages/person-view.ts';
import type { ViewAbout, ViewedPerson } from '../src/viewer/viewer-api.ts';
import { api } from './api.ts';
import { Pose } from './pose.tsx';

/** Pictures of persons who are scrolled past are not asked for. */
const patienceMs = 90;
const shownPx = 176;

/** One person of the grid. */
export function PersonCell({
  place,
  total,
  person,
  about,
  isReachable,
  frame,
  onFocus,
  onOpen,
}: {
  readonly place: number;
  readonly total: number;
  /** undefined: still on its way. */
  readonly person: ViewedPerson | undefined;
  readonly about: ViewAbout;
  readonly isReachable: boolean;
  readonly frame: Readonly<Record<'left' | 'width' | 'top' | 'height', string>>;
  readonly onFocus: () => void;
  readonly onOpen: () => void;
}): JSX.Element {
  return (
    <li style={{ ...frame }} aria-setsize={total} aria-posinset={place + 1}>
      <button
        type="button"
        data-place={place}
        tabIndex={isReachable ? 0 : -1}
        aria-busy={person === undefined}
        onFocus={onFocus}
        onClick={onOpen}
      >
        {person === undefined ? (
          <span class="waiting">…</span>
        ) : (
          <Content person={person} about={about} />
        )}
      </button>
    </li>
  );
}

function Content({
  person,
  about,
}: {
  readonly person: ViewedPerson;
  readonly about: ViewAbout;
}): JSX.Element {
  const [isStaying, setIsStaying] = useState(false);
  const [problem, setProblem] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsStaying(true), patienceMs);
    return () => clearTimeout(timer);
  }, []);
  const { index, name, size, box, score, findings } = person;
  const view = viewOf(box, size);
  return (
    <>
      <svg
        viewBox={`${view.left} ${view.top} ${view.width} ${view.height}`}
        aria-hidden="true"
        class={problem ? 'broken' : undefined}
      >
        {isStaying && (
          <image
            href={api.thumbnail(index)}
            x={view.left}
            y={view.top}
            width={view.width}
            height={view.height}
            preserveAspectRatio="none"
            onError={() => setProblem(true)}
          />
        )}
        <Pose
          {...person}
          skeleton={about.skeletons[person.skeleton]!}
          unit={Math.max(view.width, view.height) / shownPx}
        />
      </svg>
      <span class="name">{name}</span>
      <span class="badges">
        {score !== null && (
          <span>
            {about.scoreName} {score.toFixed(2)}
          </span>
        )}
        {problem && <span class="bad">no image</span>}
        {findings.length > 0 && (
          <span class="bad">
            {findings.length} {findings.length === 1 ? 'finding' : 'findings'}
          </span>
        )}
      </span>
    </>
  );
}
