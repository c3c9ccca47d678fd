import type { JSX } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import type { PersonFilter, ViewAbout } from '../src/viewer/viewer-api.ts';
import { api } from './api.ts';
import { Filters } from './filters.tsx';
import { Help } from './help.tsx';
import { PersonDialog } from './person-dialog.tsx';
import { PersonGrid } from './person-grid.tsx';
import { TrainingCharts } from './training-charts.tsx';
import { usePersons } from './use-persons.ts';
import { useTraining } from './use-training.ts';

type Tab = 'training' | 'persons';

/** The page: curves of a training, if there is one, and persons. */
export function App({ first }: { readonly first: ViewAbout }): JSX.Element {
  const [about, setAbout] = useState(first);
  const [tab, setTab] = useState<Tab>(first.hasTraining ? 'training' : 'persons');
  const [filter, setFilter] = useState<PersonFilter>({});
  const [opened, setOpened] = useState<number | null>(null);
  const [isHelpShown, setIsHelpShown] = useState(false);
  const training = useTraining(first.hasTraining);
  const persons = usePersons(filter, training.predictedStep);
  useEffect(() => {
    if (training.predictedStep !== null) void api.about().then(setAbout);
  }, [training.predictedStep]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey) return;
      if (event.key === '?') setIsHelpShown(true);
      if (event.key !== '/' || opened !== null) return;
      event.preventDefault();
      document.querySelector<HTMLElement>('.filters select')?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, [opened]);
  const close = useCallback(() => setOpened(null), []);
  const tabs: readonly Tab[] = about.hasTraining ? ['training', 'persons'] : ['persons'];
  return (
    <>
      <header>
        <h1>{about.title}</h1>
        {tabs.length > 1 && (
          <nav aria-label="Parts of the page">
            {tabs.map((name) => (
              <button
                type="button"
                aria-current={name === tab ? 'page' : undefined}
                onClick={() => setTab(name)}
              >
                {name === 'training' ? 'Training' : 'Persons'}
              </button>
            ))}
          </nav>
        )}
        <button type="button" class="help" aria-label="Keys" onClick={() => setIsHelpShown(true)}>
          ?
        </button>
      </header>
      <main>
        {tab === 'training' && <TrainingCharts training={training} />}
        {tab === 'persons' && (
          <>
            <Filters about={about} filter={filter} onChange={setFilter} total={persons.total} />
            <PersonGrid about={about} persons={persons} opened={opened} onOpen={setOpened} />
          </>
        )}
      </main>
      {opened !== null && (
        <PersonDialog
          about={about}
          persons={persons}
          place={opened}
          onMove={setOpened}
          onClose={close}
        />
      )}
      {isHelpShown && <Help onClose={() => setIsHelpShown(false)} />}
    </>
  );
}
