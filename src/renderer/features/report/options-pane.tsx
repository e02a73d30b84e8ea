import { Button, Checkbox, Switch, TextInput } from '@mantine/core';
import { IconFileTypeHtml, IconFileZip, IconMarkdown, IconPrinter } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { RedactionReport } from '../../../shared/contract/redaction';
import { reportParts, reportPartTitles, type ReportPart } from '../../../shared/model/report';
import { Panel } from '../../components/panel';
import { formatPlural } from '../../lib/format';
import type { Writing } from './writing';
import classes from './report.module.css';

const PART_NOTES: Record<ReportPart, string> = {
  summary: 'how much, how often, over time',
  'failure-modes': 'by frequency × severity, with examples',
  signals: 'in how many sessions, how far to trust',
  reliability: 'per step, tool, model and feature',
  objectives: 'pass rates and what changed',
  agreement: 'of reviewers, and what queues say',
  method: 'how figures came about; source files',
  limits: 'what the figures cannot say',
};

interface OptionsPaneProps {
  parts: readonly ReportPart[];
  onParts: (parts: readonly ReportPart[]) => void;
  title: string;
  onTitle: (title: string) => void;
  isMasked: boolean;
  onMasked: (isMasked: boolean) => void;
  writing: Writing;
  last: { name: string; redaction: RedactionReport | null } | null;
  onShowMasked: () => void;
  onShowRedaction: () => void;
}

/** Left: what goes in, what is masked, and the ways out. */
export function OptionsPane(props: OptionsPaneProps): ReactNode {
  const { parts, onParts, title, onTitle, isMasked, onMasked, writing, last } = props;
  const toggle = (part: ReportPart) =>
    onParts(parts.includes(part) ? parts.filter((one) => one !== part) : [...parts, part]);
  const isEmpty = parts.length === 0;
  return (
    <Panel title="What goes in">
      <div className={classes.options}>
        <TextInput
          label="Title"
          placeholder="Why the agent failed its users"
          value={title}
          maxLength={200}
          onChange={(event) => onTitle(event.currentTarget.value)}
        />
        <fieldset className={classes.group}>
          <legend>Parts</legend>
          {reportParts.map((part) => (
            <Checkbox
              key={part}
              label={reportPartTitles[part]}
              description={PART_NOTES[part]}
              checked={parts.includes(part)}
              onChange={() => toggle(part)}
            />
          ))}
        </fieldset>
        <fieldset className={classes.group}>
          <legend>Masking</legend>
          <Switch
            label="Mask people and secrets"
            description="in every export, equal values by equal pseudonyms"
            checked={isMasked}
            onChange={(event) => onMasked(event.currentTarget.checked)}
          />
          <Button onClick={props.onShowRedaction}>What is masked</Button>
        </fieldset>
        <fieldset className={classes.group}>
          <legend>Export</legend>
          <Button
            variant="filled"
            leftSection={<IconFileTypeHtml size={15} aria-hidden />}
            disabled={isEmpty}
            loading={writing.isBusy}
            onClick={() => writing.save('html')}
          >
            HTML, one file
          </Button>
          <Button
            leftSection={<IconMarkdown size={15} aria-hidden />}
            disabled={isEmpty || writing.isBusy}
            onClick={() => writing.save('markdown')}
          >
            Markdown
          </Button>
          <Button
            leftSection={<IconFileZip size={15} aria-hidden />}
            disabled={isEmpty || writing.isBusy}
            onClick={() => writing.save('data')}
          >
            Data with all rows, zip
          </Button>
          <Button
            leftSection={<IconPrinter size={15} aria-hidden />}
            disabled={isEmpty || writing.isBusy}
            onClick={writing.print}
          >
            {writing.makesPdf ? 'PDF' : 'Print or save as PDF'}
          </Button>
          {!writing.makesPdf && (
            <p className={classes.hint}>
              A browser makes the PDF itself: choose “Save as PDF” as the printer in the dialogue that opens.
            </p>
          )}
        </fieldset>
        {last !== null && <LastExport last={last} onShow={props.onShowMasked} />}
      </div>
    </Panel>
  );
}

function LastExport({
  last,
  onShow,
}: {
  last: NonNullable<OptionsPaneProps['last']>;
  onShow: () => void;
}): ReactNode {
  const { name, redaction } = last;
  if (redaction === null) return <p className={classes.hint}>{name}: nothing was masked.</p>;
  const count = redaction.counts.reduce((sum, one) => sum + one.count, 0);
  return (
    <div className={redaction.leaks.length > 0 ? classes.leaks : classes.clean} role="status">
      {name}: {formatPlural(count, 'place')} masked.{' '}
      {redaction.leaks.length === 0
        ? 'A second look at the file found nothing more.'
        : `A second look still found ${formatPlural(redaction.leaks.length, 'place')}.`}{' '}
      <button type="button" className={classes.textButton} onClick={onShow}>
        Show the places
      </button>
    </div>
  );
}
