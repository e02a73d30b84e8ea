/** `faultline formats`: which trace formats can be read. */
import { safe } from '../output';
import type { Command } from '../command';

export const formats: Command = {
  name: 'formats',
  summary: 'the trace formats that can be read',
  operands: '',
  options: {},
  examples: ['faultline formats'],
  run: async ({ engine, print, signal }) => {
    const { client } = await engine();
    const known = await client.imports.formats(undefined, { signal });
    print(known, () => {
      const width = Math.max(...known.map(({ id }) => id.length));
      return known
        .map(({ id, title, description, containers, documentation }) =>
          [
            `${id.padEnd(width)}  ${safe(title)} (${containers.join(', ')})`,
            `${' '.repeat(width)}  ${safe(description)}`,
            `${' '.repeat(width)}  ${safe(documentation)}`,
          ].join('\n'),
        )
        .join('\n\n');
    });
    return 0;
  },
};
