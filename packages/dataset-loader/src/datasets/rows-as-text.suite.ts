import { KeypointDataset } from './keypoint-dataset.ts';

/** Every row of a folder of shards, as text. */
export async function rowsAsText(folder: string): Promise<string[]> {
  const dataset = await KeypointDataset.open(folder);
  const rows = Array.from({ length: dataset.size }, (_, at) => {
    const { image, ...rest } = dataset.get(at);
    return JSON.stringify([Buffer.from(image).toString('base64'), rest]);
  });
  dataset.close();
  return rows;
}
