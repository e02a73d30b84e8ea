import type { PhrasesByLanguage } from './phrase-lists';

/** A request that leaves open what, which, or how: a verb that points at nothing named. */
export const vagueRequest: PhrasesByLanguage = {
  en: [
    '(make|get) (it|this|that|them) (better|nicer|faster|work|look|cleaner|good|pretty|simpler|shorter|more|pop|modern)',
    '(fix|improve|update|change|clean|optimi*|refactor|handle|finish|redo|adjust|tweak|sort|sort out|do|polish|enhance) (it|this|that|them|things|everything|stuff|up|the code|the file|the bug|the issue|the problem|the page|the thing|the text)',
    '(something|anything|some|a few|stuff|things|whatever|somehow|somewhere|the usual|as usual|etc|the other one|the same|like before|like last time)',
    '^(continue|go on|go ahead|do it|more|next|again|another one|help)',
    '(a (bit|little) (more|less|better|shorter|longer|bigger|smaller)|better|nicer|cleaner)',
  ],
  de: [
    '(mach|mache|machen sie) (es|das) (besser|schoner|schneller|ordentlich|kurzer|langer|neu|anders)',
    '(verbessere|andere|optimiere|uberarbeite|aktualisiere|repariere) (es|das|dies|alles|den code|die datei|den fehler)',
    '(irgendwas|irgendwie|irgendwo|etwas|ein paar|wie immer|wie vorher|das andere|das gleiche)',
    '^(weiter|mach weiter|los|noch mal|nochmal)',
  ],
  fr: [
    '(rends|rendez|rendre) (le|la|les|ca) (mieux|meilleur*|plus)',
    '(ameliore|ameliorez|corrige|corrigez|change|changez|optimise|modifie) (ca|cela|le|la|tout|le code|le fichier|le bug|le probleme)',
    "(quelque chose|un truc|nimporte quoi|comme d'habitude|comme avant|lautre)",
    '^(continue|continuez|vas y|encore)',
  ],
  es: [
    '(hazlo|hazla|hagalo|hagala) (mejor|mas)',
    '(hazlo|hagalo) (mejor|mas|bien)',
    '(mejora|mejore|arregla|arregle|cambia|cambie|optimiza|corrige) (eso|esto|lo|todo|el codigo|el archivo|el error|el problema)',
    '(algo|alguna cosa|lo de siempre|como antes|el otro|la otra|lo mismo)',
    '^(sigue|continua|adelante|otra vez)',
  ],
  pt: [
    '(faz|faca|deixa|deixe) (isso |) (melhor|mais|bonito|rapido)',
    '(melhora|melhore|arruma|arrume|conserta|conserte|muda|mude|otimize|corrija|corrige) (isso|isto|tudo|o codigo|o arquivo|o erro|o problema)',
    '(alguma coisa|algo|qualquer coisa|como sempre|como antes|o outro|a outra|o mesmo)',
    '^(continua|continue|vai|de novo)',
  ],
};
