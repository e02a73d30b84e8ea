import { IconAlertTriangle } from '@tabler/icons-react';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { client } from '../../lib/client';
import { ErrorState } from '../../components/empty-state';
import { Panel } from '../../components/panel';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import type { MappingProfile } from '../../../shared/model/source';
import { formatCount, formatPlural } from '../../lib/format';
import { visible } from '../../lib/visible-text';
import { shortcoming, withoutUser } from './mapping-profile';
import classes from './mapping.module.css';

type Preview = Awaited<ReturnType<typeof client.imports.previewMapping>>;

interface MappingPreviewProps {
  preview: UseQueryResult<Preview>;
  profile: MappingProfile;
}

/** The first ten spans the mapping makes of the file, as they are when it is imported. */
export function MappingPreview({ preview, profile }: MappingPreviewProps): ReactNode {
  const { data } = preview;
  const missing = shortcoming(profile);
  const unheard = data === undefined ? null : withoutUser(profile, data.rows);
  const problems = [missing, unheard, ...(data?.problems ?? [])].filter((one) => one !== null);
  return (
    <Panel
      title="What comes of it"
      detail={data === undefined ? undefined : `first ${formatPlural(data.rows.length, 'span')}`}
      className={classes.preview}
    >
      {problems.length > 0 && (
        <ul className={classes.problems}>
          {problems.map((problem) => (
            <li key={problem}>
              <IconAlertTriangle size={14} aria-hidden /> {problem.slice(0, 300)}
            </li>
          ))}
        </ul>
      )}
      {preview.isError && <ErrorState error={preview.error} onRetry={() => void preview.refetch()} />}
      {preview.isPending && <SkeletonRows rows={6} label="Mapping the first records" />}
      {data !== undefined && data.rows.length > 0 && (
        <table className={classes.table} data-stale={preview.isPlaceholderData || undefined}>
          <thead>
            <tr>
              <th className={classes.number}>Line</th>
              <th>Session</th>
              <th>Kind</th>
              <th>Name</th>
              <th>Text</th>
              <th>Start (UTC)</th>
              <th>Status</th>
            </tr>
          </thead>
          <tbody>
            {data.rows.map((row, index) => (
              <tr key={index}>
                <td className={classes.number}>{formatCount(row.line)}</td>
                <td className={classes.path}>{row.sessionId.slice(0, 60)}</td>
                <td>{row.kind}</td>
                <td>{(row.toolName ?? row.name).slice(0, 60)}</td>
                <td className={classes.text} title={visible(row.text, 600)}>
                  <SafeText text={row.text.slice(0, 200)} />
                </td>
                <td className={classes.dim}>{row.startTime?.replace('T', ' ').slice(0, 19)}</td>
                <td className={classes.dim}>{row.status === 'unset' ? '' : row.status}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {data?.rows.length === 0 && missing === null && (
        <p className={classes.none}>
          {data.labelCount > 0
            ? `No span comes of the first records, but ${formatPlural(data.labelCount, 'label')} on what the ids in them name.`
            : 'No span comes of the first records. Look at the problems above, or map another field.'}
        </p>
      )}
    </Panel>
  );
}
