/**
 * Words that are said around a matter and name it: courtesy, hedging, light verbs. Beside the function words
 * (shared/text/function-words.ts), for naming clusters alone: what a correction says it says with some of these as well.
 * Written for this project.
 */
export const labelStopWords = new Set(
  `
absolutely actually already also although always anyway apologies appreciate available aware another anybody anyone anything away basically both bit come comes coming
course currently definitely done during else enough especially etc even ever every everything except exactly fgs find fine
first found give given gives glad go goes going gone gonna good got great guess handy hand hello hey hi hmm hope hoping however
i'd i'll i'm i've idea instead keep kind know last least let let's little look looking looks lot make makes making maybe
mean means meant might moment much must name's never next nice nope oh okay once oops otherwise part perhaps please
possible possibly pretty probably problem put quite rather really remember right said say saying says see seem seems sense
shall simply since someone something sometimes soon sorry sort still stuff sure take taken takes tell thank
thanks that's there's thing things think thinking though thought told too totally tried trying try understand unfortunately
unless until upon usually wait wanna wanted wants way well went what's whatever whether who's within without wonder
wondering worry would yeah yep yet you'd you'll you're you've
anderes bisschen danke eigentlich einfach etwa gerade gern gerne genau geht gehen gut halt hallo immer irgendwie klar leider
lass machen macht mal möchte möglich müssen nie noch okay richtig sagen schade schön sollen stimmt tun vielleicht vielen
weiter wirklich wollen würde
alors bonjour bon bonne crois d'accord déjà dire dis encore faites jamais maintenant merci moins oui non parce peut-être
plaît pouvez pouvoir savoir seulement toujours trop vais veuillez voudrais vouloir vraiment
además ahora ahí bueno claro creo decir dice entonces favor gracias gustaría hola igual mejor menos mismo nunca parece
perdón poder pues quiero quiere quizás sabes siempre simplemente tal tampoco tanto todavía vale verdad vez
achar acho agora assim bom claro consegue dá dizer então estava favor gostaria ficar fica mesmo muita nunca obrigado obrigada
parece pode poderia preciso quero sempre só talvez tenho tudo vamos verdade vez
`
    .trim()
    .split(/\s+/u),
);
