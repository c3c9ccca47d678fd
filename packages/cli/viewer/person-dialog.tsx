import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ViewAbout } from '../src/viewer/viewer-api.ts';
import { Modal } from './modal.tsx';
import { PersonFacts } from './person-facts.tsx';
import { PersonPicture } from './person-picture.tsx';
import { PersonSamples } from './person-samples.tsx';
import type { Persons } from './use-persons.ts';
import { useZoom } from './use-zoom.ts';

/** One person, large. */
export function PersonDialog({
  about,
  persons,
  place,
  onMove,
  onClose,
}: {
  readonly about: ViewAbout;
  readonly persons: Persons;
  readonly place: number;
  readonly onMove: (place: number) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const [hasNames, setHasNames] = useState(true);
  const [hasPose, setHasPose] = useState(true);
  const [hasSamples, setHasSamples] = useState(false);
  const person = persons.at(place);
  const zoom = useZoom(person);
  const total = persons.total ?? 0;
  const move = (step: number): void => onMove(Math.min(total - 1, Math.max(0, place + step)));
  const keys: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => move(-1),
    ArrowRight: () => move(1),
    '+': () => zoom.by(1.25),
    '=': () => zoom.by(1.25),
    '-': () => zoom.by(0.8),
    '0': zoom.all,
    n: () => setHasNames(!hasNames),
    p: () => setHasPose(!hasPose),
    a: () => setHasSamples(!hasSamples),
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target instanceof HTMLInputElement) return;
    const act =
      event.ctrlKey || event.metaKey
        ? undefined
        : keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  const toggle = (text: string, isOn: boolean, act: () => void): JSX.Element => (
    <button type="button" aria-pressed={isOn} onClick={act}>
      {text}
    </button>
  );
  return (
    <Modal label={person?.name ?? 'Person'} class="person" onClose={onClose} onKeyDown={onKeyDown}>
      <div class="tools">
        <button type="button" aria-label="Before" disabled={place === 0} onClick={() => move(-1)}>
          ←
        </button>
        <span class="place">
          {(place + 1).toLocaleString('en')} / {total.toLocaleString('en')}
        </span>
        <button
          type="button"
          aria-label="Next"
          disabled={place + 1 >= total}
          onClick={() => move(1)}
        >
          →
        </button>
        <button type="button" aria-label="Closer" onClick={() => zoom.by(1.25)}>
          +
        </button>
        <button type="button" aria-label="Further away" onClick={() => zoom.by(0.8)}>
          −
        </button>
        <button type="button" onClick={zoom.all}>
          All
        </button>
        {toggle('Names', hasNames, () => setHasNames(!hasNames))}
        {toggle('Poses', hasPose, () => setHasPose(!hasPose))}
        {toggle('Augmentation', hasSamples, () => setHasSamples(!hasSamples))}
        <button type="button" class="close" onClick={onClose}>
          Close
        </button>
      </div>
      {person !== undefined && (
        <div class="parts">
          <div class="shown">
            {hasSamples ? (
              <PersonSamples key={person.index} person={person} about={about} hasPose={hasPose} />
            ) : (
              <PersonPicture
                person={person}
                about={about}
                zoom={zoom}
                hasNames={hasNames}
                hasPose={hasPose}
              />
            )}
          </div>
          <PersonFacts person={person} about={about} />
        </div>
      )}
    </Modal>
  );
}
