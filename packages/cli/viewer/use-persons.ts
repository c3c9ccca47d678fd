import { useEffect, useMemo, useReducer } from 'preact/hooks';
import type { PersonFilter, ViewedPerson } from '../src/viewer/viewer-api.ts';
import { api } from './api.ts';

/** Persons that a filter lets through, of which only parts are here. */
export interface Persons {
  /** undefined: not known yet. */
  readonly total: number | undefined;
  /** What went wrong when they were asked for. */
  readonly problem: string | undefined;
  /** The person at a place, if it is here; else it is fetched, and the page is drawn again. */
  at(place: number): ViewedPerson | undefined;
}

/** Persons in one request. */
const pageSize = 60;

/** How many answers are kept: somebody who scrolls through 100,000 persons does not have them all in memory. */
const keptPages = 200;

/** @param version - whatever changes when the server has other persons to the same filter. */
export function usePersons(filter: PersonFilter, version: number | null): Persons {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  const persons = useMemo(() => createPersons(filter, () => redraw(undefined)), [filter, version]);
  useEffect(() => void persons.at(0), [persons]);
  return persons;
}

function createPersons(filter: PersonFilter, onChange: () => void): Persons {
  /** The one that was looked at last is last. */
  const pages = new Map<number, readonly ViewedPerson[] | 'asked'>();
  const state = {
    total: undefined as number | undefined,
    problem: undefined as string | undefined,
  };
  const fetchPage = async (page: number): Promise<void> => {
    pages.set(page, 'asked');
    try {
      const got = await api.persons(filter, { from: page * pageSize, count: pageSize });
      pages.set(page, got.persons);
      for (const oldest of pages.keys()) if (pages.size > keptPages) pages.delete(oldest);
      state.total = got.total;
      state.problem = undefined;
    } catch (error) {
      pages.delete(page);
      state.problem = (error as Error).message;
    }
    onChange();
  };
  return {
    get total() {
      return state.total;
    },
    get problem() {
      return state.problem;
    },
    at(place) {
      const number = Math.floor(place / pageSize);
      const page = pages.get(number);
      if (page === undefined && state.problem === undefined) void fetchPage(number);
      if (page !== undefined) {
        pages.delete(number);
        pages.set(number, page);
      }
      return page === undefined || page === 'asked' ? undefined : page[place % pageSize];
    },
  };
}
