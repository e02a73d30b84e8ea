/** The keys of reviewing: items left and right, fields up and down, values by figures. */
import { useShortcuts, type Shortcut } from '../../lib/keyboard';
import { choose, fieldName, isSingle, type Draft, type Field, type Offers } from './draft';
import { fieldElementId } from './field-box';
import type { ItemActs } from './item-acts';

interface ReviewKeysProps {
  draft: Draft;
  field: Field;
  fields: readonly Field[];
  offers: Offers;
  change: (draft: Draft) => void;
  setField: (name: string) => void;
  complete: () => void;
  acts: ItemActs;
}

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9];

export function useReviewKeys(props: ReviewKeysProps): void {
  const { draft, field, fields, offers, change, setField, complete, acts } = props;
  const at = fields.findIndex((one) => fieldName(one) === fieldName(field));
  const stepField = (by: 1 | -1) => {
    const next = fields[Math.min(Math.max(at + by, 0), fields.length - 1)];
    if (next !== undefined) {
      setField(fieldName(next));
      document.getElementById(fieldElementId(next))?.scrollIntoView({ block: 'nearest' });
    }
  };
  const setValue = (number: number) => {
    const next = choose(draft, field, number, offers);
    if (next === draft) return;
    change(next);
    if (isSingle(field)) stepField(1);
  };
  const enter = () => {
    const box = document.getElementById(fieldElementId(field));
    const input = box?.querySelector<HTMLElement>('textarea, input');
    if (input) input.focus();
    else stepField(1);
  };
  const shortcuts: Shortcut[] = [
    { keys: 'ArrowRight', description: 'Next item', run: () => acts.step(1) },
    { keys: 'ArrowLeft', description: 'Previous item', run: () => acts.step(-1) },
    { keys: 'ArrowDown', description: 'Next field', run: () => stepField(1) },
    { keys: 'ArrowUp', description: 'Previous field', run: () => stepField(-1) },
    ...NUMBERS.map((number) => ({
      keys: String(number),
      description: number === 1 ? 'Value 1 to 9 of the field' : `Value ${number}`,
      isHidden: number > 1,
      run: () => setValue(number),
    })),
    { keys: 'Enter', description: 'Write in the field, or go to the next', run: enter },
    {
      keys: 'mod+Enter',
      description: 'Complete the review and go on',
      whenTyping: true,
      run: complete,
    },
    { keys: 's', description: 'Skip this item', run: acts.skip },
    { keys: 'r', description: 'Give this item back', run: acts.giveBack },
    { keys: 'Escape', description: 'Back to the queue', run: acts.leave },
  ];
  useShortcuts('Review', shortcuts);
}
