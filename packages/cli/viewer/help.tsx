import type { JSX } from 'preact';
import { Modal } from './modal.tsx';

const keys: readonly (readonly [keys: string, what: string])[] = [
  ['← → ↑ ↓, Page Up, Page Down, Home, End', 'go from person to person'],
  ['Enter', 'open a person'],
  ['/', 'go to the filters'],
  ['← →', 'in an open person: the one before, the next'],
  ['+ − 0', 'closer, further away, all of the picture'],
  ['N', 'names of the joints on and off'],
  ['P', 'poses on and off'],
  ['A', 'before and after augmentation'],
  ['Esc', 'close'],
];

/** The keys that the page knows. */
export function Help({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Modal label="Keys" class="keys" onClose={onClose}>
      <h2>Keys</h2>
      <dl>
        {keys.map(([key, what]) => (
          <div>
            <dt>{key}</dt>
            <dd>{what}</dd>
          </div>
        ))}
      </dl>
      <button type="button" onClick={onClose}>
        Close
      </button>
    </Modal>
  );
}
