import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import { client, orpc } from '../../lib/client';
import { toastDone } from '../../lib/toast';
import versioned from '../../components/versioned-list.module.css';
import classes from './objectives.module.css';

/** Switches the local judge on or off: its address on this machine, and its model. */
export function JudgeDialogue({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }): ReactNode {
  const judge = useQuery(orpc.objective.judge.queryOptions());
  return (
    <Modal opened={isOpen} onClose={onClose} title="Local judge" size={500}>
      {judge.data !== undefined && <JudgeForm judge={judge.data} onClose={onClose} />}
    </Modal>
  );
}

interface JudgeFormProps {
  judge: { address: string; model: string } | null;
  onClose: () => void;
}

function JudgeForm({ judge, onClose }: JudgeFormProps): ReactNode {
  const [address, setAddress] = useState(judge?.address ?? 'http://127.0.0.1:11434/v1');
  const [model, setModel] = useState(judge?.model ?? '');
  const set = useMutation({
    mutationFn: (next: JudgeFormProps['judge']) => client.objective.setJudge({ judge: next }),
    meta: { doing: 'set the judge' },
    onSuccess: (_result, next) => {
      toastDone(next === null ? 'The judge is off.' : `The judge is on: ${next.model}.`);
      onClose();
    },
  });
  return (
    <form
      className={versioned.form}
      onSubmit={(event) => {
        event.preventDefault();
        set.mutate({ address: address.trim(), model: model.trim() });
      }}
    >
      <p className={classes.explain}>
        {judge === null ? 'The judge is off. ' : 'The judge is on. '}
        Only checks of the kind “Local judge” ask it, and only about sessions the other checks leave open. It
        must run on this machine and speak the OpenAI protocol, as Ollama and llama.cpp do; any other host is
        refused. How far it agrees with reviewers stands beside each of its results.
      </p>
      <TextInput
        label="Address on this machine"
        value={address}
        maxLength={300}
        onChange={(event) => setAddress(event.currentTarget.value)}
      />
      <TextInput
        label="Model"
        placeholder="as the server calls it"
        value={model}
        maxLength={200}
        onChange={(event) => setModel(event.currentTarget.value)}
        data-autofocus
      />
      <div className={versioned.buttons}>
        {judge !== null && <Button onClick={() => set.mutate(null)}>Switch it off</Button>}
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          variant="filled"
          loading={set.isPending}
          disabled={address.trim() === '' || model.trim() === ''}
        >
          {judge === null ? 'Switch it on' : 'Save'}
        </Button>
      </div>
    </form>
  );
}
