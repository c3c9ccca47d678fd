import type {
  PersonFilter,
  PersonPage,
  TrainingEvent,
  ViewAbout,
  ViewedSample,
} from '../src/viewer/viewer-api.ts';

/** What the page asks its server for. Addresses are relative: the token stands before them. */
export const api = {
  about: (): Promise<ViewAbout> => ask<ViewAbout>('about'),
  persons: (
    filter: PersonFilter,
    part: { readonly from: number; readonly count: number },
  ): Promise<PersonPage> => {
    const query = Object.entries({ ...filter, ...part }).map(([key, value]) => [
      key,
      String(value),
    ]);
    return ask<PersonPage>(`persons?${new URLSearchParams(query).toString()}`);
  },
  sample: (index: number, epoch: number): Promise<ViewedSample> =>
    ask<ViewedSample>(`samples/${index}?epoch=${epoch}`),
  thumbnail: (index: number): string => `thumbnails/${index}`,
  image: (index: number): string => `images/${index}`,
  /** @returns what ends it. */
  listen: (tell: (event: TrainingEvent) => void): (() => void) => {
    const source = new EventSource('events');
    source.addEventListener('message', ({ data }: MessageEvent<string>) =>
      tell(JSON.parse(data) as TrainingEvent),
    );
    return () => source.close();
  },
};

async function ask<T>(path: string): Promise<T> {
  const response = await fetch(path);
  if (!response.ok) throw new Error((await response.text()).trim());
  return (await response.json()) as T;
}
