/**
 * What the messages of a chunk's spans say: as the kernel told it, in SQL where it did not, and by the message functions where
 * SQL does not know their form. Owns the order of these; gives tables worded, spoken, untold and misnamed.
 */
import { get } from '../../../shared/trace/json';
import { readConversation, readMessages } from '../../../shared/trace/genai-conversation';
import { roleOf, type GenAiMessage } from '../../../shared/trace/genai-message';
import callsSql from './calls.sql?raw';
import elementsSql from './elements.sql?raw';
import type { FoldTables } from './fold-messages';
import misnamedSql from './misnamed.sql?raw';
import saidSql from './said.sql?raw';
import scannedSaidSql from './scanned-said.sql?raw';
import type { Scan } from './span-scanner';
import wordingSql from './wording.sql?raw';

const OTHER_MESSAGE_SQL = `SELECT 1 FROM matched WHERE m.role = '' AND word_no NOT IN (SELECT word_no FROM worded_one) LIMIT 1`;

const CREATE_ELEMENTS =
  'CREATE OR REPLACE TEMP TABLE element (word_no BIGINT, elem VARCHAR, places STRUCT("no" BIGINT, is_call BOOLEAN, ordinal BIGINT, size BIGINT, input_size BIGINT)[])';

/** A value that is a message as a whole, behind a letter for who speaks. */
const WHOLE = /^ ([ua])/;

const CREATE_MISNAMED = 'CREATE OR REPLACE TEMP TABLE misnamed (no BIGINT)';

const PLACES = 'SELECT word_no, unnest(places, recursive := true) FROM element';

/** Messages that were told apart by the kernel, and what it did not read of them. */
const ADD_ELEMENTS = 'INSERT INTO element SELECT word_no, elem, [] FROM scanned_word WHERE elem IS NOT NULL';

const ADD_WORDING = `
  INSERT INTO wording
  SELECT word_no, role, text, NULL, NULL, CASE WHEN call_name IS NULL THEN [] ELSE [struct_pack(id := id, name := call_name, arguments := arguments)] END,
    CASE WHEN call_name IS NULL THEN id END, NULL, false
  FROM scanned_word
  WHERE role IS NOT NULL`;

const ALL_PLACES = `
  ${PLACES}
  UNION ALL BY NAME
  SELECT word_no, n + c.first_no - 1 AS no, is_call = 1 AS is_call, ordinal, size, input_size FROM scanned_place, chunk AS c`;

/** Whether the kernel told all messages of a chunk: what model calls said is then a column of what it scanned. */
export function areTold({ unsure, untold }: Scan): boolean {
  return unsure + untold === 0;
}

/** Reads the messages of one chunk after another. All functions throw what the database throws. */
export class MessageReader {
  constructor(private readonly tables: FoldTables) {}

  /** `laid` makes a script read what was scanned. */
  async read(scan: Scan | null, laid: (script: string) => string): Promise<void> {
    const { tables } = this;
    if (scan && areTold(scan)) {
      await tables.run(scannedSaidSql);
      await tables.run(scan.isDoubtful ? misnamedSql : CREATE_MISNAMED);
      return;
    }
    await tables.run(scan?.unsure === 0 ? CREATE_ELEMENTS : laid(elementsSql));
    if (scan) await tables.run(ADD_ELEMENTS);
    await tables.run(wordingSql);
    // To plan its statements takes longer than most others.
    if ((await tables.rows(OTHER_MESSAGE_SQL)).length > 0) await tables.run(callsSql);
    await this.readOthers();
    if (scan) await tables.run(ADD_WORDING);
    await tables.run(`CREATE OR REPLACE TEMP VIEW place AS ${scan ? ALL_PLACES : PLACES}`);
    await tables.run(saidSql);
    await tables.run(misnamedSql);
  }

  /** Messages whose form SQL does not know, read by the message functions. */
  private async readOthers(): Promise<void> {
    const found = await this.tables.rows(
      'SELECT e.word_no::INTEGER AS word_no, e.elem FROM element AS e ANTI JOIN wording AS w ON w.word_no = e.word_no WHERE e.elem IS NOT NULL',
    );
    const rows = found.flatMap((row) => {
      const message = messageOfText(String(row['elem']));
      return message
        ? [
            {
              word_no: row['word_no'],
              role: message.role,
              text: message.text,
              origin: message.origin,
              reasoning: message.reasoning,
              calls: message.toolCalls ?? [],
              tool_call_id: message.toolCallId,
              tool_name: message.toolName,
              is_error: message.isError ?? false,
            },
          ]
        : [];
    });
    await this.tables.insert(
      `INSERT INTO wording BY NAME SELECT unnest(from_json($1, '[{"word_no":"BIGINT","role":"VARCHAR","text":"VARCHAR","origin":"VARCHAR","reasoning":"VARCHAR",
        "calls":[{"id":"VARCHAR","name":"VARCHAR","arguments":"VARCHAR"}],"tool_call_id":"VARCHAR","tool_name":"VARCHAR","is_error":"BOOLEAN"}]'), max_depth := 2)`,
      rows,
    );
  }
}

/** The one message a list's element stands for, whoever is said to speak; null where it is none, several, or lacks ids. */
function messageOfText(elem: string): GenAiMessage | null {
  const whole = WHOLE.exec(elem);
  const [message, ...more] = whole
    ? readMessages(elem.slice(2), whole[1] === 'u' ? 'user' : 'assistant')
    : (readConversation(`[${elem}]`, 'user') ?? []);
  if (!message || more.length > 0) return null;
  if (
    !whole &&
    JSON.stringify([message]) !== JSON.stringify(readConversation(`[${elem}]`, 'assistant') ?? [])
  )
    return null;
  const calls = message.toolCalls ?? [];
  const areTold = calls.every(
    (call) =>
      call.id !== null &&
      call.id !== call.name &&
      !['system', 'user', 'assistant', 'tool'].includes(call.name),
  );
  // Another role may be the name of a tool that was called before.
  const isSaid = whole !== null || roleOf(get(parseMaybeObject(elem), 'role')) !== null;
  return areTold && isSaid && (message.role !== 'tool' || message.toolCallId != null) ? message : null;
}

function parseMaybeObject(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
