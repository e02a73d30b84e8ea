/**
 * Facts that users give and agents ask for, told by their form: which a message holds, and which a question asks for.
 * Only facts whose form is unmistakable; a question that confirms, or asks for another one, asks for nothing known.
 */
interface FactForm {
  fact: string;
  /** The fact in a user's words; the whole match is quoted. */
  given: RegExp;
  /** A question or request for it. */
  asked: RegExp;
}

const forms: readonly FactForm[] = [
  {
    fact: 'e-mail address',
    given: /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/u,
    asked:
      /\b(?:e-?mail(?: address|[- ]?adresse)?|adresse e-?mail|adresse (?:mail|\u00e9lectronique)|courriel|correo(?: electr\u00f3nico)?)(?!\p{L})/iu,
  },
  {
    fact: 'phone number',
    given:
      /(?:phone|mobile|cell|telefon\p{L}*|t\u00e9l\u00e9phone|tel\u00e9fono|telefone|call me)[^.\n]{0,30}?\+?\d[\d\s().-]{6,18}\d/iu,
    asked:
      /\b(?:phone|mobile|telephone) number\b|\btelefonnummer\b|\bnum\u00e9ro de t\u00e9l\u00e9phone\b|\bn\u00famero de tel\u00e9fono\b|\bn\u00famero de telefone\b/iu,
  },
  {
    fact: 'order number',
    given:
      /\b(?:order|bestellung|bestellnummer|bestellnr\.?|auftragsnummer|commande|pedido)(?:\s+(?:number|id|no\.?|nr\.?|nummer|num\u00e9ro|n[\u00ba\u00b0]|n\u00famero))?(?:\s+(?:is|ist|lautet|est|es|\u00e9))?\s*:?\s*#?\s?[A-Z]{0,4}-?\d{3,12}\b|#W\d{5,9}\b/iu,
    asked:
      /\border (?:number|id)\b|\bbestellnummer\b|\bauftragsnummer\b|\bnum\u00e9ro de (?:votre |ta |la )?commande\b|\bn\u00famero (?:de (?:su |tu |seu )?|do (?:seu )?)pedido\b/iu,
  },
  {
    fact: 'reservation number',
    given:
      /\b(?:[Rr]eservation|[Bb]ooking|[Cc]onfirmation|[Bb]uchungsnummer|[Bb]uchungscode|r\u00e9servation|reserva)(?:\s+(?:number|id|code|reference|num\u00e9ro|n[\u00ba\u00b0]|n\u00famero))?(?:\s+(?:is|ist|lautet|est|es|\u00e9))?\s*:?\s*#?(?=[A-Z0-9]{6}\b)(?=[A-Z]*\d)[A-Z0-9]{6}\b/u,
    asked:
      /\b(?:reservation|booking|confirmation) (?:number|id|code|reference)\b|\bbuchungs(?:nummer|code)\b|\bnum\u00e9ro de r\u00e9servation\b|\b(?:n\u00famero|c\u00f3digo) (?:de|da) (?:su |tu |sua )?reserva\b/iu,
  },
  {
    fact: 'user ID',
    given:
      /\b(?:user ?id|username|user name|customer (?:id|number)|kundennummer|benutzername|num\u00e9ro (?:de )?client|n\u00famero (?:de|do) cliente)(?:\s+(?:is|ist|lautet|est|es|\u00e9))?\s*:?\s*["'`]?(?=[\w.-]*[\d_])[\w.-]{4,40}|\b[a-z]{2,20}_[a-z]{2,20}_\d{3,6}\b(?!@)/iu,
    asked:
      /\buser ?id\b|\busername\b|\bcustomer (?:id|number)\b|\bkundennummer\b|\bbenutzername\b|\bnum\u00e9ro (?:de )?client\b|\bn\u00famero (?:de|do) cliente\b/iu,
  },
  {
    fact: 'postcode',
    given:
      /\b(?:zip(?: ?code)?|postcode|postal code|plz|postleitzahl|code postal|c\u00f3digo postal|cep)(?:\s+(?:is|ist|lautet|est|es|\u00e9))?\s*:?\s*(?=[A-Z -]{0,6}\d)[A-Z0-9][A-Z0-9 -]{3,9}/iu,
    asked: /\bzip ?code\b|\bpost(?:al )?code\b|\bpostleitzahl\b|\bcode postal\b|\bc\u00f3digo postal\b/iu,
  },
  {
    fact: 'date of birth',
    given:
      /\b(?:born(?: on)?|date of birth|birthday|dob|geboren am|geburtsdatum|n\u00e9e? le|nac\u00ed el|nasci em)\b[^.\n]{0,12}?\d{1,4}[./ -]/iu,
    asked:
      /\bdate of birth\b|\bbirth ?date\b|\bgeburtsdatum\b|\bdate de naissance\b|\bfecha de nacimiento\b|\bdata de nascimento\b/iu,
  },
  {
    fact: 'name',
    given:
      /\b(?:my (?:full )?name is|mein name ist|ich hei\u00dfe|je m['\u2019]appelle|me llamo|mi nombre es|meu nome \u00e9)\s+\p{Lu}[\p{L}'-]+(?:\s+\p{Lu}[\p{L}'-]+)?/u,
    asked:
      /\byour (?:full |first and last )?name\b|\bihr(?:en)? (?:vollst\u00e4ndigen )?namen?\b|\bvotre nom\b|\bsu nombre(?: completo)?\b|\bseu nome(?: completo)?\b/iu,
  },
];

const REQUESTS =
  /\?\s*$|\b(?:please|kindly) (?:provide|share|give|tell|send|enter|supply)|\b(?:could|can|may|would) (?:you|i) (?:\p{L}+ ){0,2}(?:provide|share|give|tell|have|get|send)|\b(?:i (?:will |['\u2019]ll )?need|provide me|tell me|share)\b|\bwhat(?:['\u2019]s| is) (?:the|your)\b|\bgeben sie\b|\bnennen sie\b|\bteilen sie\b|\bbrauche ich\b|\bben\u00f6tige\b|\bveuillez\b|\b(?:pourriez|pouvez)-vous\b|\bj['\u2019]ai besoin\b|\bpodr\u00eda\b|\bpuede\b|\bnecesito\b|\bind\u00edque\w*|\bpoderia\b|\bpode\b|\bpreciso\b|\binforme\b/iu;
/** A cheap look before the forms: all but names have digits or the sign of an address in them. */
const MAY_GIVE = /\d|@|name|hei\u00dfe|llamo|appelle|nom\b/;
const ASKING_PLACE =
  /\?|provide|share|tell me|I.ll need|I need your|geben Sie|nennen Sie|teilen Sie|en\u00f6tige|brauche ich|euillez|ai besoin|ecesito|nd\u00edque|reciso|nforme/g;
const KNOWN_ANYWAY =
  /\b(?:confirm|verify|correct|still|double-?check|same|is (?:it|this|that)|other|another|different|new|change|update|again if|as well|best\u00e4tig\p{L}*|richtig|andere[nrs]?|neue[nrs]?|stimmt|korrekt|confirm\p{L}*|correcte?|correcto|correto|autre|nouvelle|nouveau|nuev[oa]|nov[oa]|outr[oa]|otr[oa])(?!\p{L})/iu;
const STOCK =
  /\b(?:anything else|something else|else (?:i|we) can|(?:how|what) (?:else )?(?:can|may) i (?:help|assist|do)|help you|assist you|(?:^|[.!,;:] |\b(?:and|or) )would you like (?:me )?to|what would you like|would you like me|do you want me to|shall i|should i|proceed|confirm|questions|sonst noch|helfen|autre chose|aider|algo m\u00e1s|ayudar|mais alguma|ajudar)/iu;

/** "… so that I can locate your user ID" asks for something else. */
const SEEKS = /\b(?:locate|find|look up|retrieve|access|identify)(?: \p{L}+)? (?:your |the )?$/iu;
/** A question that only points at what was asked before it. */
const POINTS = /\b(?:those|these|this|that|the following) (?:details?|information|data|questions?)\b/iu;

/** What a user's message gives, with the words it is given in. */
export function factsIn(message: string): { fact: string; words: string }[] {
  const read = message.slice(0, 2000);
  if (!MAY_GIVE.test(read)) return [];
  const found: { fact: string; words: string }[] = [];
  for (const { fact, given } of forms) {
    const match = given.exec(read);
    if (match !== null) found.push({ fact, words: match[0] });
  }
  return found;
}

/** Questions of an answer that are read at most: the first ones say what it wants. */
const MAX_QUESTIONS = 8;
const MAX_QUESTION = 300;

/** The sentence around a place of a text. */
function sentenceAt(text: string, at: number): string {
  let start = at;
  while (start > 0 && at - start < MAX_QUESTION && !/[.!?\n]/.test(text[start - 1] ?? '')) start -= 1;
  let end = at;
  while (end < text.length && end - at < MAX_QUESTION && !/[.!?\n]/.test(text[end] ?? '')) end += 1;
  return text.slice(start, end + 1).trim();
}

/** The sentences of an answer that ask the user for something, without stock phrases and questions that confirm. */
export function questionsIn(answer: string): string[] {
  const found = new Set<string>();
  // To look for the few places that ask is far cheaper than to read every sentence.
  for (const match of answer.matchAll(ASKING_PLACE)) {
    if (found.size >= MAX_QUESTIONS) break;
    found.add(sentenceAt(answer, match.index));
  }
  return [...found].filter((text) => REQUESTS.test(text) && !STOCK.test(text) && !POINTS.test(text));
}

/** The facts a question asks for; none where it confirms one or asks for another. */
export function asksFor(question: string): string[] {
  if (KNOWN_ANYWAY.test(question)) return [];
  return forms
    .filter(({ asked }) => {
      const match = asked.exec(question);
      return match !== null && !SEEKS.test(question.slice(0, match.index));
    })
    .map((form) => form.fact);
}
