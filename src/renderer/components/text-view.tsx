import { useMemo, useState, type ReactNode } from 'react';
import { cx } from '../lib/class-names';
import { formatBytes, formatCount } from '../lib/format';
import type { TextMark } from '../lib/visible-text';
import { SafeText } from './safe-text';
import classes from './text-view.module.css';

/** Characters shown at first, and more at every "show more": a longer text would hold up the page. */
const CAP = 256 * 1024;
/** Lines are laid out in blocks of about this many characters, so that those out of sight cost nothing. */
const BLOCK = 8 * 1024;

interface TextViewProps {
  text: string;
  /** Fixed pitch, for code and tool results. */
  isMono?: boolean;
  marks?: readonly TextMark[];
}

interface Block {
  start: number;
  text: string;
}

/** Cuts after a line end, or not at all where a line is longer than a block. */
function intoBlocks(text: string): Block[] {
  const blocks: Block[] = [];
  let start = 0;
  while (start < text.length) {
    const lineEnd = text.indexOf('\n', start + BLOCK);
    const end = lineEnd === -1 ? text.length : lineEnd + 1;
    blocks.push({ start, text: text.slice(start, end) });
    start = end;
  }
  return blocks;
}

function marksIn(block: Block, marks: readonly TextMark[] | undefined): TextMark[] {
  const end = block.start + block.text.length;
  return (marks ?? [])
    .filter((mark) => mark.start < end && mark.end > block.start)
    .map((mark) => ({ ...mark, start: mark.start - block.start, end: mark.end - block.start }));
}

/** A whole text out of a trace: line breaks kept, long ones shown in parts. */
export function TextView({ text, isMono = false, marks }: TextViewProps): ReactNode {
  const [shown, setShown] = useState({ text, length: CAP });
  const length = shown.text === text ? shown.length : CAP;
  const blocks = useMemo(
    () => intoBlocks(text.length > length ? text.slice(0, length) : text),
    [text, length],
  );
  const rest = text.length - length;
  return (
    <div className={cx(classes.text, isMono && classes.mono)} dir="auto">
      {blocks.map((block) => (
        <div key={block.start} className={cx(blocks.length > 1 && classes.block)}>
          <SafeText text={block.text} marks={marksIn(block, marks)} />
        </div>
      ))}
      {rest > 0 && (
        <button
          type="button"
          className={classes.more}
          onClick={() => setShown({ text, length: length + CAP })}
        >
          Show {formatBytes(Math.min(rest, CAP))} more of {formatCount(rest)} characters
        </button>
      )}
    </div>
  );
}
