import { useImperativeHandle, useRef, type ReactNode, type Ref } from 'react';
import { markedRange, withWord } from './query-text';
import classes from './editor.module.css';

export interface EditorHandle {
  /** Puts a word in at the cursor, and goes there. */
  insert(word: string): void;
  focus(): void;
}

interface EditorProps {
  text: string;
  onChange: (text: string) => void;
  /** Where the last run of this very text found a problem, 0-based. */
  problemAt: number | null;
  ref: Ref<EditorHandle>;
}

/** The query: numbered lines, and the word marked where a problem was found. Lines are not wrapped. */
export function Editor({ text, onChange, problemAt, ref }: EditorProps): ReactNode {
  const areaRef = useRef<HTMLTextAreaElement>(null);
  const marksRef = useRef<HTMLPreElement>(null);
  const numbersRef = useRef<HTMLPreElement>(null);
  useImperativeHandle(ref, () => ({
    insert: (word) => {
      const area = areaRef.current;
      if (area === null) return;
      const next = withWord(text, [area.selectionStart, area.selectionEnd], word);
      onChange(next.text);
      area.focus();
      // The cursor can be placed only once the text is there.
      requestAnimationFrame(() => area.setSelectionRange(next.cursor, next.cursor));
    },
    focus: () => areaRef.current?.focus(),
  }));
  const follow = () => {
    const { scrollTop = 0, scrollLeft = 0 } = areaRef.current ?? {};
    marksRef.current?.scrollTo(scrollLeft, scrollTop);
    numbersRef.current?.scrollTo(0, scrollTop);
  };
  const range = markedRange(text, problemAt);
  const lineCount = text.split('\n').length;
  return (
    <div className={classes.editor}>
      <pre ref={numbersRef} className={classes.numbers} aria-hidden>
        {Array.from({ length: lineCount }, (_, index) => index + 1).join('\n')}
        {'\n\n'}
      </pre>
      <div className={classes.page}>
        <pre ref={marksRef} className={classes.marks} aria-hidden>
          {range !== null && (
            <>
              {text.slice(0, range[0])}
              <mark className={classes.problem}>{text.slice(range[0], range[1])}</mark>
              {text.slice(range[1])}
            </>
          )}
          {'\n\n'}
        </pre>
        <textarea
          ref={areaRef}
          className={classes.area}
          aria-label="Query"
          aria-invalid={range !== null}
          value={text}
          wrap="off"
          spellCheck={false}
          autoComplete="off"
          autoCapitalize="off"
          maxLength={20_000}
          placeholder="SELECT … FROM sessions"
          onChange={(event) => onChange(event.currentTarget.value)}
          onScroll={follow}
        />
      </div>
    </div>
  );
}
