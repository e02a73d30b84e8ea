/** Words by which exports name who speaks, in the languages of the lexicon; a mapping proposes those its file uses. */
import type { MappingProfile } from '../model/source';

export const ROLE_WORDS: MappingProfile['values'] = {
  userRoles: (
    'user human person customer client guest caller visitor enduser requester contact inquirer consumer buyer shopper lead prospect ' +
    'subscriber patient student inbound incoming in received usermessage humanmessage customermessage ' +
    'nutzer nutzerin benutzer benutzerin anwender anwenderin kunde kundin gast anrufer anruferin mensch besucher eingehend ' +
    'utilisateur humain appelant appelante usuario usuaria cliente llamante utente chiamante gebruiker klant beller entrant entrante ' +
    'visitante utilizador 用户 顾客 客户 访客 用戶 顧客 客戶 お客様 お客さま ユーザー ユーザ 利用者 고객 사용자 이용자 пользователь клиент покупатель посетитель'
  ).split(' '),
  assistantRoles: (
    'assistant ai bot agent machine model gpt chatbot copilot robot llm admin teammate support operator representative rep advisor adviser helper ' +
    'staff employee customerservice customersupport supportagent serviceagent virtualagent virtualassistant aiagent aiassistant ' +
    'botmessage apimessage aimessage assistantmessage outbound outgoing out sent outboundapi outboundreply ' +
    'assistent assistentin ki berater beraterin modell mitarbeiter mitarbeiterin kundenservice kundendienst kundenberater ' +
    'kundenberaterin sachbearbeiter sachbearbeiterin ausgehend ' +
    'assistante conseiller conseillere operateur teleconseiller asistente agente asesor asesora operador operadora modele modelo ' +
    'modello assistente operatore consulente medewerker sortant saliente ' +
    'atendente robo 机器人 助手 客服 智能客服 人工客服 智能助手 助理 機器人 ボット チャットボット アシスタント オペレーター エージェント 担当者 봇 챗봇 상담원 상담사 어시스턴트 бот ассистент помощник оператор агент'
  ).split(' '),
  toolRoles: 'tool function observation tool_result werkzeug funktion outil herramienta strumento'.split(' '),
  systemRoles:
    'system developer systeme sistema anweisung instruktion 系统 系統 システム 시스템 система'.split(' '),
  errorValues: ['error', 'failed', 'failure', 'exception', '2', 'fehler', 'fehlgeschlagen', 'erreur'],
};

/** In a list of roles of a mapping: any word that is in no other list. */
export const ANY_OTHER = '*';

/** In a list of roles of a mapping: the value that the mapped user has. */
export const THE_USER = '=user';

/** In a list of roles of a mapping: who speaks first in a session. */
export const FIRST_SPEAKER = '=first';
