import { Autocomplete, Select, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import type { client } from '../../lib/client';
import type { MappingProfile } from '../../../shared/model/source';
import {
  ROLE_LISTS,
  setField,
  setListPath,
  setRoleList,
  TARGETS,
  timeUnitWords,
  type RoleList,
  type Target,
} from './mapping-profile';
import classes from './mapping.module.css';

export type FieldGuess = Awaited<ReturnType<typeof client.imports.guessMapping>>['fields'][number];

interface MappingTargetsProps {
  profile: MappingProfile;
  fields: readonly FieldGuess[];
  onChange: (profile: MappingProfile) => void;
}

/** Everything a mapping can say, each with the field it is read from. */
export function MappingTargets({ profile, fields, onChange }: MappingTargetsProps): ReactNode {
  const lists = fields.filter((field) => field.types.includes('list'));
  const objects = fields.filter((field) => field.types.includes('object'));
  return (
    <div className={classes.targets}>
      <fieldset className={classes.group}>
        <legend>Shape of the file</legend>
        <PathRow
          title="Records"
          meaning="Where the list of records is inside a document. Empty: every line, or every element of the list."
          value={profile.recordsPath ?? ''}
          fields={lists}
          placeholder="every line or element"
          onChange={(path) => onChange(setListPath(profile, 'recordsPath', path))}
        />
        <PathRow
          title="Messages"
          meaning="Where the list of messages is, when one record is a whole conversation. The fields below are then looked for in each message first."
          value={profile.messagesPath ?? ''}
          fields={lists}
          placeholder="a record is one message or span"
          onChange={(path) => onChange(setListPath(profile, 'messagesPath', path))}
        />
        {(profile.messagesPath !== undefined || profile.openingPath !== undefined) && (
          <PathRow
            title="Opening"
            meaning="Where a first message is that stands outside of the list of messages: the question above its answers."
            value={profile.openingPath ?? ''}
            fields={objects}
            placeholder="the list has them all"
            onChange={(path) => onChange(setListPath(profile, 'openingPath', path))}
          />
        )}
      </fieldset>
      {TARGETS.map((group) => (
        <fieldset key={group.title} className={classes.group}>
          <legend>{group.title}</legend>
          {group.targets.map((target) => (
            <TargetRow
              key={target.field}
              target={target}
              profile={profile}
              fields={fields}
              onChange={onChange}
            />
          ))}
          {group.targets.some((target) => target.field === 'start') && (
            <div className={classes.row}>
              <label htmlFor="mapping-time-unit" title="How the numbers in a time are meant">
                Unit
              </label>
              <Select
                id="mapping-time-unit"
                data={Object.entries(timeUnitWords).map(([value, label]) => ({ value, label }))}
                value={profile.timeUnit}
                allowDeselect={false}
                onChange={(value) =>
                  onChange({ ...profile, timeUnit: (value ?? 'auto') as MappingProfile['timeUnit'] })
                }
              />
            </div>
          )}
        </fieldset>
      ))}
      <fieldset className={classes.group}>
        <legend>Words the file uses</legend>
        {ROLE_LISTS.map(({ list, title }) => (
          <RoleRow key={list} list={list} title={title} profile={profile} onChange={onChange} />
        ))}
      </fieldset>
    </div>
  );
}

interface PathRowProps {
  title: string;
  meaning: string;
  value: string;
  fields: readonly FieldGuess[];
  placeholder: string;
  onChange: (path: string) => void;
}

function PathRow({ title, meaning, value, fields, placeholder, onChange }: PathRowProps): ReactNode {
  const id = `mapping-${title.toLowerCase().replaceAll(' ', '-')}`;
  return (
    <div className={classes.row}>
      <label htmlFor={id} title={meaning}>
        {title}
      </label>
      <Autocomplete
        id={id}
        size="xs"
        classNames={{ input: classes.pathInput }}
        data={fields.map((field) => field.path)}
        value={value}
        placeholder={placeholder}
        title={meaning}
        clearable
        selectFirstOptionOnChange={false}
        maxDropdownHeight={260}
        onChange={onChange}
        renderOption={({ option }) => (
          <FieldOption field={fields.find((field) => field.path === option.value)} />
        )}
      />
    </div>
  );
}

/** A field to choose, with what is in it. */
function FieldOption({ field }: { field: FieldGuess | undefined }): ReactNode {
  return (
    field !== undefined && (
      <span className={classes.option}>
        <span className={classes.optionPath}>{field.path.slice(0, 120)}</span>
        <span className={classes.optionExample}>{field.examples[0]?.slice(0, 80)}</span>
      </span>
    )
  );
}

interface TargetRowProps extends MappingTargetsProps {
  target: Target;
}

function TargetRow({ target, profile, fields, onChange }: TargetRowProps): ReactNode {
  const path = profile.fields[target.field] ?? '';
  const example = fields.find((field) => field.path === path)?.examples[0];
  return (
    <>
      <PathRow
        title={target.title}
        meaning={target.meaning}
        value={path}
        fields={fields}
        placeholder={target.meaning}
        onChange={(next) => onChange(setField(profile, target.field, next))}
      />
      {path !== '' && (
        <div className={classes.example}>
          {example === undefined ? 'not among the fields that were found' : example.slice(0, 120)}
        </div>
      )}
    </>
  );
}

interface RoleRowProps {
  list: RoleList;
  title: string;
  profile: MappingProfile;
  onChange: (profile: MappingProfile) => void;
}

/** Words with commas between them; read when the field is left, so that a comma can be typed. */
function RoleRow({ list, title, profile, onChange }: RoleRowProps): ReactNode {
  const line = profile.values[list].join(', ');
  const [typed, setTyped] = useState<string | null>(null);
  return (
    <div className={classes.row}>
      <label htmlFor={`mapping-${list}`}>{title}</label>
      <TextInput
        id={`mapping-${list}`}
        classNames={{ input: classes.pathInput }}
        value={typed ?? line}
        onChange={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => {
          if (typed !== null) onChange(setRoleList(profile, list, typed));
          setTyped(null);
        }}
      />
    </div>
  );
}
