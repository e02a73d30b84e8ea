import { seeded } from '../../eval/measures.mjs';

const SYLLABLES =
  'ba be bi bo bu da de di do du fa fe ga go ka ke ki ko la le li lo ma me mi mo na ne no pa pe po ra re ri ro sa se si so ta te ti to va ve vi wa zo'.split(
    ' ',
  );

/** A word for each number, none twice. */
function word(number) {
  let text = '';
  for (let rest = number + SYLLABLES.length; rest > 0; rest = Math.floor(rest / SYLLABLES.length))
    text += SYLLABLES[rest % SYLLABLES.length];
  return text;
}

/** A number below `count`, small ones far more often (Zipf). */
function zipf(random, count) {
  return Math.floor(Math.exp(random() * Math.log(count + 1))) - 1;
}

/**
 * `count` invented texts of `intents` intents with their labels: 4 to 14 words, a third of them from the 12 words of the intent,
 * which neighbouring intents share in part, the others common to all.
 */
export function makeIntents(count, intents, seed = 1) {
  const random = seeded(seed);
  const texts = [];
  const labels = [];
  for (let i = 0; i < count; i++) {
    const intent = Math.floor(random() * intents);
    const words = Array.from({ length: 4 + Math.floor(random() * 11) }, () =>
      random() < 0.34 ? word(2_000 + intent * 8 + zipf(random, 12)) : word(zipf(random, 1_500)),
    );
    texts.push(words.join(' '));
    labels.push(intent);
  }
  return { texts, labels };
}
