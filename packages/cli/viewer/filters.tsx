import type { JSX } from 'preact';
import type { Choice, PersonFilter, ViewAbout } from '../src/viewer/viewer-api.ts';
import { orders, visibilities } from '../src/viewer/viewer-api.ts';

interface Option {
  readonly value: string;
  readonly text: string;
}

const visibilityNames = {
  visible: 'no joint hidden',
  hidden: 'some joint hidden',
  'not-labelled': 'some joint not labelled',
} as const;
const orderNames = {
  dataset: 'as in the dataset',
  'lowest-score': 'worst first',
  'highest-score': 'best first',
} as const;

/** What persons are filtered by; what nothing can be chosen from is left out. */
export function Filters({
  about,
  filter,
  total,
  onChange,
}: {
  readonly about: ViewAbout;
  readonly filter: PersonFilter;
  /** undefined: not known yet. */
  readonly total: number | undefined;
  readonly onChange: (filter: PersonFilter) => void;
}): JSX.Element {
  const { splits, findings, scoreName, count } = about;
  /** An empty text takes the field away. */
  const set = (field: keyof PersonFilter, text: string): void => {
    const { [field]: _, ...others } = filter;
    const value = field === 'maxScore' ? Number(text) : text;
    onChange(text === '' ? others : { ...others, [field]: value });
  };
  const choose = (
    label: string,
    field: keyof PersonFilter,
    options: readonly Option[],
  ): JSX.Element => (
    <label>
      {label}
      <select
        value={String(filter[field] ?? '')}
        onChange={({ currentTarget }) => set(field, currentTarget.value)}
      >
        <option value="">{field === 'order' ? orderNames.dataset : 'all'}</option>
        {options.map(({ value, text }) => (
          <option value={value}>{text}</option>
        ))}
      </select>
    </label>
  );
  return (
    <form class="filters" aria-label="Filters" onSubmit={(event) => event.preventDefault()}>
      {splits.length > 1 && choose('Split', 'split', counted(splits))}
      {choose(
        'Joints',
        'visibility',
        visibilities.map((value) => ({ value, text: visibilityNames[value] })),
      )}
      {findings.length > 0 && choose('Finding', 'finding', counted(findings))}
      {scoreName !== null && (
        <>
          {choose(
            'Order',
            'order',
            orders.slice(1).map((value) => ({ value, text: orderNames[value] })),
          )}
          <label>
            {scoreName} at most <output>{(filter.maxScore ?? 1).toFixed(2)}</output>
            <input
              type="range"
              min="0"
              max="1"
              step="0.05"
              value={filter.maxScore ?? 1}
              onInput={({ currentTarget }) =>
                set('maxScore', currentTarget.value === '1' ? '' : currentTarget.value)
              }
            />
          </label>
        </>
      )}
      <p role="status">
        {total === undefined ? '…' : total.toLocaleString('en')} of {count.toLocaleString('en')}
      </p>
    </form>
  );
}

function counted(choices: readonly Choice[]): Option[] {
  return choices.map(({ name, count }) => ({
    value: name,
    text: `${name} (${count.toLocaleString('en')})`,
  }));
}
