import { ActionIcon, Button, Menu, SegmentedControl } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { Check } from '../../shared/model/check';
import { CHECK_KINDS, checkObstacle, checkSentence, newCheck } from '../lib/check-words';
import { CheckFields } from './check-form';
import classes from './check-form.module.css';

interface CheckListProps {
  checks: readonly Check[];
  combine: 'all' | 'any';
  onChange: (checks: Check[]) => void;
  onCombine: (combine: 'all' | 'any') => void;
}

const MOST = 20;

/** The checks of an objective or of a case, each with its fields; more from a menu; all or any of them. */
export function CheckList({ checks, combine, onChange, onCombine }: CheckListProps): ReactNode {
  const titleOf = (check: Check) => CHECK_KINDS.find((one) => one.kind === check.kind)?.title ?? check.kind;
  return (
    <div className={classes.list}>
      {checks.map((check, index) => {
        const lack = checkObstacle(check);
        return (
          <section key={index} className={classes.check} aria-label={`Check ${index + 1}: ${titleOf(check)}`}>
            <div className={classes.head}>
              <b>{titleOf(check)}</b>
              <span className={classes.sentence}>{lack === null ? checkSentence(check) : ''}</span>
              <ActionIcon
                aria-label={`Remove check ${index + 1}`}
                onClick={() => onChange(checks.filter((_, i) => i !== index))}
              >
                <IconX size={14} />
              </ActionIcon>
            </div>
            <div className={classes.fields}>
              <CheckFields
                check={check}
                onChange={(next) => onChange(checks.map((one, i) => (i === index ? next : one)))}
              />
              {lack !== null && <span className={classes.lack}>{lack}</span>}
            </div>
          </section>
        );
      })}
      <div className={classes.foot}>
        <Menu position="bottom-start" width={380}>
          <Menu.Target>
            <Button leftSection={<IconPlus size={14} aria-hidden />} disabled={checks.length >= MOST}>
              Add a check
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {CHECK_KINDS.map(({ kind, title, detail }) => (
              <Menu.Item key={kind} onClick={() => onChange([...checks, newCheck(kind)])}>
                <span className={classes.item}>
                  {title} <span className={classes.dim}>{detail}</span>
                </span>
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
        {checks.length > 1 && (
          <SegmentedControl
            aria-label="How the checks decide together"
            data={[
              { value: 'all', label: 'all must pass' },
              { value: 'any', label: 'one is enough' },
            ]}
            value={combine}
            onChange={(value) => onCombine(value === 'any' ? 'any' : 'all')}
          />
        )}
      </div>
    </div>
  );
}
