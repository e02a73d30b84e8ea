// Readers of labelled dialogues for the signals of users. The halves are those of labelled-turns.mjs: by a hash of the dialogue.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { halfOf } from '../labelled-turns.mjs';

const message = (isUser, text) => ({ isUser, text });

/** EURTAD: every later user turn with up to four turns before it; label 1 where the reaction is "repeat or rephrase". */
export function readEurtadRepeats(data) {
  const folder = join(data, 'eurtad/data/preprocessed/erroneous');
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.json'),
  );
  return names.sort().flatMap((name) => {
    const entry = JSON.parse(readFileSync(join(folder, name), 'utf8'));
    const dialogue = String(entry.id_original ?? name);
    const clean = (text) => text.replace(/^\s*\d+\s/u, '').trim();
    const messages = [];
    let isUser = null;
    for (const part of entry.context.split(/(<user>|<system>)/u)) {
      if (part === '<user>' || part === '<system>') isUser = part === '<user>';
      else if (clean(part) !== '' && clean(part) !== '<SILENCE>') messages.push(message(isUser, clean(part)));
    }
    messages.push(message(false, entry.error_text.trim()), message(true, clean(entry.user_reaction)));
    return messages.flatMap((one, i) => {
      const before = messages.slice(Math.max(0, i - 7), i);
      if (!one.isUser || !before.some((other) => other.isUser)) return [];
      const isLabelled = i === messages.length - 1 && entry.user_reaction_type === 'Repeat or Rephrase';
      return [
        {
          dialogue,
          half: halfOf(`EURTAD/${dialogue}`),
          label: isLabelled ? 1 : 0,
          messages: [...before.slice(before.findIndex((other) => other.isUser)), one],
        },
      ];
    });
  });
}

/** Alexa contextual query rewriting: a turn with a crowd worker's rewrite of it (1) or with another turn of its dialogue (0). */
export function readAlexaRewrites(data) {
  const dialogues = JSON.parse(readFileSync(join(data, 'alexa_cqr/cqr_kvret_dev_public.json'), 'utf8'));
  return dialogues.flatMap(({ dialogue: turns }, number) => {
    const users = turns.flatMap((turn, i) =>
      turn.turn === 'driver' ? [{ i, text: turn.data.utterance }] : [],
    );
    const dialogue = String(number);
    const pair = (label, a, b) => ({
      dialogue,
      half: halfOf(`Alexa/${dialogue}`),
      label,
      messages: [message(true, a), message(false, 'OK.'), message(true, b)],
    });
    return turns.flatMap(({ reformulation }) => {
      if (!reformulation?.mturk_reformulations?.length) return [];
      const base = turns[reformulation.base_utt_idx].data.utterance;
      const others = users.filter(({ i }) => i !== reformulation.base_utt_idx);
      return [
        pair(1, base, reformulation.mturk_reformulations[0]),
        ...others.map(({ text }) => pair(0, base, text)),
      ];
    });
  });
}

/** MRPC: two newswire sentences that do or do not say the same; a stand-in for rephrases, in another kind of text. */
export function readMrpc(data) {
  const lines = readFileSync(join(data, 'mrpc/msr_paraphrase_train.txt'), 'utf8')
    .trim()
    .split(/\r?\n/u)
    .slice(1);
  return lines.map((line) => {
    const [label, first, , a, b] = line.split('\t');
    return {
      dialogue: first,
      half: halfOf(`MRPC/${first}`),
      label: Number(label),
      messages: [message(true, a), message(false, 'OK.'), message(true, b)],
    };
  });
}

/** TIAGE: chit-chat with human topic shifts; texts with 1 where a turn begins another topic. */
export function readTiage(data) {
  return ['train', 'dev'].flatMap((part) =>
    Object.entries(JSON.parse(readFileSync(join(data, `tiage/anno_${part}.json`), 'utf8'))).map(
      ([id, turns]) => ({
        dialogue: `${part}/${id}`,
        half: halfOf(`TIAGE/${part}/${id}`),
        texts: turns.map(([text]) => text),
        labels: turns.map(([, label]) => (label === '1' ? 1 : 0)),
      }),
    ),
  );
}
