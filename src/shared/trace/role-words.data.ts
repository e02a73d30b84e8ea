/** Words by which exports name who speaks, in the languages of the lexicon; a mapping proposes those its file uses. */
import type { MappingProfile } from '../model/source';

export const ROLE_WORDS: MappingProfile['values'] = {
  userRoles: (
    'user human customer client guest caller visitor enduser requester contact inquirer ' +
    'nutzer nutzerin benutzer benutzerin anwender kunde kundin gast anrufer mensch ' +
    'utilisateur humain usuario usuaria cliente utente gebruiker klant'
  ).split(' '),
  assistantRoles: (
    'assistant ai bot agent model gpt chatbot copilot robot llm ' +
    'assistent assistentin ki berater beraterin modell assistante asistente assistente modele modelo modello'
  ).split(' '),
  toolRoles: 'tool function observation tool_result werkzeug funktion outil herramienta strumento'.split(' '),
  systemRoles: 'system developer systeme sistema anweisung instruktion'.split(' '),
  errorValues: ['error', 'failed', 'failure', 'exception', '2', 'fehler', 'fehlgeschlagen', 'erreur'],
};
