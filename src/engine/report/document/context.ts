/** What every part of a report is made from. */
import type { Signal } from '../../../shared/model/signal';
import type { Codebook } from '../../../shared/model/codebook';
import type { ReportBlock, ReportCell, ReportTable } from '../../../shared/model/report';
import type { Database } from '../../workspace/database';
import type { Projection } from '../../workspace/projection';
import type { EvidenceBook } from './evidence';

export interface ReportContext {
  db: Database;
  state: Projection;
  codebook: Codebook;
  signals: readonly Signal[];
  evidence: EvidenceBook;
  /** Sessions of the workspace. */
  sessions: number;
}

export const severityWords = ['', 'notice', 'minor', 'major', 'critical'] as const;

export const paragraph = (text: string): ReportBlock => ({ type: 'paragraph', text });
export const cell = (text: string): ReportCell => ({ text });

/** A table from titles, a `#` before those of columns with numbers; null when it would have no row. */
export function tableOf(
  title: string,
  columns: readonly string[],
  rows: ReportCell[][],
  note = '',
): ReportTable[] {
  if (rows.length === 0) return [];
  return [
    {
      type: 'table',
      title,
      note,
      columns: columns.map((one) => ({ title: one.replace(/^#/, ''), isNumber: one.startsWith('#') })),
      rows,
    },
  ];
}

/** `1 session`, `1,204 sessions`. */
export function plural(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

/** 0.1481 → `14.8%`. */
export function percent(share: number | null): string {
  return share === null ? '–' : `${(100 * share).toFixed(1)}%`;
}
