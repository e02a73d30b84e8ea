import { useMemo, type ReactNode } from 'react';
import { cx } from '../lib/class-names';
import { markPieces, visiblePieces, type MarkedPiece, type TextMark } from '../lib/visible-text';
import classes from './safe-text.module.css';

const NO_MARKS: readonly TextMark[] = [];

function Piece({ piece }: { piece: MarkedPiece }): ReactNode {
  const content =
    piece.type === 'badge' ? (
      <span className={classes.badge} title={piece.meaning}>
        {piece.text}
      </span>
    ) : (
      piece.text
    );
  return piece.mark === null ? (
    content
  ) : (
    <mark className={cx(piece.mark !== 'cue' && classes.match, piece.mark === 'current' && classes.current)}>
      {content}
    </mark>
  );
}

interface SafeTextProps {
  text: string;
  marks?: readonly TextMark[];
}

/**
 * Text out of a trace, within a line or a paragraph: text nodes only, what is invisible shown as badges, and kept apart
 * from the direction of what surrounds it. The caller caps its length; see TextView for whole texts.
 */
export function SafeText({ text, marks = NO_MARKS }: SafeTextProps): ReactNode {
  const pieces = useMemo(() => markPieces(visiblePieces(text), marks), [text, marks]);
  return (
    <bdi className={classes.text}>
      {pieces.map((piece) => (
        <Piece key={piece.start} piece={piece} />
      ))}
    </bdi>
  );
}
