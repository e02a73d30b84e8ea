/**
 * Keys, tokens and passwords: by the shapes their makers document, by the word before them, and by how little a string
 * repeats itself. Hashes and UUIDs are public by nature and stay.
 */
import { patternFinder, wordsBefore, type Finder } from './kinds';

const asIs = (value: string): string => value;

/** Shapes that only keys have. */
const SHAPES: readonly RegExp[] = [
  /-----BEGIN [A-Z ]{0,24}PRIVATE KEY-----[A-Za-z0-9+/=\s\\]{1,8000}(?:-----END [A-Z ]{0,24}PRIVATE KEY-----)?/g,
  /(?<!\w)eyJ[\w-]{8,4000}\.eyJ[\w-]{8,8000}\.[\w-]{4,2000}/g,
  /(?<!\w)(?:AKIA|ASIA|AIDA|AROA)[0-9A-Z]{16}(?!\w)/g,
  /(?<!\w)sk-(?:ant-|proj-|or-|lf-)?[\w-]{16,240}/g,
  /(?<!\w)(?:pk|sk|rk)_(?:live|test)_[0-9A-Za-z]{10,120}/g,
  /(?<!\w)(?:pk|sk)-lf-[\w-]{16,80}/g,
  /(?<!\w)(?:gh[pousr]_[0-9A-Za-z]{20,255}|github_pat_\w{20,255})/g,
  /(?<!\w)glpat-[\w-]{18,64}/g,
  /(?<!\w)xox[abeoprs]-[\w-]{10,250}/g,
  /(?<!\w)(?:AIza[\w-]{35}|ya29\.[\w-]{20,300}|GOCSPX-[\w-]{20,64})/g,
  /(?<!\w)(?:hf|npm|lsv2_pt|dop_v1|shpat|pypi)_[0-9A-Za-z_]{20,200}/g,
  /(?<!\w)SG\.[\w-]{16,64}\.[\w-]{16,64}/g,
  /(?<!\w)https:\/\/hooks\.slack\.com\/services\/[\w/]{20,120}/g,
];

/** Words that say the next one is a secret. */
const ASSIGNED =
  /(?:password|passwd|passwort|kennwort|contraseña|senha|mot de passe|pwd|secret|api[ _-]?key|apikey|access[ _-]?key|auth[ _-]?token|access[ _-]?token|refresh[ _-]?token|client[ _-]?secret|private[ _-]?key|signing[ _-]?key|session[ _-]?token|encryption[ _-]?key|pin)["'\\]{0,3}(?:\s{0,2}(?:=>|[:=])\s{0,2}|\s(?:is|ist|es|est|é|è|lautet)\s?:?\s)["'\\]{0,3}(?<mask>[^\s"'\\,;<>(){}[\]]{4,200})/gi;
export const HARMLESS_SECRET =
  /^(?:null|none|nil|undefined|true|false|required|string|\*+|x{3,}|\.{3,}|<.*|\$\{?.*|%.*|your[\w-]*|example\w*|changeme|redacted|falsch|ungültig|abgelaufen|gesperrt|incorrect[oae]?s?|inv[aá]lid[oa]?|incorreta|errad[oa]|vencid[oa]|caducad[oa]|expirée?|erroné|sbagliat[oa]|onjuist|process\.env.*|os\.environ.*|env\..*|getenv.*|not|wrong|the|a|incorrect|invalid|expired|missing|too|\[.*)$/i;

const BEARER = /(?<!\w)(?:bearer|basic)\s(?<mask>[A-Za-z0-9._~+/=-]{16,2000})/gi;

/** Values of parameters in addresses that open something. */
const PARAMETER =
  /[?&](?:token|key|api_?key|access_token|id_token|code|sig|signature|auth|password|secret|x-amz-signature|x-goog-signature)=(?<mask>[^\s&"'<>#]{6,2000})/gi;

/** user:password before the host of an address. */
export const findCredentials: Finder = patternFinder(
  'credentials',
  /(?<!\w)[a-z][a-z0-9+.-]{1,20}:\/\/(?<mask>[^\s/:@"'<>]{1,100}:[^\s/@"'<>]{1,200})@/gi,
  (match) => !/^(?:user|username|usr):(?:pass|password|pwd)$/i.test(match.groups?.['mask'] ?? ''),
  asIs,
);

/** Bits per character of a text by its own frequencies (Shannon). */
export function entropyOf(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

/**
 * Bits per character from which a run of 24 and more letters and digits counts as random. English words joined together
 * stay below 3.6, random base 64 of this length lies above 4.1; measured in docs/evaluation.md.
 */
const LEAST_ENTROPY = 3.9;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** What clients and servers of models number their calls, messages and runs with; random, and open nothing. */
const NUMBERED =
  /^(?:call|toolu|srvtoolu|tooluse|fc|ctc|msg|resp|rs|req|run|runs|step|chatcmpl|cmpl|gen|thread|asst|file|item|evt|event|ses|sesn|sess|session|conv|span|trace|batch|task|agent|container|ws|wrkr|obs|gs|vs|vec|ft|modelcfg|pvl)[_-]/i;

function looksRandom(token: string): boolean {
  if (NUMBERED.test(token)) return false;
  if (UUID.test(token) || /^[0-9a-f]+$/i.test(token) || /^\d+$/.test(token)) return false;
  const classes = [/[a-z]/, /[A-Z]/, /\d/].filter((one) => one.test(token)).length;
  if (classes < 3 || entropyOf(token) < LEAST_ENTROPY) return false;
  // Identifiers made of words change between cases at word boundaries only; random text does so everywhere.
  const changes = token.match(/[a-z][A-Z0-9]|[A-Z0-9][a-z]|[A-Z]\d|\d[A-Z]/g)?.length ?? 0;
  return changes / token.length > 0.28;
}

/** Cookies and the like: `session=…`, `_authToken=…`. */
const NAMED =
  /(?<![A-Za-z])(?:session|sid|sessid|jsessionid|phpsessid|csrf|xsrf|jwt|_?auth_?token|token|sig)["'\\]{0,3}\s{0,2}[:=]\s{0,2}["'\\]{0,3}(?<mask>[A-Za-z0-9+/_.~-]{16,400}={0,2})(?![A-Za-z0-9])/gi;

function looksLikeToken(value: string): boolean {
  return !UUID.test(value) && /\d/.test(value) && /[A-Za-z]/.test(value) && !HARMLESS_SECRET.test(value);
}

/** After `is` stands a word of prose unless it holds a digit or a sign: “the password is wrong”. */
function isAssigned(match: RegExpExecArray): boolean {
  const value = (match.groups?.['mask'] ?? '').replace(/[.!?]+$/, '');
  if (value.length < 3 || HARMLESS_SECRET.test(value)) return false;
  const isProse = /\s(?:is|ist|es|est|é|è|lautet)\s?:?\s["'\\]{0,3}$/i.test(
    match[0].slice(0, match[0].lastIndexOf(match.groups?.['mask'] ?? '')),
  );
  return !isProse || /[^\p{L}]/u.test(value);
}

export const findKeys: Finder = (text) => [
  ...SHAPES.flatMap((shape) => patternFinder('key', shape, () => true, asIs)(text)),
  ...patternFinder('key', ASSIGNED, isAssigned, asIs)(text),
  ...patternFinder('key', NAMED, (match) => looksLikeToken(match.groups?.['mask'] ?? ''), asIs)(text),
  ...patternFinder('key', BEARER, (match) => !HARMLESS_SECRET.test(match.groups?.['mask'] ?? ''), asIs)(text),
  ...patternFinder('key', PARAMETER, () => true, asIs)(text),
  ...patternFinder(
    'key',
    /(?<![\w/+.=-])[A-Za-z0-9_+/-]{24,160}={0,2}(?![\w/+-])/g,
    (match, whole) =>
      looksRandom(match[0]) && !/(?:sha\d*[-:=]|base64,)$/.test(wordsBefore(whole, match.index, 12)),
    asIs,
  )(text),
];
