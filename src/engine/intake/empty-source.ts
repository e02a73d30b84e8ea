import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Source } from '../../shared/model/source';
import type { IntakeFile } from './launcher';

/** A file of which nothing is known but where it is: a source that failed, for whoever reads it to fill in or to say why. */
export function emptySource(file: IntakeFile): Source {
  return {
    // Until its bytes are known, a file is told from others by where it is.
    sourceId: createHash('sha256').update(file.path).digest('hex').slice(0, 16),
    path: file.displayPath,
    name: basename(file.displayPath),
    format: null,
    confidence: null,
    reason: '',
    state: 'failed',
    bytes: 0,
    sha256: '',
    lines: 0,
    records: 0,
    rejected: 0,
    blank: 0,
    spans: 0,
    sessions: 0,
    notes: [],
  };
}
