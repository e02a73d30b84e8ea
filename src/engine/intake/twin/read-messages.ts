/**
 * What the messages of a chunk's spans say, where the kernel did not scan it: in SQL, and by the message functions where SQL does not
 * know their form. Owns the order of these; gives tables worded, spoken, untold and misnamed.
 */
import type { GenAiMessage } from '../../../shared/trace/genai-message';
import callsSql from './calls.sql?raw';
import { messageOfValue, messagesOfElement } from './element-messages';
import elementsSql from './elements.sql?raw';
import type { FoldTables } from './fold-messages';
import misnamedSql from './misnamed.sql?raw';
import saidSql from './said.sql?raw';
import wordingSql from './wording.sql?raw';

const OTHER_MESSAGE_SQL = `SELECT 1 FROM matched WHERE m.role = '' AND word_no NOT IN (SELECT word_no FROM worded_one) LIMIT 1`;

/** A value that is a message as a whole, behind a letter for who speaks. */
const WHOLE = /^ ([ua])/;

const CREATE_PLACES =
  'CREATE OR REPLACE TEMP VIEW place AS SELECT word_no, unnest(places, recursive := true) FROM element';

/** Reads the messages of one chunk after another. All functions throw what the database throws. */
export class MessageReader {
  constructor(private readonly tables: FoldTables) {}

  async read(): Promise<void> {
    const { tables } = this;
    await tables.run(elementsSql);
    await tables.run(wordingSql);
    // To plan its statements takes longer than most others.
    if ((await tables.rows(OTHER_MESSAGE_SQL)).length > 0) await tables.run(callsSql);
    await this.readOthers();
    await tables.run(CREATE_PLACES);
    await tables.run(saidSql);
    await tables.run(misnamedSql);
  }

  /** Messages whose form SQL does not know, read by the message functions. */
  private async readOthers(): Promise<void> {
    const found = await this.tables.rows(
      'SELECT e.word_no::INTEGER AS word_no, e.elem FROM element AS e ANTI JOIN wording AS w ON w.word_no = e.word_no WHERE e.elem IS NOT NULL',
    );
    const rows = found.flatMap((row) => {
      const [message, ...more] = readElement(String(row['elem'])) ?? [];
      return message && more.length === 0
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

function readElement(elem: string): GenAiMessage[] | null {
  const speaker = WHOLE.exec(elem)?.[1];
  return speaker === undefined
    ? messagesOfElement(elem)
    : messageOfValue(elem.slice(2), speaker === 'u' ? 'user' : 'assistant');
}
