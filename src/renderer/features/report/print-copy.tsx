import { useEffect, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import type { ReportDocument } from '../../../shared/model/report';
import { ReportPaper } from './report-paper';
import classes from './report.module.css';

/** The report alone, outside the frame, for as long as the browser's print dialogue is open. */
export function PrintCopy({
  document: report,
  onDone,
}: {
  document: ReportDocument;
  onDone: () => void;
}): ReactNode {
  useEffect(() => {
    window.addEventListener('afterprint', onDone, { once: true });
    window.print();
    return () => window.removeEventListener('afterprint', onDone);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- the dialogue opens once
  }, []);
  return createPortal(
    <div className={`report-print ${classes.printCopy ?? ''}`}>
      <ReportPaper document={report} />
    </div>,
    document.body,
  );
}
