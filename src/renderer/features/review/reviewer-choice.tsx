import { Button, Popover, TextInput } from '@mantine/core';
import { IconUser } from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { setReviewer, useReviewer } from './reviewer';
import classes from './review.module.css';

interface ReviewerFormProps {
  /** Names that are asked to review. */
  names: readonly string[];
  onChosen?: () => void;
}

/** Who reviews: one of those asked, or any other name. */
export function ReviewerForm({ names, onChosen }: ReviewerFormProps): ReactNode {
  const [name, setName] = useState('');
  const take = (chosen: string) => {
    if (chosen.trim() === '') return;
    setReviewer(chosen);
    onChosen?.();
  };
  return (
    <div className={classes.reviewerForm}>
      {names.length > 0 && (
        <div className={classes.reviewerNames}>
          {names.map((one) => (
            <Button key={one} onClick={() => take(one)}>
              {one}
            </Button>
          ))}
        </div>
      )}
      <form
        className={classes.inline}
        onSubmit={(event) => {
          event.preventDefault();
          take(name);
        }}
      >
        <TextInput
          aria-label="Name of the reviewer"
          placeholder={names.length > 0 ? 'or another name' : 'Your name'}
          value={name}
          maxLength={80}
          autoFocus={names.length === 0}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" variant="filled" disabled={name.trim() === ''}>
          Review as this
        </Button>
      </form>
    </div>
  );
}

/** Who reviews now, and the way to hand over to somebody else. */
export function ReviewerMenu({ names }: { names: readonly string[] }): ReactNode {
  const reviewer = useReviewer();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setIsOpen} position="bottom-end" width={300} trapFocus>
      <Popover.Target>
        <Button leftSection={<IconUser size={14} />} onClick={() => setIsOpen(!isOpen)}>
          {reviewer === null ? 'Who reviews?' : `Reviewing as ${reviewer}`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <ReviewerForm names={names.filter((one) => one !== reviewer)} onChosen={() => setIsOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}
