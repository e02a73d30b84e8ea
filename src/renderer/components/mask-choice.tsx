/** Whether what goes out is masked: one choice for every menu that writes something, remembered on this machine. */
import { Checkbox, Menu } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import type { ReactNode } from 'react';
import type { RedactionReport } from '../../shared/contract/redaction';
import { formatPlural } from '../lib/format';

/** Off until somebody switches it on: what comes back in must not be masked. */
export function useMasking(): readonly [isMasked: boolean, set: (isMasked: boolean) => void] {
  const [value, set] = useLocalStorage({
    key: 'faultline.mask-exports',
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  return [value, set];
}

/** The choice as the last item of an export menu. */
export function MaskItem(): ReactNode {
  const [isMasked, set] = useMasking();
  return (
    <>
      <Menu.Divider />
      <Menu.Item
        role="menuitemcheckbox"
        aria-checked={isMasked}
        closeMenuOnClick={false}
        leftSection={<Checkbox.Indicator checked={isMasked} size="xs" />}
        onClick={() => set(!isMasked)}
      >
        Mask people and secrets
      </Menu.Item>
    </>
  );
}

/** What is to be known of a file that went out, for a message: what is missing in it, and what was masked. */
export function outgoingWords({
  incomplete = null,
  redaction,
}: {
  incomplete?: string | null;
  redaction: RedactionReport | null;
}): string {
  return `${incomplete === null ? '' : ` ${incomplete}`}${redaction === null ? '' : maskedWords(redaction)}`;
}

function maskedWords(redaction: RedactionReport): string {
  const places = redaction.counts.reduce((sum, one) => sum + one.count, 0);
  const left = redaction.leaks.length;
  return ` Masked ${formatPlural(places, 'place')}; ${left === 0 ? 'a second look found nothing more' : `a second look still found ${left}: look at the file before it goes out`}.`;
}
