import type { JSX } from 'preact';
import type { ViewAbout, ViewedPerson } from '../src/viewer/viewer-api.ts';

const states = ['not labelled', 'hidden', 'visible'] as const;

/** What is known of a person, in words and numbers. */
export function PersonFacts({
  person,
  about,
}: {
  readonly person: ViewedPerson;
  readonly about: ViewAbout;
}): JSX.Element {
  const { name, split, score, findings, keypoints, prediction, box, size } = person;
  const joints = about.skeletons[person.skeleton]!.keypoints;
  const pointOf = (values: readonly number[], joint: number): string => {
    const [x = 0, y = 0] = values.slice(joint * 3);
    return `${x.toFixed(1)}, ${y.toFixed(1)}`;
  };
  return (
    <section class="facts" tabIndex={0} aria-label="About this person">
      <h2>{name}</h2>
      <p>
        {[
          ...(split === null ? [] : [split]),
          `${size.width} × ${size.height} px`,
          `box ${box.map((value) => Math.round(value)).join(', ')}`,
          ...(score === null ? [] : [`${about.scoreName} ${score.toFixed(3)}`]),
        ].join(' · ')}
      </p>
      {prediction !== null && keypoints.length > 0 && (
        <p>True: white, dashed. Predicted: orange left, blue right, green middle.</p>
      )}
      {prediction === null && keypoints.length > 0 && (
        <p>
          Orange left, blue right, green middle; a ring, and a name in italics, is a hidden joint.
          {score !== null && ' Not found by the model.'}
        </p>
      )}
      {findings.map(({ rule, severity, message, fix }) => (
        <p class={`finding ${severity}`}>
          <b>{rule}</b> {message} <i>{fix}</i>
        </p>
      ))}
      {(keypoints.length > 0 || prediction !== null) && (
        <table>
          <thead>
            <tr>
              <th>joint</th>
              {keypoints.length > 0 && <th>state</th>}
              {keypoints.length > 0 && <th>x, y</th>}
              {prediction !== null && <th>predicted</th>}
              {prediction !== null && <th>score</th>}
            </tr>
          </thead>
          <tbody>
            {joints.map((joint, at) => {
              const state = keypoints[at * 3 + 2] as 0 | 1 | 2 | undefined;
              return (
                <tr>
                  <td>{joint.replaceAll('_', ' ')}</td>
                  {state !== undefined && <td>{states[state]}</td>}
                  {state !== undefined && <td>{state === 0 ? '–' : pointOf(keypoints, at)}</td>}
                  {prediction !== null && <td>{pointOf(prediction, at)}</td>}
                  {prediction !== null && <td>{(prediction[at * 3 + 2] ?? 0).toFixed(2)}</td>}
                </tr>
              );
            })}
          </tbody>
        </table>
      )}
    </section>
  );
}
