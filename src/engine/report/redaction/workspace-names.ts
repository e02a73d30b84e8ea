/**
 * A redactor that knows the names a workspace's sessions introduce, wherever they do: what goes out may hold the turn in which
 * a surname is said, and not the one before it in which the user said who they are.
 */
import type { Queries } from '../../workspace/queries';
import { Redactor, type RedactionSettings } from './redact';

/** Wordings near which names are introduced; DuckDB picks the texts that hold one, so that few are looked at here. */
const CUES = String.raw`(?i)my (?:full )?name is|name['’]s |mein name|ich hei(?:ß|ss)e|je m['’]appelle|je suis |mon nom|me llamo|mi nombre|meu nome|chamo|\b(?:this is|i am|i['’]m|hier ist|ici|soy|speaking with|spoke (?:to|with)|talked (?:to|with)|on behalf of) |\b(?:mr|mrs|ms|miss|dr|prof|herrn?|frau|monsieur|madame|mme|señora?|sra?|senhora?|dona|don)\b\.? |(?:^|\n)(?:dear|hi|hello|hey|hallo|liebe[r]?|sehr geehrte|bonjour|salut|hola|estimad|querid|olá|prezad|car[ao]) |regards|sincerely|cheers|grü(?:ß|ss)e|gruß|cordialement|saludos|atentamente|atenciosamente|cumprimentos|abraços|_?name['"]?\s{0,2}[:=]|vorname|nachname|prénom|apellido|passenger|travell?er|cardholder|holder|titular|guest|patient|recipient|attn`;

/** A redactor for a workspace, taught by the beginnings of all texts in it that may introduce somebody. */
export async function workspaceRedactor(db: Queries, settings: RedactionSettings): Promise<Redactor> {
  const redactor = new Redactor(settings);
  if (!settings.kinds.has('person')) return redactor;
  await db.stream<{ group: string; text: string }>(
    `SELECT session_id AS "group", text_head AS text FROM span
     WHERE text_length > 0 AND regexp_matches(text_head, $1) ORDER BY session_id, position`,
    [CUES],
    (chunk) => {
      for (const { group, text } of chunk) redactor.learnPeople(text, group);
    },
  );
  return redactor;
}
