import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { RegressionCase, RegressionSet } from '../../../shared/model/regression';
import { Panel } from '../../components/panel';
import { CaseForm, caseObstacle, LineageView, Messages } from './case-form';
import { useSaveCases } from './set-acts';
import versioned from '../../components/versioned-list.module.css';
import classes from './regression.module.css';

/** A case whole: where it comes from, what it says, and its input. Changes make the next version of the set. */
export function CaseView({ set, one }: { set: RegressionSet; one: RegressionCase }): ReactNode {
  const [draft, setDraft] = useState(one);
  const save = useSaveCases();
  const isChanged = JSON.stringify(draft) !== JSON.stringify(one);
  const obstacle = caseObstacle(draft);
  const others = set.cases.filter((other) => other.caseId !== one.caseId);
  return (
    <Panel
      title="Case"
      detail={one.caseId}
      actions={
        <>
          {isChanged && <Button onClick={() => setDraft(one)}>Let the changes go</Button>}
          {isChanged && (
            <Button
              variant="filled"
              disabled={obstacle !== null}
              title={obstacle ?? undefined}
              onClick={() =>
                save.mutate({
                  set,
                  cases: set.cases.map((other) => (other.caseId === one.caseId ? draft : other)),
                  note: 'Changed a case',
                })
              }
            >
              Save as version {set.version + 1}
            </Button>
          )}
          <Button onClick={() => save.mutate({ set, cases: others, note: 'Took a case out' })}>
            Take it out
          </Button>
        </>
      }
    >
      <div className={versioned.form}>
        <LineageView one={one} />
        <CaseForm one={draft} onChange={(change) => setDraft({ ...draft, ...change })} />
        <div className={classes.field}>
          <span className={versioned.label}>Input: the turns up to the failure</span>
          <Messages messages={one.input} />
        </div>
      </div>
    </Panel>
  );
}
