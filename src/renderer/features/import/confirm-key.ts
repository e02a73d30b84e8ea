/** Ctrl Enter, or Command Enter, wherever in a form the focus is: the main thing the screen does. */
import type { KeyboardEvent } from 'react';

/** For the form's root. In an input or on a button plain Enter is the control's own, and the shortcuts leave it alone. */
export function onConfirmKey(confirm: () => void): (event: KeyboardEvent) => void {
  return (event) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    confirm();
  };
}
