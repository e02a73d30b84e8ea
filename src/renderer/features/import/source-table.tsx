import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo, useState, type ReactNode } from 'react';
import { TOLD_FILES } from '../../../shared/contract/import';
import type { ShownImport, Source } from '../../../shared/model/source';
import { namesApart } from '../../../shared/names-apart';
import { Flag } from '../../components/flag';
import { cx } from '../../lib/class-names';
import { orpc } from '../../lib/client';
import { formatBytes, formatCount, formatPlural } from '../../lib/format';
import { openSessions } from '../../lib/session-query';
import { SafeText } from '../../components/safe-text';
import { visible } from '../../lib/visible-text';
import { byUrgency, outcome } from './import-words';
import { RejectsDialogue } from './rejects-dialogue';
import classes from './import.module.css';

/** More files than this are shown in part until somebody asks for all. */
const SHOWN = 30;
/** With more files than this the notes of those that went well are folded away. */
const NOTES_OPEN = 5;

/** The files told with an import, and page by page the others as they are asked for; those that want a look first. */
function useSources({ importId, sources, files }: ShownImport) {
  const further = useInfiniteQuery(
    orpc.imports.sources.infiniteOptions({
      input: (offset: number) => ({ importId, offset, limit: TOLD_FILES }),
      initialPageParam: sources.length,
      getNextPageParam: (last, pages) => {
        const have = sources.length + pages.reduce((sum, page) => sum + page.items.length, 0);
        return have < last.total && last.items.length > 0 ? have : undefined;
      },
      enabled: false,
      meta: { changesWith: 'imports' },
    }),
  );
  const all = useMemo(
    () => [...byUrgency(sources), ...(further.data?.pages.flatMap((page) => page.items) ?? [])],
    [sources, further.data],
  );
  const hasMore = further.data === undefined ? sources.length < files.count : further.hasNextPage;
  return { all, hasMore, isFetching: further.isFetching, fetchMore: () => void further.fetchNextPage() };
}

/** What became of each file of an import, with its counts. */
export function SourceTable({ record }: { record: ShownImport }): ReactNode {
  const { importId, files } = record;
  const { all, hasMore, isFetching, fetchMore } = useSources(record);
  const [rejectsOf, setRejectsOf] = useState<Source | null>(null);
  const [isWhole, setIsWhole] = useState(false);
  const formats = useQuery(orpc.imports.formats.queryOptions());
  const titleOf = (id: string | null) =>
    id === null ? '' : (formats.data?.find((format) => format.id === id)?.title ?? id);
  const names = useMemo(() => namesApart(all.map(({ path }) => path)), [all]);
  const shown = isWhole ? all : all.slice(0, SHOWN);
  return (
    <div className={classes.tableScroll}>
      <table className={classes.sources}>
        <thead>
          <tr>
            <th>File</th>
            <th>Outcome</th>
            <th>Format</th>
            <th className={classes.right}>Size</th>
            <th
              className={classes.right}
              title="Lines of the file; records, rejected and blank lines add up to them"
            >
              Lines
            </th>
            <th className={classes.right}>Records</th>
            <th className={classes.right}>Rejected</th>
            <th className={classes.right}>Blank</th>
            <th className={classes.right}>Spans</th>
            <th className={classes.right}>Sessions</th>
          </tr>
        </thead>
        <tbody>
          {shown.map((source, i) => (
            <SourceRows
              key={`${source.sourceId} ${source.path}`}
              source={source}
              name={names[i] ?? source.name}
              formatTitle={titleOf(source.format)}
              isOpenAtFirst={files.count <= NOTES_OPEN}
              onRejects={() => setRejectsOf(source)}
            />
          ))}
        </tbody>
      </table>
      {all.length > shown.length ? (
        <button type="button" className={classes.textButton} onClick={() => setIsWhole(true)}>
          {hasMore
            ? `Show ${formatCount(all.length)} of ${formatPlural(files.count, 'file')}`
            : `Show all ${formatPlural(files.count, 'file')}`}
        </button>
      ) : (
        hasMore && (
          <button type="button" className={classes.textButton} disabled={isFetching} onClick={fetchMore}>
            Show {formatCount(Math.min(TOLD_FILES, files.count - all.length))} more of{' '}
            {formatPlural(files.count, 'file')}
          </button>
        )
      )}
      <RejectsDialogue importId={importId} source={rejectsOf} onClose={() => setRejectsOf(null)} />
    </div>
  );
}

interface SourceRowsProps {
  source: Source;
  name: string;
  formatTitle: string;
  isOpenAtFirst: boolean;
  onRejects: () => void;
}

function SourceRows({ source, name, formatTitle, isOpenAtFirst, onRejects }: SourceRowsProps): ReactNode {
  const { tone, state, sentence } = outcome(source);
  const isImported = source.state === 'imported';
  const hasSentence = sentence !== '' && tone !== 'good';
  const [isOpen, setIsOpen] = useState(isOpenAtFirst || tone === 'warn' || tone === 'fail');
  const hasMore = isOpen && (source.notes.length > 0 || hasSentence);
  const noteCount = source.notes.length + (hasSentence ? 1 : 0);
  return (
    <>
      <tr className={cx(hasMore && classes.withMore)}>
        <td className={classes.sourceName} title={visible(source.path, 1000)}>
          <SafeText text={name.slice(0, 300)} />
        </td>
        <td>
          <Flag tone={tone} title={visible(sentence, 1000)}>
            {state}
          </Flag>
          {noteCount > 0 && !isOpenAtFirst && (
            <button
              type="button"
              className={classes.notes}
              aria-expanded={isOpen}
              onClick={() => setIsOpen(!isOpen)}
            >
              {formatPlural(noteCount, 'note')}
            </button>
          )}
        </td>
        <td className={classes.dim} title={isImported ? visible(source.reason) : undefined}>
          {formatTitle}
        </td>
        <td className={classes.right}>{formatBytes(source.bytes)}</td>
        <Figure value={isImported ? source.lines : null} />
        <Figure value={isImported ? source.records : null} />
        <td className={classes.right}>
          {source.rejected > 0 ? (
            <button
              type="button"
              className={classes.rejected}
              aria-label={`${formatCount(source.rejected)} rejected: show them`}
              onClick={onRejects}
            >
              {formatCount(source.rejected)}
            </button>
          ) : (
            <Zero isShown={isImported} />
          )}
        </td>
        <Figure value={isImported ? source.blank : null} />
        <Figure value={isImported ? source.spans : null} />
        <td className={classes.right}>
          {isImported && source.sessions > 0 ? (
            <button
              type="button"
              className={classes.textButton}
              title="Show these sessions"
              onClick={() => openSessions({ sourceIds: [source.sourceId] })}
            >
              {formatCount(source.sessions)}
            </button>
          ) : (
            <Zero isShown={isImported} />
          )}
        </td>
      </tr>
      {hasMore && (
        <tr className={classes.more}>
          <td colSpan={10}>
            {hasSentence && (
              <div>
                <SafeText text={sentence.slice(0, 2000)} />
              </div>
            )}
            {source.notes.map((note) => (
              <div key={note.what} className={classes.noteLine}>
                <span className={classes.noteCount}>{formatCount(note.count)}</span>{' '}
                <SafeText text={note.what.slice(0, 2000)} />
              </div>
            ))}
          </td>
        </tr>
      )}
    </>
  );
}

function Figure({ value }: { value: number | null }): ReactNode {
  return (
    <td className={classes.right}>
      {value === null ? null : value === 0 ? <Zero isShown /> : formatCount(value)}
    </td>
  );
}

function Zero({ isShown }: { isShown: boolean }): ReactNode {
  return isShown ? <span className={classes.zero}>0</span> : null;
}
