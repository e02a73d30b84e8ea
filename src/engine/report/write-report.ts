/**
 * The report of a workspace, from its document to a finished file: HTML, Markdown, or its data in a zip. Masking comes between
 * the two, and a second look at what lies on the disk after them.
 */
import { createWriteStream } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';
import type { RedactionReport } from '../../shared/contract/redaction';
import type { ReportFormat } from '../../shared/contract/report';
import type { ReportDocument } from '../../shared/model/report';
import { missingSignals } from '../signals/coverage';
import { buildDocument, type ReportRequest } from './document/build-document';
import type { Grain } from './document/evidence';
import { figuresOf, writeData, type WrittenFile } from './document/write-data';
import { writeHtml } from './document/write-html';
import { writeMarkdown } from './document/write-markdown';
import { redactDocument } from './redaction/redact-document';
import type { MaskList } from './redaction/redact-table';
import { openMasking, type Masking } from './redaction/redact-value';
import type { RedactionSettings } from './redaction/redact';
import { lookAtText } from './redaction/second-look';

interface Prepared {
  plain: ReportDocument;
  document: ReportDocument;
  grains: ReadonlyMap<string, Grain>;
  masking: Masking | null;
}

async function prepare(request: ReportRequest, settings: RedactionSettings | null): Promise<Prepared> {
  const { document: plain, grains } = await buildDocument(request);
  const masking = await openMasking(request.db, settings);
  return { plain, document: masking ? redactDocument(plain, masking) : plain, grains, masking };
}

/** The document as it would go out, with what was masked in it; nothing is written, so there is no second look. */
export async function previewReport(
  request: ReportRequest,
  settings: RedactionSettings | null,
): Promise<{ document: ReportDocument; redaction: RedactionReport | null }> {
  const { document, masking } = await prepare(request, settings);
  return { document, redaction: masking && reportOf(masking.list, []) };
}

function reportOf({ counts, places }: MaskList, leaks: RedactionReport['leaks']): RedactionReport {
  return { counts, places, leaks };
}

export interface WrittenReport extends WrittenFile {
  /** What a zip holds, each as a file of its own; the one file itself otherwise. */
  files: WrittenFile[];
  figures: number;
  /** That not all sessions were looked at for signals, in a sentence; null once they were. */
  incomplete: string | null;
  redaction: RedactionReport | null;
}

const ENDINGS = { html: 'html', markdown: 'md' } as const;

/** Writes the report into `exportsDir`, a folder the database may write; an earlier one of the same name is replaced. */
export async function writeReport(
  request: ReportRequest,
  options: { exportsDir: string; format: ReportFormat; settings: RedactionSettings | null },
): Promise<WrittenReport> {
  const { exportsDir, format, settings } = options;
  const { plain, document, grains, masking } = await prepare(request, settings);
  const figures = figuresOf(document).length;
  const incomplete = await missingSignals(request.db);
  await mkdir(exportsDir, { recursive: true });
  const stem = `report${masking ? '.redacted' : ''}`;
  if (format === 'data') {
    const folder = join(exportsDir, `${stem}-data`);
    const { files, leaks } = await writeData({ db: request.db, plain, document, grains, folder, masking });
    const zip = await packed(join(exportsDir, `${stem}-data.zip`), `${stem}-data.zip`, files);
    return { ...zip, files, figures, incomplete, redaction: masking && reportOf(masking.list, leaks) };
  }
  const name = `${stem}.${ENDINGS[format]}`;
  const path = join(exportsDir, name);
  await writeFile(path, format === 'html' ? writeHtml(document) : writeMarkdown(document));
  const leaks = masking ? await lookAtText(path, masking.redactor, format === 'html') : [];
  const file = { path, name, bytes: (await stat(path)).size };
  return { ...file, files: [file], figures, incomplete, redaction: masking && reportOf(masking.list, leaks) };
}

async function packed(path: string, name: string, files: readonly WrittenFile[]): Promise<WrittenFile> {
  const zip = new ZipFile();
  for (const file of files) zip.addFile(file.path, file.name, { compress: !file.name.endsWith('.parquet') });
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(path));
  return { path, name, bytes: (await stat(path)).size };
}
