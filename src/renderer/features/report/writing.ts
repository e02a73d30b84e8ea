/** The ways out of the report screen: a file saved, a PDF by the shell, or the browser's print dialogue. */
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { RedactionReport } from '../../../shared/contract/redaction';
import type { ReportFormat } from '../../../shared/contract/report';
import type { ReportPart } from '../../../shared/model/report';
import { outgoingWords } from '../../components/mask-choice';
import { client } from '../../lib/client';
import { formatBytes, formatPlural } from '../../lib/format';
import { shell } from '../../lib/shell';
import { toastDone } from '../../lib/toast';

export interface Writing {
  save: (format: ReportFormat) => void;
  /** A PDF where the shell makes one; otherwise the browser's print dialogue. */
  print: () => void;
  isBusy: boolean;
  /** A copy for paper is to be shown, and the print dialogue opened. */
  isPrinting: boolean;
  printed: () => void;
  makesPdf: boolean;
}

interface WritingInput {
  parts: readonly ReportPart[];
  title: string;
  redact: boolean;
}

export function useWriting(
  input: WritingInput,
  onWritten: (name: string, redaction: RedactionReport | null) => void,
): Writing {
  const [isPrinting, setPrinting] = useState(false);
  const write = useMutation({
    mutationFn: async ({ format, asPdf }: { format: ReportFormat; asPdf: boolean }) => {
      const written = await client.report.write({ ...input, parts: [...input.parts], format });
      onWritten(written.name, written.redaction);
      const name = asPdf ? written.name.replace(/\.html$/u, '.pdf') : written.name;
      const isSaved =
        asPdf && shell.savePdf !== null
          ? await shell.savePdf(written.handle, name)
          : await shell.saveFile(written.handle, name);
      if (isSaved)
        toastDone(
          `Saved ${name} with ${formatPlural(written.figures, 'figure')}${asPdf ? '' : `, ${formatBytes(written.bytes)}`}.${outgoingWords(written)}`,
        );
    },
    meta: { doing: 'write the report' },
  });
  const isReady = input.parts.length > 0 && !write.isPending;
  return {
    save: (format) => isReady && write.mutate({ format, asPdf: false }),
    print: () => {
      if (!isReady) return;
      if (shell.savePdf === null) setPrinting(true);
      else write.mutate({ format: 'html', asPdf: true });
    },
    isBusy: write.isPending,
    isPrinting,
    printed: () => setPrinting(false),
    makesPdf: shell.savePdf !== null,
  };
}
