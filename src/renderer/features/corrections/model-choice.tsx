import { Button, Radio, TextInput } from '@mantine/core';
import { IconFolder } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactNode } from 'react';
import type { ClusterRunInput } from '../../../shared/contract/correction';
import type { GrantedFile } from '../../../shared/desktop';
import { client, orpc } from '../../lib/client';
import { isAbort } from '../../lib/errors';
import { shell } from '../../lib/shell';
import classes from './model-choice.module.css';

interface ModelChoiceProps {
  basis: ClusterRunInput['basis'];
  onBasis: (basis: ClusterRunInput['basis']) => void;
}

/** By what corrections are compared: their wording, or a sentence model in a folder of this machine, which is chosen here. */
export function ModelChoice({ basis, onBasis }: ModelChoiceProps): ReactNode {
  const options = orpc.cluster.model.queryOptions();
  const model = useQuery(options).data ?? null;
  const cache = useQueryClient();
  const [path, setPath] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const isUsable = model !== null && model.folder !== null && model.problem === null;
  const choose = async (ask: () => Promise<GrantedFile[] | null>) => {
    setBusy(true);
    setProblem(null);
    try {
      const chosen = await ask();
      if (chosen?.length === 0) return;
      const handle = chosen?.[0]?.handle ?? null;
      cache.setQueryData(options.queryKey, await client.cluster.chooseModel({ handle }));
      setPath('');
      onBasis(handle === null ? 'wording' : 'model');
    } catch (error) {
      if (!isAbort(error)) setProblem(error instanceof Error ? error.message : String(error));
    } finally {
      setBusy(false);
    }
  };
  const takePath = () =>
    void choose(async () => (path.trim() === '' ? [] : [await shell.grantPath(path.trim())]));
  const said = problem ?? model?.problem ?? null;
  return (
    <div className={classes.choice}>
      <Radio.Group
        label="Compared by"
        value={basis}
        onChange={(value) => onBasis(value === 'model' ? 'model' : 'wording')}
      >
        <div className={classes.options}>
          <Radio value="wording" label="Their wording" />
          <Radio
            value="model"
            disabled={!isUsable}
            label={
              isUsable
                ? `The sentence model ${model.name ?? ''} (${String(model.dimensions)} numbers a text)`
                : 'A sentence model on this machine'
            }
          />
        </div>
      </Radio.Group>
      <div className={classes.folder}>
        {shell.canTypePath ? (
          <>
            <TextInput
              className={classes.path}
              placeholder={model?.folder ?? 'Path of the model’s folder'}
              aria-label="Path of the folder of a sentence model"
              value={path}
              spellCheck={false}
              autoComplete="off"
              onChange={(event) => setPath(event.currentTarget.value)}
              onKeyDown={(event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                takePath();
              }}
            />
            <Button loading={isBusy} disabled={path.trim() === ''} onClick={takePath}>
              Use it
            </Button>
          </>
        ) : (
          <Button
            loading={isBusy}
            leftSection={<IconFolder size={14} aria-hidden />}
            onClick={() => void choose(() => shell.pickFolder())}
          >
            {model?.folder === null ? 'Choose its folder' : 'Choose another folder'}
          </Button>
        )}
        {model !== null && model.folder !== null && (
          <Button variant="subtle" disabled={isBusy} onClick={() => void choose(() => Promise.resolve(null))}>
            Forget it
          </Button>
        )}
      </div>
      {said === null ? (
        <p>
          A folder with model.onnx and tokenizer.json, such as Sentence Transformers export. Nothing is
          downloaded.
        </p>
      ) : (
        <p className={classes.problem} role="alert">
          {said}
        </p>
      )}
    </div>
  );
}
