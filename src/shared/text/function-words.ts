/**
 * Words that carry no content of their own, per language, and what they tell: which language a text is in and which of
 * its words say what it is about. Data and pure functions; a language without a list is read as all content.
 */

export const languages = ['en', 'de', 'fr', 'es', 'pt'] as const;
export type Language = (typeof languages)[number];

const lists: Record<Language, string> = {
  en: `a about after again all also am an and any are as at be because been before being but by can could
    did do does doing don't down for from get had has have he her here him his how i i'd i'll i'm i've
    if in into is it it's its just let let's like me more most my need no not now of off ok okay on one
    only or other our out over please same she should so some such than that that's the their them then
    there these they this those to too up us very want was we were what what's when where which while
    who why will with would yes you you're your`,
  de: `aber alle als also am an auch auf aus bei bin bis bist bitte da damit dann das dass dein deine dem
    den denn der des dich die dies diese diesem diesen dieser dieses dir doch dort du ein eine einem
    einen einer eines er es etwas euch für gibt habe haben hast hat hatte hier ich ihm ihn ihr im in ist
    ja jetzt kann kannst kein keine können könntest man mehr mein meine meinem meinen meiner meines mich mir mit muss nach nicht
    noch nun nur ob oder ohne schon sehr sein seine sich sie sind so soll sollte über um und uns unter
    vom von vor war warum was weil wenn wer werden wie wieder will wir wird wo zu zum zur`,
  fr: `ai ainsi après as au aussi autre aux avec avez avoir bien c'est ça car ce ceci cela ces cet cette
    comme dans de des deux donc du elle elles en encore est et étaient était été être eu fait faire faut
    ici il ils j'ai j'avais je juste l la là le les leur lui ma mais me même mes moi mon n'est ne nos
    notre nous on ont ou où par pas peu peut peux plus pour pourquoi qu'il quand que quel quelle qui
    quoi s'il sa sans se ses si son sont sous suis sur ta te tes toi ton tout toute très tu un une vas
    veux voici vos votre vous y`,
  es: `a ahí al algo aquí así aun aunque bien cada como cómo con cual cuál cuando cuándo de del desde donde
    dónde dos el él ella ellos en entonces era eres es esa ese eso esta está están este esto estos fue
    ha había hace hacer has hasta hay he la las le les lo los más me mi mí mis mucho muy nada ni no nos
    o otra otro para pero por porque puede puedes que qué quien se sea ser si sí sin sobre solo son soy
    su sus también te tener tengo ti tiene tienes todo todos tu tú tus un una uno unos usted ustedes va
    y ya yo`,
  pt: `a à ao aos aqui as às até bem com como da das de dela dele do dos e é ela elas ele eles em então era
    essa esse esta está estão este estou eu foi há isso isto já la lá lhe mais mas me meu minha muito na
    não nas nem no nos o os ou para pela pelo pode por porque pra qual quando que quem se sem ser seu só
    sobre sua são também te tem tenho ter teu todos tudo tu tua um uma umas uns vai você vocês vou onde
    ainda agora`,
};

const functionWords: readonly ReadonlySet<string>[] = languages.map(
  (language) => new Set(lists[language].split(/\s+/u)),
);

/** The languages a word is without content in, a bit each in the order of `languages`. */
const languagesOfWord = new Map<string, number>();
functionWords.forEach((words, i) => {
  for (const word of words) languagesOfWord.set(word, (languagesOfWord.get(word) ?? 0) | (1 << i));
});

/** A language counts when it explains at least this share of the function words the best language explains. */
const runnerUpShare = 0.75;
/** Below this many words a text is too short to exclude a language. */
const fewWords = 3;
const wordsRead = 80;

const everyLanguage = (1 << languages.length) - 1;

/** The languages a word (lower case) is without content in, a bit each in the order of `languages`. */
export function languagesOf(word: string): number {
  return languagesOfWord.get(word) ?? 0;
}

/** The bits of the languages a text may be in, of whose words `languagesOf` is given; see `likelyLanguages`. */
export function likelyBits(ofWords: readonly number[]): number {
  if (ofWords.length < fewWords) return everyLanguage;
  const counts = new Uint8Array(languages.length);
  const end = Math.min(ofWords.length, wordsRead);
  for (let at = 0; at < end; at++) {
    let bits = ofWords[at] as number;
    for (let i = 0; bits !== 0; i++, bits >>= 1) counts[i] = (counts[i] as number) + (bits & 1);
  }
  const most = Math.max(...counts);
  if (most === 0) return everyLanguage;
  return counts.reduce((likely, count, i) => (count >= most * runnerUpShare ? likely | (1 << i) : likely), 0);
}

/**
 * The languages a text with these words (lower case) may be in: the one with most function words and close runners-up,
 * all of them where nothing tells, which in a short text is often so.
 */
export function likelyLanguages(words: readonly string[]): readonly Language[] {
  const likely = likelyBits(words.slice(0, wordsRead).map(languagesOf));
  return likely === everyLanguage ? languages : languages.filter((_, i) => (likely & (1 << i)) !== 0);
}

/** How many of these words (lower case) are function words of each language, in the order of `languages`. */
export function languageCounts(words: readonly string[]): number[] {
  return functionWords.map((known) => words.filter((word) => known.has(word)).length);
}

/** The words that carry content, in order, judged by the function words of the text's own language. */
export function contentWords(words: readonly string[]): string[] {
  const ofWords = words.map(languagesOf);
  const likely = likelyBits(ofWords);
  return words.filter((_, i) => ((ofWords[i] as number) & likely) === 0);
}

/** True where the word is without content in a language that makes up a visible part of these words. */
export function functionWordTest(words: readonly string[]): (word: string) => boolean {
  const shares = functionWords.map((known) => words.filter((word) => known.has(word)).length);
  const most = Math.max(1, ...shares);
  const used = functionWords.filter((_, i) => (shares[i] ?? 0) >= most / 4);
  return (word) => used.some((known) => known.has(word));
}
