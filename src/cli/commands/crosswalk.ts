/** `faultline crosswalk`: which categories of the codebook and the built-in sets stand for each other; takes in a file of links. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { workspaceOption, type Command } from '../command';
import { count, table } from '../output';
import { findPaths } from '../paths';

export const crosswalk: Command = {
  name: 'crosswalk',
  summary: 'links between categories of failure modes',
  operands: '',
  options: {
    ...workspaceOption,
    take: {
      type: 'string',
      value: 'FILE',
      help: 'First take in the links of this JSON or CSV file: fromId, relation, toId.',
    },
  },
  examples: [
    'faultline crosswalk -w audit.faultline',
    'faultline crosswalk -w audit.faultline --take crosswalk.csv --json',
  ],
  run: async ({ workspace, options, print, signal, cwd }) => {
    const { client } = await workspace();
    const given = options.text('take');
    let taken = null;
    if (given !== null) {
      const [path = ''] = await findPaths([given], cwd);
      const file = { name: basename(path), text: await readFile(path, 'utf8') };
      taken = await client.codebook.importCrosswalk(file, { signal });
    }
    const links = await client.codebook.crosswalk(undefined, { signal });
    print({ taken, links }, () => {
      const columns = [
        { title: 'category', width: 60 },
        { title: 'relation' },
        { title: 'category', width: 60 },
        { title: 'link' },
      ] as const;
      const rows = links.map((link) => [
        `${link.fromName} (${link.fromSet})`,
        link.relation,
        `${link.toName} (${link.toSet})`,
        !link.isBuiltIn ? 'own' : link.isChanged ? 'built in, changed' : 'built in',
      ]);
      const said =
        taken === null
          ? ''
          : `${count(taken.added)} added, ${count(taken.changed)} changed, ${count(taken.known)} there already\n\n`;
      return `${said}${table(columns, rows)}`;
    });
    return 0;
  },
};
