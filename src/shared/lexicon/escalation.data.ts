import type { PhrasesByLanguage } from './phrase-lists';

/** The user asks to be passed on: to a person, a manager, a complaint's desk, another tool. */
export const escalation: PhrasesByLanguage = {
  en: [
    '(speak|talk|connect|transfer|chat|put|pass|hand|escalate|forward|get|give|switch) (me |us |this |it |) (directly |) (to|with|through to|over to|on to|) (a|an|the|your|another|some|any|) (real |live |actual |different |senior |) (human*|person|people|agent|manager*|supervisor*|representative*|rep|operator*|someone|somebody|boss|specialist|department|team lead|customer (service|support)|support (team|agent|staff))',
    '(want|need|like|get|give|have|find) (to (speak|talk|chat) (to|with)|me|) (a|an|your|the|another|) (real|live|actual|human|different|senior) (human|person|agent|manager|supervisor|representative|rep|operator|being|support)',
    '(want|need|like|get|give) (me |to speak to |to speak with |to talk to |to talk with |) (a|an|your|the) (human|manager|supervisor|representative|human being|operator)',
    '(speak|talk) (to|with) (someone|somebody) (else|in charge|human|real|higher|at|from|who)',
    '(is there|can i get|can i have|where is) (a|an|any|) (real |) (human*|person|manager|supervisor|someone (else|real|in charge)) (i can|here|available|to|)',
    '(human|real|live) (agent|person|representative|support|operator|assistance|being) (please|now|)',
    'escalate (this|it|my|the|to)',
    '(file|make|submit|lodge|raise) (a|an|my|) (formal |official |) complaint',
    '(report|complain about) (you|this to|your)',
    '(your|the) (manager|supervisor|boss)',
    '(contact|call|hear from|speak to|talk to) my (lawyer|attorney|bank)',
    'legal action',
    'better business bureau',
    'consumer protection',
    '(leave|post|write) a (bad|negative|one star|1 star) review',
    '(ill|i will|im going to|i am going to|gonna|rather|should|might|let me|time to) (just |) (use|try|switch to|go (back |) to|ask|move to) (chatgpt|gpt*|claude|gemini|copilot|cursor|google|another (tool|service|company|provider|model|ai|assistant|bot)|a different (tool|service|company|provider|model|ai|assistant)|a competitor|someone else|stackoverflow|stack overflow)',
    '(ill|i will) (just |) do it (myself|by hand|manually)',
    '(take|taking) my business elsewhere',
    'cancel my (account|subscription|membership) (because|since|if|after|over)',
  ],
  de: [
    '(mit|an|zu) (einem|einer|einen|dem|der|ihrem|ihren|deinem|jemandem|jemand|) (echten |richtigen |menschlichen |) (mensch*|mitarbeiter*|vorgesetzt*|manager*|chef*|kundenservice|kundendienst|berater*|ansprechpartner*|person) (sprechen|reden|verbinden|verbunden|weiterleiten|durchstellen|)',
    '(einen|ihren|den) (echten |richtigen |) (menschen|vorgesetzten|manager|mitarbeiter|chef) (sprechen|bitte|haben)',
    '(verbinden|verbinde|leiten|leite) (sie |) (mich|das) (bitte |) (mit|an|weiter)',
    'mit jemand (anderem|anders|echtem)',
    '(offizielle |) beschwerde (einreichen|einlegen|machen)',
    'ich (werde|will|mochte) mich beschweren',
    '(mein|meinen|meinem|einen) (anwalt|rechtsanwalt)',
    '(ich |) (nehme|nutze|benutze|frage|probiere) (dann |lieber |jetzt |) (chatgpt|claude|gemini|copilot|google|ein anderes tool|was anderes)',
    '(mache|mach) (ich |es |) (es |) (dann |) (lieber |) selbst',
  ],
  fr: [
    '(parler|parle|discuter|passer|passez|transferer|transferez|mettre en relation|echanger) (moi |) (a|avec|au|en) (un|une|votre|le|la|quelquun|) (vrai* |autre |) (humain|personne|conseiller*|conseillere|responsable|superieur*|manager|agent|operateur|quelquun|service client*)',
    '(un|votre|le) (responsable|superieur|manager|conseiller humain)',
    '(un|une) (vrai* |) (humain|vraie personne|personne reelle|etre humain)',
    '(quelquun|qqun) dautre',
    '(deposer|faire|porter) (une |) (plainte|reclamation)',
    'mon avocat',
    '(je vais|jirai) (utiliser|essayer|demander a|aller sur|passer a) (chatgpt|claude|gemini|copilot|google|un autre)',
    'je (vais |) (le |) (ferai|faire|fais) moi meme',
  ],
  es: [
    '(hablar|habla|pasar|paseme|pasame|comunicar|comuniqueme|comunicame|transferir|transfierame|conectar|conecteme) (con|a) (un|una|su|el|la|alguien|otro|otra|) (persona|humano|agente|gerente|supervisor*|encargad*|responsable|representante|operador*|alguien|asesor*|jefe) (real|humano|humana|de verdad|)',
    '(un|una|su|el) (gerente|supervisor|supervisora|persona real|ser humano|agente humano|persona de verdad|encargado)',
    '(otra persona|alguien mas|otro agente)',
    '(poner|presentar|hacer|interponer) una (queja|reclamacion|denuncia)',
    'mi abogado',
    '(voy a|mejor) (usar|uso|probar|preguntar a|preguntarle a|ir a) (chatgpt|claude|gemini|copilot|google|otra herramienta|otro)',
    'lo (hago|hare|voy a hacer) yo (mismo|misma)',
  ],
  pt: [
    '(falar|fala|passar|passe|transferir|transfira|conectar|conecte) (me |) (com|para|a) (um|uma|seu|o|a|alguem|outro|outra|) (pessoa|humano|atendente|gerente|supervisor*|responsavel|representante|operador*|alguem|chefe) (real|humano|humana|de verdade|)',
    '(um|uma|seu|o) (gerente|supervisor|pessoa real|ser humano|atendente humano|pessoa de verdade)',
    '(outra pessoa|outro atendente|alguem mais)',
    '(fazer|abrir|registrar) uma (reclamacao|queixa|denuncia)',
    '(meu advogado|procon|reclame aqui)',
    '(vou|melhor) (usar|uso|tentar|perguntar ao|perguntar para|ir para) (o |) (chatgpt|claude|gemini|copilot|google|outra ferramenta|outro)',
    '(eu |) (mesmo |) (faco|vou fazer) (eu |) (mesmo|mesma)',
  ],
};

/** Wordings that name such a person and want none. */
export const noEscalation: PhrasesByLanguage = {
  en: [
    '(cant|cannot|dont want to|not|no time to) (wait|waiting) (for|on) (a|an|any|) (real |live |) (human*|person|agent|representative)',
    '(without|instead of|rather than) (having to |) (contact*|call*|talk* to|speak* (to|with)|transfer* (me |) to|escalat* (it |this |)to) (a|an|another|any|some|) (real |live |human |) (human*|person|agent|representative|someone)',
    '(dont|do not) (want|need) (to (speak|talk) (to|with)|to be transferred to|) (a|an|any|) (real |live |) (human*|person|agent|representative|supervisor|manager)',
    '(contact|call|reach out to|try) (a|an|the|your|) (human |) (agent|support|representative) (if|when|later|myself)',
  ],
  de: ['(nicht|ohne|statt) (auf |mit |) (einen|einem|) (menschen|mitarbeiter) (warten|sprechen|zu sprechen)'],
  fr: ['(sans|pas) (attendre|parler a) (un|une) (humain|conseiller|personne)'],
  es: ['(sin|no quiero) (esperar a|hablar con) (un|una) (persona|agente|humano)'],
  pt: ['(sem|nao quero) (esperar por|falar com) (um|uma) (pessoa|atendente|humano)'],
};
