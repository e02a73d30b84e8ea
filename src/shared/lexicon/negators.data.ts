import type { Language } from '../text/function-words';

/** Words that negate wherever they stand in a sentence, in lower case with straight apostrophes. */
export const negators: Record<Language, ReadonlySet<string>> = {
  en: new Set(
    "not never nothing none neither nor cannot don't dont didn't didnt doesn't doesnt isn't isnt aren't arent can't cant won't wont haven't havent hasn't hasnt wasn't wasnt weren't werent wouldn't wouldnt couldn't couldnt shouldn't shouldnt".split(
      ' ',
    ),
  ),
  de: new Set('nicht nie niemals nichts kein keine keinen keinem keiner keines weder'.split(' ')),
  fr: new Set("pas jamais rien aucun aucune ni n'est n'a".split(' ')),
  es: new Set('no nunca jamás nada ninguno ninguna ningún tampoco'.split(' ')),
  pt: new Set('não nao nunca jamais nada nenhum nenhuma tampouco'.split(' ')),
};
