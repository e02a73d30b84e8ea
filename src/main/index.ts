/**
 * Entry of the desktop shell. Knows where the built files lie and nothing else; see desktop.ts.
 */
import { join } from 'node:path';
import { app } from 'electron';
import { runDesktop } from './desktop';

const OUT = join(import.meta.dirname, '..');

runDesktop({
  preload: join(OUT, 'preload', 'index.cjs'),
  engineEntry: join(import.meta.dirname, 'engine.js'),
  intakeEntry: join(import.meta.dirname, 'intake.js'),
  page: join(OUT, 'renderer'),
  // Packaged, it lies beside the archive: DuckDB and folder copies cannot read from inside one.
  sample: join(app.isPackaged ? process.resourcesPath : OUT, 'sample.faultline'),
});
