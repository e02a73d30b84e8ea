/** Words by which exports name who speaks, in the languages of the lexicon; a mapping proposes those its file uses. */
import type { MappingProfile } from '../model/source';

export const ROLE_WORDS: MappingProfile['values'] = {
  userRoles: (
    'user human customer client guest caller visitor enduser requester contact inquirer consumer buyer shopper lead prospect ' +
    'subscriber patient student inbound incoming in received usermessage humanmessage customermessage ' +
    'nutzer nutzerin benutzer benutzerin anwender anwenderin kunde kundin gast anrufer anruferin mensch besucher eingehend ' +
    'utilisateur humain appelant appelante usuario usuaria cliente llamante utente chiamante gebruiker klant beller entrant entrante'
  ).split(' '),
  assistantRoles: (
    'assistant ai bot agent model gpt chatbot copilot robot llm admin teammate support operator representative rep advisor adviser ' +
    'staff employee customerservice customersupport supportagent serviceagent virtualagent virtualassistant aiagent aiassistant ' +
    'botmessage apimessage aimessage assistantmessage outbound outgoing out sent outboundapi outboundreply ' +
    'assistent assistentin ki berater beraterin modell mitarbeiter mitarbeiterin kundenservice kundendienst kundenberater ' +
    'kundenberaterin sachbearbeiter sachbearbeiterin ausgehend ' +
    'assistante conseiller conseillere operateur teleconseiller asistente agente asesor asesora operador operadora modele modelo ' +
    'modello assistente operatore consulente medewerker sortant saliente'
  ).split(' '),
  toolRoles: 'tool function observation tool_result werkzeug funktion outil herramienta strumento'.split(' '),
  systemRoles: 'system developer systeme sistema anweisung instruktion'.split(' '),
  errorValues: ['error', 'failed', 'failure', 'exception', '2', 'fehler', 'fehlgeschlagen', 'erreur'],
};

/** In a list of roles of a mapping: any word that is in no other list. */
export const ANY_OTHER = '*';

/** In a list of roles of a mapping: the value that the mapped user has. */
export const THE_USER = '=user';

/** In a list of roles of a mapping: who speaks first in a session. */
export const FIRST_SPEAKER = '=first';
