/** Which part of the agent a span belongs to: the tools of this workspace, and the rules that decide. */
import { Button, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { PillarRule } from '../../../shared/model/pillar';
import { pillars } from '../../../shared/model/pillar';
import { EmptyState, ErrorState } from '../../components/empty-state';
import { LaneMark } from '../../components/flag';
import { Panel } from '../../components/panel';
import { SafeText } from '../../components/safe-text';
import { SkeletonRows } from '../../components/skeleton';
import { SplitPanes } from '../../components/split-panes';
import { VirtualList } from '../../components/virtual-list';
import { client, orpc } from '../../lib/client';
import { formatCount, formatPlural } from '../../lib/format';
import { refreshAll } from '../../lib/query-client';
import { toastDone, toastError } from '../../lib/toast';
import { visible } from '../../lib/visible-text';
import { ContextWindows } from './context-windows';
import classes from './pillars.module.css';

const PANES = [340, 420] as const;
const WINDOW_PANES = [160, 140] as const;

type Tool = Awaited<ReturnType<typeof client.pillar.tools>>[number];

export function Pillars(): ReactNode {
  return (
    <SplitPanes
      id="codebook.pillars"
      direction="row"
      initial={42}
      min={PANES}
      label="tools and rules"
      first={<Tools />}
      second={
        <SplitPanes
          id="codebook.windows"
          direction="column"
          initial={62}
          min={WINDOW_PANES}
          label="rules and context windows"
          first={<Rules />}
          second={<ContextWindows />}
        />
      }
    />
  );
}

function useSetTool() {
  return useMutation({
    mutationFn: (change: Parameters<typeof client.pillar.setTool>[0]) => client.pillar.setTool(change),
    onSuccess: (_data, { toolName, pillar }) =>
      toastDone(
        pillar === null
          ? `${visible(toolName, 80)} follows the built-in rules again.`
          : `${visible(toolName, 80)} belongs to ${pillar} in this workspace.`,
      ),
    onError: (error) => toastError(error, 'move the tool'),
    // Every span of the tool changes its lane.
    onSettled: refreshAll,
    meta: { isQuiet: true },
  });
}

function Tools(): ReactNode {
  const query = useQuery(orpc.pillar.tools.queryOptions());
  const [text, setText] = useState('');
  const setTool = useSetTool();
  const needle = text.trim().toLowerCase();
  const tools = (query.data ?? []).filter((tool) => tool.toolName.toLowerCase().includes(needle));
  const changedCount = query.data?.filter((tool) => tool.isChanged).length ?? 0;
  return (
    <Panel
      title="Tools"
      detail={
        query.data &&
        `${formatCount(query.data.length)}${changedCount > 0 ? `, ${formatCount(changedCount)} changed` : ''}`
      }
      actions={
        <TextInput
          className={classes.search}
          placeholder="Find a tool"
          aria-label="Find a tool"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
      }
      hasOwnScroll
    >
      {query.isPending ? (
        <SkeletonRows label="Fetching the tools" />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : tools.length === 0 ? (
        <EmptyState title={query.data.length === 0 ? 'No tools yet' : 'No tool is called that'}>
          {query.data.length === 0
            ? 'Tools appear here once traces with tool calls are imported.'
            : 'Search for another part of its name.'}
        </EmptyState>
      ) : (
        <VirtualList
          count={tools.length}
          estimateSize={() => 40}
          getKey={(index) => tools[index]?.toolName ?? index}
          label="Tools"
          renderItem={(index) => {
            const tool = tools[index];
            return (
              tool && (
                <ToolRow
                  tool={tool}
                  isBusy={setTool.isPending && setTool.variables.toolName === tool.toolName}
                  onSet={(pillar) => setTool.mutate({ toolName: tool.toolName, pillar })}
                />
              )
            );
          }}
        />
      )}
    </Panel>
  );
}

interface ToolRowProps {
  tool: Tool;
  isBusy: boolean;
  onSet: (pillar: Tool['pillar'] | null) => void;
}

function ToolRow({ tool, isBusy, onSet }: ToolRowProps): ReactNode {
  return (
    <div className={classes.tool}>
      <LaneMark lane={tool.pillar} />
      <span className={classes.toolName}>
        <SafeText text={tool.toolName.slice(0, 200)} />
        <span className={classes.facts}>
          {formatPlural(tool.spanCount, 'span')}
          {tool.isChanged ? ', changed by you' : `, by the rule ${tool.ruleId}`}
        </span>
      </span>
      {tool.isChanged && (
        <Button variant="subtle" onClick={() => onSet(null)}>
          Reset
        </Button>
      )}
      <Select
        className={classes.pillar}
        aria-label={`Pillar of ${visible(tool.toolName, 80)}`}
        data={[...pillars]}
        value={tool.pillar}
        allowDeselect={false}
        disabled={isBusy}
        onChange={(value) => {
          const pillar = pillars.find((one) => one === value);
          if (pillar !== undefined && pillar !== tool.pillar) onSet(pillar);
        }}
      />
    </div>
  );
}

const FIELD_WORDS: Record<PillarRule['field'], string> = {
  kind: 'kind of span',
  operation: 'operation',
  toolName: 'tool’s name',
  name: 'span’s name',
};

function Rules(): ReactNode {
  const query = useQuery(orpc.pillar.rules.queryOptions());
  return (
    <Panel title="Rules" detail="the first that fits decides">
      {query.isPending ? (
        <SkeletonRows label="Fetching the rules" />
      ) : query.isError ? (
        <ErrorState error={query.error} onRetry={() => void query.refetch()} />
      ) : (
        <table className={classes.rules}>
          <thead>
            <tr>
              <th className={classes.number}>No.</th>
              <th>Where the</th>
              <th>matches</th>
              <th>pillar</th>
              <th>because</th>
            </tr>
          </thead>
          <tbody>
            {query.data.map((rule, index) => (
              <tr key={rule.id} className={rule.scope === 'workspace' ? classes.own : undefined}>
                <td className={classes.number}>{index + 1}</td>
                <td>{FIELD_WORDS[rule.field]}</td>
                <td>
                  <code className={classes.pattern}>
                    <SafeText text={rule.pattern.slice(0, 600)} />
                  </code>
                </td>
                <td>
                  <span className={classes.lane}>
                    <LaneMark lane={rule.pillar} isSmall /> {rule.pillar}
                  </span>
                </td>
                <td>{rule.why}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
