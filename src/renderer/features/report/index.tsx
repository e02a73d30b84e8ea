/**
 * The report: which parts go in, what is masked, how it will look, and the ways out. Shows the document the engine made and
 * writes nothing itself; what was masked and what a second look at a finished file still found stand beside it.
 */
import { SegmentedControl } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { RedactionReport } from '../../../shared/contract/redaction';
import { reportParts, type ReportPart } from '../../../shared/model/report';
import { ErrorState } from '../../components/empty-state';
import { HeaderDetail, StatusDetail } from '../../components/frame-slots';
import { KeyHint } from '../../components/kbd';
import { SkeletonRows } from '../../components/skeleton';
import { SplitPanes } from '../../components/split-panes';
import { orpc } from '../../lib/client';
import { formatPlural } from '../../lib/format';
import { useShortcuts } from '../../lib/keyboard';
import { navigate, reportTabs, useRouteOf } from '../../lib/navigation';
import { useMasking } from '../../components/mask-choice';
import { MaskedPane } from './masked-pane';
import { OptionsPane } from './options-pane';
import { PrintCopy } from './print-copy';
import { RedactionPane } from './redaction-pane';
import { ReportPaper } from './report-paper';
import { useWriting } from './writing';
import classes from './report.module.css';

const PANES = [270, 560] as const;
type Tab = (typeof reportTabs)[number];
const TAB_TITLES: Record<Tab, string> = {
  report: 'Report',
  redaction: 'What is masked',
  masked: 'Masked places',
};

function show(tab: Tab): void {
  navigate({ screen: 'report', tab }, { replace: true });
}

export function ReportScreen(): ReactNode {
  const tab = useRouteOf('report')?.tab ?? 'report';
  const [parts, setParts] = useState<readonly ReportPart[]>(reportParts);
  const [title, setTitle] = useState('');
  const [isMasked, setMasked] = useMasking();
  const [last, setLast] = useState<{ name: string; redaction: RedactionReport | null } | null>(null);
  const chosen = reportParts.filter((part) => parts.includes(part));
  const preview = useQuery(
    orpc.report.preview.queryOptions({
      input: { parts: chosen, title: title.trim(), redact: isMasked },
      enabled: chosen.length > 0,
      placeholderData: keepPreviousData,
    }),
  );
  const writing = useWriting({ parts: chosen, title: title.trim(), redact: isMasked }, (name, redaction) =>
    setLast({ name, redaction }),
  );
  useShortcuts('Report', [
    { keys: 'h', description: 'Save the report as HTML', run: () => writing.save('html') },
    { keys: 'd', description: 'Save the report as Markdown', run: () => writing.save('markdown') },
    { keys: 'x', description: 'Save the report’s data', run: () => writing.save('data') },
    { keys: 'p', description: 'Print, or save as PDF', run: writing.print },
    { keys: 'm', description: 'Mask people and secrets', run: () => setMasked(!isMasked) },
    { keys: 'r', description: 'The report', run: () => show('report') },
    { keys: 'e', description: 'What is masked', run: () => show('redaction') },
    { keys: 'l', description: 'Masked places', run: () => show('masked') },
  ]);
  return (
    <>
      <HeaderDetail>
        <span>every figure leads back to its rows</span>
      </HeaderDetail>
      <StatusDetail>
        <KeyHint keys="h">HTML</KeyHint>
        <KeyHint keys="d">Markdown</KeyHint>
        <KeyHint keys="x">data</KeyHint>
        <KeyHint keys="p">print</KeyHint>
        <KeyHint keys="m">mask</KeyHint>
      </StatusDetail>
      <SplitPanes
        id="report"
        direction="row"
        initial={24}
        min={PANES}
        label="choices and the report"
        first={
          <OptionsPane
            parts={chosen}
            onParts={setParts}
            title={title}
            onTitle={setTitle}
            isMasked={isMasked}
            onMasked={setMasked}
            writing={writing}
            last={last}
            onShowMasked={() => show('masked')}
            onShowRedaction={() => show('redaction')}
          />
        }
        second={
          <div className={classes.right}>
            <div className={classes.bar}>
              <SegmentedControl
                aria-label="What is shown"
                data={reportTabs.map((value) => ({ value, label: TAB_TITLES[value] }))}
                value={tab}
                onChange={(value) => show(reportTabs.find((one) => one === value) ?? 'report')}
              />
              <span className={classes.dim} role="status">
                {tab !== 'report' || chosen.length === 0
                  ? ''
                  : preview.isFetching
                    ? 'Writing the report…'
                    : preview.data !== undefined
                      ? `${formatPlural(preview.data.document.evidence.length, 'piece')} of evidence`
                      : ''}
              </span>
            </div>
            <div className={classes.body} data-stale={preview.isPlaceholderData || undefined}>
              {tab === 'redaction' && <RedactionPane />}
              {tab === 'masked' && (
                <MaskedPane
                  preview={preview.data?.redaction ?? null}
                  last={last}
                  isMasked={isMasked}
                  onMask={() => setMasked(true)}
                />
              )}
              {tab === 'report' &&
                (chosen.length === 0 ? (
                  <p className={classes.none}>Choose at least one part on the left.</p>
                ) : preview.isError ? (
                  <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />
                ) : preview.data === undefined ? (
                  <SkeletonRows rows={16} label="Writing the report" />
                ) : (
                  <ReportPaper document={preview.data.document} />
                ))}
            </div>
          </div>
        }
      />
      {writing.isPrinting && preview.data !== undefined && (
        <PrintCopy document={preview.data.document} onDone={writing.printed} />
      )}
    </>
  );
}
