/**
 * Names of people, postal addresses and user names in paths. Names are found by how people introduce, greet and sign
 * (five languages), by fields that hold names, and by common given names before a capitalised word. Conservative:
 * a capitalised word alone is no name. What stays hidden is measured in docs/evaluation.md.
 */
import { patternFinder, wordsBefore, type Finder, type Hit } from './kinds';
import { GIVEN_NAMES, NO_SURNAMES, NOT_NAMES, PLACE_BEFORE } from './people.data';

const WORD = "\\p{Lu}(?:[\\p{L}’'-]{0,23}\\p{L})";
const NAME = `${WORD}(?: (?:(?:de|da|do|dos|das|del|di|du|la|le|van|von|der|den|el|al|bin|ben|y|e) ){0,2}(?:\\p{Lu}\\. )?${WORD}){0,3}`;
const FULL = `${WORD}(?: (?:(?:de|da|do|dos|das|del|di|du|la|le|van|von|der|den|el|al|bin|ben|y|e) ){0,2}(?:\\p{Lu}\\. )?${WORD}){1,3}`;

const introductions = [
  `(?:my name is|my full name is|the name is|name’s|name's|ich heiße|ich heisse|mein name ist|mi chiamo|il mio nome è|mijn naam is|ik heet|nazywam się|mam na imię|jag heter|mitt namn är|jeg hedder|mit navn er|nimeni on|je m['’]appelle|je suis|mon nom est|me llamo|mi nombre es|soy|meu nome é|o meu nome é|me chamo|chamo-me) (?<mask>${NAME})`,
  `(?:this is|i am|i['’]m|speaking with|spoke (?:to|with)|talked (?:to|with)|hier ist|hier spricht|ich bin|ici|sono|ik ben|jag är|jestem) (?<mask>${FULL})`,
  `(?:mr|mrs|ms|miss|mx|dr|prof|sir|madam|herr|herrn|frau|monsieur|madame|mme|mlle|señor|señora|señorita|sr|sra|srta|senhor|senhora|dona|don|doña|sig|sig\\.ra|signor|signora|signore|dhr|mevr|pan|pani)\\.? (?:(?:dr|prof|ing|dipl)\\.? ){0,2}(?<mask>${NAME})`,
  `(?:thanks|thank you|danke|merci|gracias|obrigad[oa]|grazie|bedankt|dzięki|tack),? (?<mask>${WORD})(?=[!.])`,
  `(?:hey|hi|hello|hallo|hola|bonjour)?,? ?(?<mask>${FULL}) (?:here|hier|ici|aquí|aqui|speaking|am apparat)(?=[,.!])`,
  `(?:name|booking|ticket|reservation|account)[^.\\n]{0,40} (?:from|to|belongs to|of) (?<mask>${FULL})(?= to |[.,;!?]|$)`,
  `(?:^|\\n|")(?:dear|hi|hello|hey|hallo|liebe|lieber|bonjour|salut|chère|cher|hola|querida|querido|estimada|estimado|olá|oi|cara|caro|prezada|prezado|ciao|caro|cara|gentile|beste|hoi|cześć|hej) (?<mask>${NAME})(?=[,!.\\n])`,
  `(?:regards|sincerely|cheers|thanks|best|yours|grüße|grüßen|gruß|cordialement|bien à vous|saludos|atentamente|atenciosamente|cumprimentos|abraços|saluti|groet|groeten|pozdrawiam|hälsningar|hilsen),?\\s{0,4}(?:\\n|\\\\n){1,2}\\s{0,4}(?<mask>${NAME})`,
  `(?:passenger|traveler|traveller|cardholder|card holder|account holder|kontoinhaber|titular|titulaire|customer name|guest|patient|recipient|attn|on behalf of|under the name(?: of)?|in the name of|auf den namen|au nom de|a nombre de|em nome de)[: ]{1,2}(?<mask>${FULL})`,
].map((source) => new RegExp(`(?<![\\p{L}])${source}`, 'giu'));

/** JSON and form fields that hold a person's name. */
const FIELD =
  /["']?(?<!\w)(?:(?:customer|user|passenger|contact|recipient|patient|full|first|last|given|family|sur|middle|display|account_?holder|billing|shipping)[ _-]?name|vorname|nachname|prénom|nom|apellidos?|nombre|sobrenome)\\?["']?\s{0,2}[:=]\s{0,2}\\?["'](?<mask>[^"'\\\n{}[\]]{2,60})\\?["']/giu;

/** Whether a capitalised word is one that begins sentences and greetings far more often than it is a name. */
export function isCommonWord(word: string): boolean {
  return NOT_NAMES.has(word);
}

function isName(text: string): boolean {
  const [first = ''] = text.split(' ');
  return !NOT_NAMES.has(first) && /^\p{Lu}/u.test(text) && !/^\p{Lu}{2,}$/u.test(text);
}

/** Patterns match without regard to case for their cue words; names themselves must be written like names. */
const nameAsWritten = (masked: string): string => {
  const words = masked.split(' ');
  const odd = words.findIndex((word, i) => i > 0 && NOT_NAMES.has(word));
  let end = odd < 0 ? words.length : odd;
  while (end > 0 && !/^\p{Lu}/u.test(words[end - 1] ?? '')) end--;
  const firstLower = words
    .slice(0, end)
    .findIndex(
      (word) =>
        !/^\p{Lu}/u.test(word) &&
        !/^(?:d[aeiou]s?|del|du|l[ae]|van|von|der|den|el|al|bin|ben|y|e)$/u.test(word),
    );
  return words.slice(0, firstLower < 0 ? end : firstLower).join(' ');
};

function namesBy(pattern: RegExp, text: string): Hit[] {
  const hits: Hit[] = [];
  for (const match of text.matchAll(pattern)) {
    const masked = match.groups?.['mask'] ?? '';
    const name = nameAsWritten(masked);
    if (name === '' || !isName(name)) continue;
    const start = match.index + match[0].lastIndexOf(masked);
    hits.push({ kind: 'person', start, end: start + name.length, value: name.toLowerCase() });
  }
  return hits;
}

const GIVEN = new RegExp(`(?<![\\p{L}\\p{N}_.@/-])(?<mask>${FULL})(?![\\p{L}\\p{N}_@/])`, 'gu');

/** A common given name before one to three capitalised words, none of which makes it a place or a firm. */
function namesByList(text: string): Hit[] {
  const hits: Hit[] = [];
  for (const match of text.matchAll(GIVEN)) {
    const words = match[0].split(' ');
    const from = words.findIndex((word, i) => i < words.length - 1 && GIVEN_NAMES.has(word.toLowerCase()));
    if (from < 0 || words.slice(from).some((word) => NO_SURNAMES.has(word))) continue;
    const name = nameAsWritten(words.slice(from).join(' '));
    if (!name.includes(' ')) continue;
    const start = match.index + words.slice(0, from).join(' ').length + (from > 0 ? 1 : 0);
    if (PLACE_BEFORE.test(text.slice(Math.max(0, start - 12), start))) continue;
    hits.push({ kind: 'person', start, end: start + name.length, value: name.toLowerCase() });
  }
  return hits;
}

/** `anna_kovacs_4821`: handles that begin with a given name and end in digits. */
const findHandles = patternFinder(
  'person',
  /(?<![\p{L}\p{N}_.@/-])(?<first>\p{Ll}{2,15})[_.]\p{Ll}{1,20}[_.]?\d{2,6}(?![\p{L}\p{N}_@])/gu,
  (match) => GIVEN_NAMES.has(match.groups?.['first'] ?? ''),
);

/** Days of birth, by the words before them. */
const findBirthdays = patternFinder(
  'person',
  /(?:date of birth|born on|\bdob|birthday|geburtsdatum|geboren am|date de naissance|née? le|fecha de nacimiento|nacid[oa] el|data de nascimento|nascid[oa] em|data di nascita|nat[oa] il|geboortedatum)(?: (?:is|ist|est|es|é|è))?[: ]{1,3}(?<mask>\d{1,4}[-./ ](?:\d{1,2}|\p{L}{3,9})[-./ ]\d{1,4}|\p{Lu}\p{L}{2,8} \d{1,2},? \d{4})/giu,
);

export const findPeople: Finder = (text) => [
  ...introductions.flatMap((pattern) => namesBy(pattern, text)),
  ...namesBy(FIELD, text),
  ...namesByList(text),
  ...findHandles(text),
  ...findBirthdays(text),
];

const CAPITALISED = "\\p{Lu}[\\p{L}’'-]{1,24}";
const CITY = `(?:,? {0,2}(?:\\n)?\\d{4,5}(?:-\\d{3,4})? ${CAPITALISED}(?: ${CAPITALISED}){0,2}|, ${CAPITALISED}(?: ${CAPITALISED}){0,2},? [A-Z]{2} \\d{5})?`;
const addresses = [
  `\\d{1,5}[A-Za-z]? (?:${CAPITALISED} ){1,3}(?:Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Way|Court|Ct|Square|Sq|Terrace|Place|Pl|Close|Crescent)\\b\\.?(?:,? (?:Apt|Suite|Unit|Flat|#)\\.? ?[\\w-]{1,6})?${CITY}`,
  `\\p{Lu}[\\p{L}-]{1,30}(?:straße|strasse|str\\.|weg|platz|allee|gasse|ring|damm|ufer|chaussee) \\d{1,4} ?[a-z]?${CITY}`,
  `(?:${CAPITALISED} ){1,2}(?:Straße|Strasse|Str\\.|Weg|Platz|Allee|Gasse|Ring|Damm|Ufer) \\d{1,4}[a-z]?${CITY}`,
  `\\d{1,4},?(?: bis| ter)? (?:rue|avenue|boulevard|place|chemin|impasse|allée|quai|cours) (?:de la |de l['’]|des |du |de |d['’]|la |le |l['’])?${CAPITALISED}(?: ${CAPITALISED}){0,2}${CITY}`,
  `(?:Calle|C/|Avenida|Avda\\.?|Av\\.|Plaza|Paseo|Rua|Travessa|Praça|Largo|Alameda) (?:(?:de|del|da|do|das|dos|la|las|los) ){0,2}${CAPITALISED}(?: (?:de |da |do )?${CAPITALISED}){0,2},? (?:n[.º°] ?)?\\d{1,5}${CITY}`,
  `(?:Via|Viale|Piazza|Piazzale|Corso|Largo|Vicolo) (?:(?:del|della|dei|delle|di|da|dell['’]) ?){0,2}${CAPITALISED}(?: ${CAPITALISED}){0,2},? \\d{1,4}[a-z]?${CITY}`,
  `\\p{Lu}[\\p{L}-]{1,30}(?:straat|gracht|laan|weg|plein|kade|singel|dijk|gatan|vägen|gata|vej|gade|katu|tie) \\d{1,4} ?[a-z]?(?:,? \\d{4} ?[A-Z]{2} ${CAPITALISED})?${CITY}`,
  `(?:ul\\.|al\\.|os\\.) ?${CAPITALISED}(?: ${CAPITALISED}){0,2} \\d{1,4}[a-z]?(?:/\\d{1,4})?(?:,? \\d{2}-\\d{3} ${CAPITALISED})?`,
  `(?:P\\.? ?O\\.? ?Box|Postfach|Apartado|Caixa Postal) \\d{1,6}${CITY}`,
].map((source) => new RegExp(`(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])`, 'gu'));

export const findAddresses: Finder = (text) =>
  addresses.flatMap((pattern) => patternFinder('address', pattern)(text));

/** Accounts every machine has: they name nobody. */
const NOBODY =
  /^(?:shared|public|default|test|tests|tester|testuser|administrator|ci|build|builder|jenkins|git|vagrant|pi|azureuser|dev|developer|workspace|project|u|x|foo|bar|all users|runner|root|ubuntu|debian|ec2-user|user|users|username|node|app|vscode|codespace|admin|guest|me|you|name|\*|\.\.\.|<.*|\$.*|%.*)$/i;

export const findPaths: Finder = (text) => [
  ...patternFinder(
    'path',
    /(?:\/(?:home|Users)\/|[A-Za-z]:(?:\\{1,4}|\/)Users(?:\\{1,4}|\/))(?<mask>[^/\\\s"'<>|:*?,;)\]}]{1,64}(?: [^/\\\s"'<>|:*?,;)\]}]{1,30}(?=\\)){0,2})/gi,
    (match) => !NOBODY.test(match.groups?.['mask'] ?? ''),
  )(text),
  ...patternFinder(
    'path',
    /(?<!\w)-(?:home|Users)-(?<mask>[A-Za-z0-9_.]{2,32})(?=-|$|["'/\s])/g,
    (match) => !NOBODY.test(match.groups?.['mask'] ?? ''),
  )(text),
];

/** File endings and scales that make an `@` no address. */
const NO_DOMAIN = /\.(?:png|jpe?g|gif|svg|webp|js|ts|tsx|jsx|mjs|css|scss|json|md|py|go|rs)$/i;

export const findEmails: Finder = patternFinder(
  'email',
  /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-][\p{L}\p{N}._%+'-]{0,63}@[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62}\.){1,8}\p{L}{2,24}(?![\p{L}\p{N}-])/gu,
  (match, text) =>
    !NO_DOMAIN.test(match[0]) &&
    // git@host:path names a machine's account.
    !(match[0].startsWith('git@') && text[match.index + match[0].length] === ':') &&
    !/:\/\/[^\s/]{0,100}$/.test(wordsBefore(text, match.index, 120)),
);
