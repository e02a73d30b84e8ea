import { Fragment, useId, type KeyboardEvent, type ReactNode } from 'react';
import { ErrorState } from '../../../components/empty-state';
import { SkeletonRows } from '../../../components/skeleton';
import { cx } from '../../../lib/class-names';
import { formatCount } from '../../../lib/format';
import { useSession } from '../session-context';
import { useSpanDetail } from '../session-data';
import { SafeText } from '../../../components/safe-text';
import { visible } from '../../../lib/visible-text';
import { PayloadView } from './payload-view';
import { SessionSummary } from './session-summary';
import { Summary } from './summary';
import classes from './inspector.module.css';

export const inspectorTabs = ['summary', 'input', 'output', 'attributes', 'raw'] as const;
export type InspectorTab = (typeof inspectorTabs)[number];

interface InspectorProps {
  tab: InspectorTab;
  onTab: (tab: InspectorTab) => void;
}

/** Everything known of the selected span, on tabs. */
export function Inspector({ tab, onTab }: InspectorProps): ReactNode {
  const { data, selection } = useSession();
  const id = useId();
  const span = data.spans[data.indexOf.get(selection.spanId ?? '') ?? -1];
  const detail = useSpanDetail(data.session.sessionId, span?.spanId ?? null);
  if (span === undefined)
    return (
      <section className={classes.inspector} aria-label="Inspector">
        <SessionSummary isSpanMissing={selection.spanId !== null} />
      </section>
    );
  const hasEvidence = data.findingsOf.has(span.spanId) || data.correctionOf.has(span.spanId);
  const titles: Record<InspectorTab, string> = {
    summary: hasEvidence ? 'Evidence' : 'Summary',
    input: 'Input',
    output: 'Output',
    attributes: 'Attributes',
    raw: `Raw, line ${formatCount(span.line)}`,
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = inspectorTabs.at((inspectorTabs.indexOf(tab) + step) % inspectorTabs.length) ?? tab;
    onTab(next);
    document.getElementById(`${id}-${next}`)?.focus();
  };
  return (
    <section className={classes.inspector} aria-label="Inspector">
      <div className={classes.tabs} role="tablist" aria-label="Inspector" onKeyDown={onKeyDown}>
        {inspectorTabs.map((name) => (
          <button
            key={name}
            id={`${id}-${name}`}
            type="button"
            role="tab"
            aria-selected={name === tab}
            aria-controls={`${id}-panel`}
            tabIndex={name === tab ? 0 : -1}
            className={cx(classes.tab, name === tab && classes.current)}
            onClick={() => onTab(name)}
          >
            {titles[name]}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} className={classes.panel} role="tabpanel" aria-labelledby={`${id}-${tab}`}>
        {tab === 'summary' ? (
          <Summary span={span} detail={detail.data} />
        ) : detail.isError ? (
          <ErrorState error={detail.error} onRetry={() => void detail.refetch()} />
        ) : detail.data === undefined ? (
          <SkeletonRows label="Loading the span" />
        ) : (
          <Field key={`${span.spanId} ${tab}`} tab={tab} detail={detail.data} />
        )}
      </div>
    </section>
  );
}

type Detail = NonNullable<ReturnType<typeof useSpanDetail>['data']>;

function Field({ tab, detail }: { tab: Exclude<InspectorTab, 'summary'>; detail: Detail }): ReactNode {
  const isSaid = detail.kind === 'user' || detail.kind === 'llm';
  switch (tab) {
    case 'input':
      return (
        <PayloadView
          field={detail.input ?? (detail.kind === 'user' ? detail.text : null)}
          label="Input"
          nothing="The source does not say what went in."
          isProse={isSaid}
        />
      );
    case 'output':
      return (
        <PayloadView
          field={detail.output ?? (detail.kind === 'user' ? null : detail.text)}
          label="Output"
          nothing={
            detail.kind === 'user'
              ? 'A user message has no output.'
              : 'The source does not say what came out.'
          }
          isProse={isSaid}
        />
      );
    case 'attributes':
      return (
        <>
          <PayloadView
            field={detail.attributes}
            label="Attributes"
            nothing="The source says nothing else of this span."
          />
          {detail.also.map(
            (record) =>
              record.attributes !== null && (
                <Fragment key={`${record.sourcePath} ${record.line}`}>
                  <RecordPlace record={record} />
                  <PayloadView field={record.attributes} label="Attributes" nothing="" />
                </Fragment>
              ),
          )}
        </>
      );
    case 'raw':
      return (
        <>
          {[detail, ...detail.also].map((record) => (
            <Fragment key={`${record.sourcePath} ${record.line}`}>
              <RecordPlace record={record} />
              <PayloadView field={record.raw} label="Raw record" nothing="The record was not kept." />
            </Fragment>
          ))}
        </>
      );
  }
}

/** Which file and line a record of the span is from: imports may hold several that complete each other. */
function RecordPlace({ record }: { record: Pick<Detail, 'sourcePath' | 'line' | 'format'> }): ReactNode {
  return (
    <div className={classes.path} title={visible(record.sourcePath, 1000)}>
      <SafeText text={record.sourcePath.slice(0, 1000)} />:{formatCount(record.line)}, read as {record.format}
    </div>
  );
}
