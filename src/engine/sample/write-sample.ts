import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type SampleOptions, generateSample } from './generate';

export const groundTruthFile = 'ground-truth.json';

/**
 * Writes the sample's files and `ground-truth.json` into `dir`, which is made when missing; existing files of the same
 * names are replaced. Returns the paths written, the ground truth last.
 */
export async function writeSample(dir: string, options: SampleOptions = {}): Promise<string[]> {
  const { files, truth } = generateSample(options);
  const all = [...files, { name: groundTruthFile, text: `${JSON.stringify(truth, null, 1)}\n` }];
  const paths: string[] = [];
  for (const { name, text } of all) {
    const path = join(dir, ...name.split('/'));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text, 'utf8');
    paths.push(path);
  }
  return paths;
}
