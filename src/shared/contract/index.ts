/**
 * The one contract between the engine and everything that calls it, by noun.
 * Served over MessagePort (Electron) and WebSocket (browser shell), called in-process by the CLI.
 */
import { app } from './app';
import { code } from './code';
import { codebook } from './codebook';
import { cluster, correction } from './correction';
import { extract } from './extract';
import { imports } from './import';
import { objective } from './objective';
import { numbers } from './numbers';
import { overview } from './overview';
import { redaction } from './redaction';
import { regression } from './regression';
import { report } from './report';
import { review } from './review';
import { sql } from './sql';
import { contextWindow, pillar, session } from './session';
import { signal } from './signal';
import { workspace } from './workspace';

export const contract = {
  app,
  workspace,
  imports,
  extract,
  session,
  signal,
  pillar,
  contextWindow,
  correction,
  cluster,
  code,
  codebook,
  numbers,
  overview,
  report,
  review,
  objective,
  regression,
  sql,
  redaction,
};
