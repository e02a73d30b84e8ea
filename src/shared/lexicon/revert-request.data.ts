import type { PhrasesByLanguage } from './phrase-lists';

/** The user wants undone what the agent did. */
export const revertRequest: PhrasesByLanguage = {
  en: [
    '^(please |pls |can you |could you |just |now |ok |no |) (undo|revert|roll back|rollback)',
    '(undo|revert|reverse) (that|this|it|your|the last|the previous|those|these|all|everything|what you)',
    '(undo|revert|roll back|reverse|back out) (the|all|your|my|these|those) (last |previous |latest |recent |) (change*|edit*|commit*|modification*|update*|booking|order|cancellation)',
    '(change|put|set|turn|switch|bring|move) (it|that|this|them|everything|things) back',
    'go back to (the|how|what|my|your) (way it was|it was|_ version|old (version|code|way|file|one)|previous (version|code|way|state|file|one|commit|design)|original (version|code|file|state|text|design|one|way))',
    'restore (the|my|it|that|to|everything) (old|original|previous|deleted|file*|last|earlier|to|back)',
    '(take|remove|delete) (that|it|this|those|what you (added|wrote|did)) (back|out|again)',
    'as it was before',
    '(bring|get|give) (it|me|back) (the|my|back) (old|original|previous)',
    'why did you (delete|remove|change|overwrite|rename)',
    '(shouldnt|should not) have (deleted|removed|changed|touched|overwritten)',
    'i (didnt|did not|never) (ask|asked|told|tell|want|wanted) (you |) to (change|delete|remove|touch|edit|modify|add|refactor)',
    'git (revert|restore|reset)',
  ],
  de: [
    '^(bitte |) (mach|mache|machen sie|nimm|nehmen sie|setz|setze|setzen sie) (das|es|dies|die (letzte |) anderung*|alles) (bitte |wieder |) (ruckgangig|zuruck)',
    'ruckgangig (machen|gemacht|)',
    '(stelle|stell|stellen sie) (das|es|die|den|alles) (_ |_ _ |) wieder her',
    'wie (es|das) vorher war',
    'zuruck (zur|zum) (alten|vorherigen|ursprunglichen|letzten)',
    'warum hast du (_ |_ _ |) (geloscht|entfernt|geandert|uberschrieben)',
  ],
  fr: [
    '^(merci de |) (annule|annulez|reviens|revenez|retablis|retablissez|restaure|restaurez) (ca|cela|la modification|les modifications|tout|le|la|ces|tes|vos)',
    "(reviens|revenez|revenir) (a|en) (la|l'|larriere|arriere|version|lancienne)",
    '(remets|remettez|remettre) (ca|cela|tout|le|la|les|comme)',
    "comme (c'etait|cetait|avant)",
    'pourquoi (as tu|avez vous|tu as|vous avez) (supprime|efface|modifie|change)',
  ],
  es: [
    '^(por favor |) (deshaz|deshace|deshaga|revierte|revierta|restaura|restaure) (eso|esto|lo|el|la|los|las|todo|tus|sus)',
    '(vuelve|volver|vuelva) (a|atras) (la|lo|como|dejarlo|ponerlo) (version|anterior|estaba|de antes|como)',
    '(dejalo|ponlo|dejelo) como (estaba|antes)',
    'por que (has |) (borraste|borrado|eliminaste|cambiaste|quitaste|eliminado|cambiado)',
  ],
  pt: [
    '^(por favor |) (desfaz|desfaca|reverta|reverte|restaura|restaure) (isso|isto|o|a|os|as|tudo|suas)',
    '(volta|volte|voltar) (para|a|ao|como) (a|o|como|versao) (versao|anterior|estava|antes)',
    '(deixa|deixe|coloca|coloque) como (estava|antes)',
    'por que (voce |) (apagou|deletou|mudou|removeu|alterou)',
  ],
};
