/** Short messages in the corner: what was done, or what went wrong and what to do about it. */
import { notifications } from '@mantine/notifications';
import { explainError, isAbort } from './errors';
import { visible } from './visible-text';

const closeButtonProps = { 'aria-label': 'Close the message' };

/** Says that something was done: one sentence. */
export function toastDone(sentence: string): void {
  notifications.show({
    message: visible(sentence, 2000),
    autoClose: 4000,
    withCloseButton: true,
    closeButtonProps,
    'data-tone': 'done',
  });
}

/** What takes less than this is not worth a word. */
const SOON_MS = 400;

/** Says what is being done, from shortly after it began until it has ended, however it ends. Gives what `work` gives. */
export async function toastWhile<T>(sentence: string, work: Promise<T>): Promise<T> {
  const shown: string[] = [];
  const timer = setTimeout(() => {
    const id = notifications.show({
      message: visible(sentence, 2000),
      loading: true,
      autoClose: false,
      withCloseButton: false,
      role: 'status',
      'data-tone': 'busy',
    });
    shown.push(id);
  }, SOON_MS);
  try {
    return await work;
  } finally {
    clearTimeout(timer);
    for (const id of shown) notifications.hide(id);
  }
}

/** Says what went wrong and what to do. The same failure is not shown twice at a time. */
export function toastError(error: unknown, doing?: string): void {
  if (isAbort(error)) return;
  const { title, detail, advice, code } = explainError(error);
  const sentences = [doing === undefined ? '' : `${title} `, detail, advice];
  const id = `error-${code}-${doing ?? title}`;
  notifications.hide(id);
  notifications.show({
    id,
    title: doing === undefined ? title : `Could not ${doing}`,
    message: visible(sentences.filter((part) => part !== '').join(' '), 4000),
    autoClose: 12_000,
    withCloseButton: true,
    closeButtonProps,
    role: 'alert',
    'data-tone': 'error',
  });
}
