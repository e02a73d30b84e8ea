/** Asks for free codes, for a code's new name, and whether cards belong together. */
import { Button, Modal, TagsInput, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { Kbd } from '../../components/kbd';
import { formatPlural } from '../../lib/format';
import type { TableActs } from './table-acts';
import type { Table } from './use-table';
import classes from './dialogues.module.css';

const MOST_CODES = 20;
const MOST_CHARACTERS = 80;

export function CodeDialogues({ table, act }: { table: Table; act: TableActs }): ReactNode {
  const { targets, linking, renaming } = table;
  const closeCode = () => table.setDialogue(null);
  return (
    <>
      <Modal
        opened={table.dialogue === 'code'}
        onClose={closeCode}
        title={targets.length === 1 ? 'Code this card' : `Code ${formatPlural(targets.length, 'card')}`}
        size={480}
      >
        <CodeForm table={table} act={act} onDone={closeCode} />
      </Modal>
      <Modal
        opened={renaming !== null}
        onClose={() => table.setRenaming(null)}
        title={`Rename ${renaming ?? ''}`}
        size={440}
      >
        {renaming !== null && <RenameForm table={table} code={renaming} />}
      </Modal>
      <Modal
        opened={linking !== null}
        onClose={() => table.setLinking(null)}
        title={`Do ${linking?.length === 2 ? 'these two' : `these ${String(linking?.length ?? 0)}`} belong together?`}
        size={460}
      >
        {linking !== null && <LinkForm table={table} ids={linking} />}
      </Modal>
    </>
  );
}

function CodeForm({ table, act, onDone }: { table: Table; act: TableActs; onDone: () => void }): ReactNode {
  const [codes, setCodes] = useState<string[]>([]);
  const [typed, setTyped] = useState('');
  const wanted = [...codes, ...(typed.trim() === '' ? [] : [typed.trim()])];
  const save = () => {
    act.code(wanted);
    onDone();
  };
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <TagsInput
        label="What goes wrong here, in a few words of your own"
        description="Enter ends a code, Enter once more saves. Codes you used before are offered; the same words are the same code."
        data={table.codes.data?.map((one) => one.code) ?? []}
        value={codes}
        searchValue={typed}
        onSearchChange={(text) => setTyped(text.slice(0, MOST_CHARACTERS))}
        onChange={setCodes}
        maxTags={MOST_CODES}
        splitChars={[',', ';']}
        onKeyDown={(event) => {
          const isSaving = event.key === 'Enter' && (typed.trim() === '' || event.ctrlKey || event.metaKey);
          if (!isSaving || wanted.length === 0) return;
          event.preventDefault();
          save();
        }}
        data-autofocus
      />
      <div className={classes.buttons}>
        <Button onClick={onDone}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={wanted.length === 0}>
          {wanted.length <= 1 ? 'Put the code on' : `Put ${formatPlural(wanted.length, 'code')} on`}
        </Button>
      </div>
    </form>
  );
}

function RenameForm({ table, code }: { table: Table; code: string }): ReactNode {
  const [name, setName] = useState(code);
  const wanted = name.trim();
  const other = table.codes.data?.find(
    (one) => one.code !== code && one.code.toLowerCase() === wanted.toLowerCase(),
  );
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== '' && wanted !== code) table.acts.renameCode(code, wanted);
        table.setRenaming(null);
      }}
    >
      <TextInput
        label="Code"
        description={
          other === undefined
            ? undefined
            : `There is a code “${other.code}” on ${formatPlural(other.count, 'correction')}: the two become one.`
        }
        value={name}
        maxLength={MOST_CHARACTERS}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <div className={classes.buttons}>
        <Button onClick={() => table.setRenaming(null)}>Cancel</Button>
        <Button type="submit" variant="filled" disabled={wanted === '' || wanted === code}>
          {other === undefined ? 'Rename it' : 'Make them one'}
        </Button>
      </div>
    </form>
  );
}

function LinkForm({ table, ids }: { table: Table; ids: string[] }): ReactNode {
  const say = (link: 'must' | 'cannot') => {
    table.acts.link(ids, link);
    table.picks.clear();
    table.setLinking(null);
  };
  return (
    <div className={classes.form}>
      <p className={classes.say}>
        The next grouping puts cards that belong together into one cluster, and those that do not into two,
        whatever their wording. Sorting is not touched.
      </p>
      <div className={classes.buttons}>
        <Button onClick={() => table.setLinking(null)}>Cancel</Button>
        <Button onClick={() => say('cannot')} rightSection={<Kbd keys="shift+t" />}>
          They do not
        </Button>
        <Button variant="filled" onClick={() => say('must')} rightSection={<Kbd keys="t" />} data-autofocus>
          They belong together
        </Button>
      </div>
    </div>
  );
}
