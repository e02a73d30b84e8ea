/** How agents ask for details without a question mark, and how users say that they do not have them (English, German, French, Spanish, Portuguese). Data. */

/** The agent asks for something without a question mark: "please provide your number". */
export const wantsDetails =
  /\b(?:please|kindly|i'll need|i will need|i need|you can|could you)\b[^.?!]{0,60}\b(?:provide|share|specify|confirm|tell me|choose|select|enter)\b|\blet me know (?:which|what|if|how|when|once|your|the)\b|\bbitte\b[^.?!]{0,80}\b(?:nennen|angeben|teilen|bestätigen|mitteilen|wählen)\b|\b(?:veuillez|merci de|indiquez)\b|\bpor favor\b[^.?!]{0,60}\b(?:indique|proporcione|confirme|dígame|informe|forneça|diga)\b/iu;

/** The user does not have, know or remember what was asked for: no objection to having been asked. */
export const lacksDetails =
  /\b(?:i (?:really )?(?:don't|do not|can't|cannot|can not) (?:currently |actually |quite )?(?:have|know|remember|recall|find|see)|i(?:'m| am) not sure|i (?:forgot|have forgotten|lost)|ich (?:habe|weiß|finde|kenne|erinnere)\b[^.!?]{0,60}\b(?:nicht|kein\w*)|je (?:n'ai|ne (?:me )?(?:connais|sais|souviens|trouve|retrouve))|no (?:tengo|recuerdo|me acuerdo|sé|encuentro)|(?:n[aã]o) (?:tenho|lembro|me lembro|sei|encontro))\b/iu;
