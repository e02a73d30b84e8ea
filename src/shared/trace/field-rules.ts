/**
 * By which names and values the fields of an unknown export are recognised. A field is proposed only where both its
 * name and its values fit; among several the more telling name wins, then the shallower path.
 */
import type { MappingProfile } from '../model/source';
import { isFilled, isSheetTime, proposeByValues, type SeenField } from './field-values';
import { ROLE_WORDS } from './role-words.data';
import { toJsonText } from './json';
import { decimalOf, dollarsOf, hasTimeUnit } from './mapped-amounts';
import { kindOfRole, kindOfWord, ratingOf } from './mapped-values';
import { plainName } from './plain-name';
import { slashedDate, timeOf } from './time';

type Fields = MappingProfile['fields'];
type Values = readonly unknown[];

interface Rule {
  field: keyof Fields;
  /** Last words of a path, the most telling first. */
  names: readonly string[];
  fits: (values: Values) => boolean;
}

/** True when at least half of the values that say something are such. */
function mostly(values: Values, is: (value: unknown) => boolean): boolean {
  const filled = values.filter(isFilled);
  return filled.length > 0 && filled.filter(is).length * 2 >= filled.length;
}

const scalar = (values: Values): boolean =>
  mostly(
    values,
    (value) => ['string', 'number', 'bigint'].includes(typeof value) && String(value).length <= 200,
  );
/** Ids of records: at most one other record has the same, as where one tells the start and one the end. */
const ids = (values: Values): boolean => {
  const filled = values.filter(isFilled);
  return scalar(values) && new Set(filled.map(toJsonText)).size * 2 >= filled.length;
};
const words = (values: Values): boolean =>
  mostly(values, (value) => typeof value === 'string' || Array.isArray(value));
const content = (values: Values): boolean =>
  mostly(values, (value) => typeof value === 'string' || typeof value === 'object');
const present = (values: Values): boolean => values.length > 0;
const number = (values: Values): boolean =>
  mostly(
    values,
    (value) =>
      typeof value === 'number' ||
      typeof value === 'bigint' ||
      (typeof value === 'string' && decimalOf(value) !== null),
  );
const dollars = (values: Values): boolean => mostly(values, (value) => dollarsOf(value) !== null);
const duration = (values: Values): boolean => number(values) || withTimeUnit(values);
/** Only these tell what a name without a unit is in. */
const withTimeUnit = (values: Values): boolean => mostly(values, hasTimeUnit);
const time = (values: Values): boolean =>
  mostly(
    values,
    (value) =>
      (timeOf(value) !== null &&
        (typeof value === 'number' ? value > 1e8 : typeof value === 'string' && value.length >= 8)) ||
      (typeof value === 'string' && slashedDate(value) !== null) ||
      isSheetTime(value),
  );
/** A figure of some size, or a word or sign for good or bad. */
const rating = (values: Values): boolean => mostly(values, (value) => ratingOf(value) !== null);
/** More names than these are those of people, not of sides. */
const MOST_SIDES = 4;
const role = (values: Values): boolean => mostly(values, (value) => kindOfRole(value, ROLE_WORDS) !== null);
/** Few words, some of them known for one side: who speaks beside them is the other. */
const side = (values: Values): boolean => {
  const filled = values.filter(isFilled);
  const known = filled.filter((value) => kindOfRole(value, ROLE_WORDS) !== null).length;
  const isFew = new Set(filled.map(toJsonText)).size <= MOST_SIDES && filled.length >= MOST_SIDES;
  return role(values) || (isFew && known * 4 >= filled.length);
};
const kind = (values: Values): boolean => mostly(values, (value) => kindOfWord(value) !== null);

function rule(field: keyof Fields, names: string, fits: Rule['fits']): Rule {
  return { field, names: names.split(' ').map(plainName), fits };
}

const RULES: readonly Rule[] = [
  rule(
    'role',
    'role speaker from author sender from_role author_role sender_role sender_type author_type sender_kind user_type participant_type participant who quem actor actor_type from_type rolle sprecher absender verfasser rol emisor auteur locuteur interlocuteur interlocutor hablante mittente afzender direction richtung von sent_by message_type party speaking_party expediteur remetente remitente papel ruolo role_name rol_name 角色 发送者 发送人 发言人 发言者 说话人 寄件人 役割 送信者 話者 ロール 역할 발신자 보낸사람 화자 роль отправитель автор кто',
    side,
  ),
  rule(
    'kind',
    'kind span_kind type span_type run_type event_type observation_type step_type event what',
    kind,
  ),
  rule(
    'session',
    'session_id conversation_id conversation_name thread_id chat_id dialog_id dialogue_id ticket_id conv_id conversation_uuid chat_session_id session conversation thread ' +
      'gespraech_id gespraechs_id gespraech gespraechs_nr gespraechsnummer sitzung_id sitzungs_id sitzung vorgang_id vorgang vorgangsnummer unterhaltung dialog ' +
      'conversacion_id conversacion sesion_id sesion conversation_no case_id fall_id call_id contact_id interaction_id chat room_id room ' +
      'ticket ticket_number case_number dialog_nr anruf_id anruf anrufnummer n_appel id_appel appel appel_id id_de_llamada id_llamada llamada conv convo_id convo conversation_ref conversation_key session_key chat_key conversa_id conversa atendimento_id atendimento episode_id dialogo_id dialogo conversazione_id conversazione sessione gesprek_id gesprek ' +
      '会话id 会话编号 会话 对话id 对话编号 对话 聊天id 会話id 会話番号 会話 セッションid セッション 対話id チャットid 대화id 대화 세션id 세션 채팅id диалог_id диалог сессия_id сессия чат_id чат обращение 工单号 工单编号 受付番号 案件番号 管理番号 dossier n_dossier numero_dossier',
    scalar,
  ),
  rule('trace', 'trace_id request_id run_id trace', scalar),
  rule('span', 'span_id observation_id event_id message_id step_id uuid id', ids),
  rule('parent', 'parent_span_id parent_id parent_run_id parent_observation_id parent_uuid parent', scalar),
  rule('name', 'span_name name operation operation_name step_name event', scalar),
  rule('toolName', 'tool_name tool function_name action_name werkzeug funktion herramienta outil', scalar),
  rule(
    'model',
    'model model_name model_id llm_model model_used used_model deployment modell modelo modele',
    scalar,
  ),
  rule(
    'input',
    'input_transcript query_result_text query_text input inputs prompt question query user_query user_message user_question user_text customer_message human_message prompt_text instruction request arguments args parameters user_input query_input utterance_text frage eingabe anfrage pregunta entrada pergunta domanda vraag 问题 提问 用户问题 質問 問い合わせ 질문 вопрос',
    content,
  ),
  rule(
    'output',
    'final_answer response_messages fulfillment_text fulfillment_messages output outputs completion answer response bot_response bot_answer bot_reply bot_response bot_message agent_response agent_reply assistant_response assistant_message assistant_reply ai_response ai_answer model_output llm_response response_text result reply generated_text chosen observation messages antwort ausgabe ergebnis reponse resposta risposta antwoord 回答 答案 回复 応答 답변 ответ respuesta salida reponse',
    content,
  ),
  rule(
    'text',
    'text content message message_content message_body utterance body plain_body body_text message_text plain_text value msg txt comment html_body transcript nachricht inhalt aeusserung wortlaut mensaje contenido texto contenu texte said what_was_said what message_parts propos transcripcion aussage gesagt paroles mensagem conteudo messaggio testo contenuto bericht tekst 内容 消息内容 消息 文本 发言内容 对话内容 本文 発言内容 発言 メッセージ内容 メッセージ テキスト 내용 메시지 본문 текст сообщение реплика',
    words,
  ),
  rule(
    'start',
    'start_time started_at start timestamp created_at time ts datetime date event_time created zeitstempel zeitpunkt beginn startzeit uhrzeit zeit datum erstellt_am erstellt fecha hora horodatage heure date_heure fecha_y_hora fecha_hora data_ora sent_at date_sent sent when at opened_at opened begun_at occurred_at received_at request_time criado_em enviado_em data_hora inviato_il tijd tijdstip 时间 发送时间 创建时间 日期 日時 送信日時 作成日時 受付日時 対応日時 登録日時 時刻 送信時刻 시간 일시 작성일시 время дата дата_время отправлено',
    time,
  ),
  rule('end', 'end_time ended_at finished_at completed_at end endzeit ende beendet_am', time),
  rule('durationMs', 'duration_ms latency_ms elapsed_ms took_ms dauer_ms', duration),
  rule('durationMs', 'duration latency elapsed took response_time dauer duree duracion durata', withTimeUnit),
  rule(
    'rating',
    'rating csat csat_score satisfaction satisfaction_score score stars nps thumbs feedback_rating user_rating user_feedback feedback conversation_rating_rating satisfaction_rating_score bewertung zufriedenheit note_client valoracion evaluation avaliacao valutazione calificacion puntuacion was_helpful is_helpful helpful hilfreich war_hilfreich war_das_hilfreich antwort_hilfreich utile util reponse_utile c_etait_utile etait_utile fue_util respuesta_util te_resulto_util foi_util resposta_util risposta_utile zufrieden satisfait satisfecho satisfeito soddisfatto satisfaccion satisfacao soddisfazione tevredenheid beoordeling daumen sterne pouce etoiles estrellas estrelas stelle punteggio nota_cliente nota_del_cliente nota_do_cliente note_du_client note_satisfaction notation note nota avis appreciation оценка 評価 评分 평가 满意度 滿意度 満足度 만족도 評点 평점 voto cijfer',
    rating,
  ),
  rule(
    'comment',
    'csat_comment rating_comment rating_reason feedback_reason thumbs_reason feedback_comment feedback_text remark user_comment satisfaction_rating_comment kommentar commentaire comentario commento opmerking',
    words,
  ),
  rule(
    'annotator',
    'annotator annotator_id annotator_name annotated_by rater rater_id rated_by reviewer reviewer_id reviewed_by evaluator evaluated_by labeler labeller labeled_by labelled_by judge judged_by grader graded_by assessor bewertet_von bewerter pruefer evaluador evaluado_por evaluateur evalue_par',
    scalar,
  ),
  rule('error', 'error error_message exception is_error failure fehler fehlermeldung', present),
  rule('status', 'status status_code state outcome', scalar),
  rule(
    'inputTokens',
    'input_tokens prompt_tokens tokens_in tokens_prompt tokens_input input_token_count in_tok tok_in in_tokens',
    number,
  ),
  rule(
    'outputTokens',
    'output_tokens completion_tokens tokens_out tokens_completion tokens_output output_token_count out_tok tok_out out_tokens',
    number,
  ),
  rule('costUsd', 'cost_usd cost total_cost price_usd kosten costo coste custo cout', dollars),
  rule(
    'user',
    'user_id customer_id account_id requester_id end_user user customer kunden_id kundennummer nutzer_id benutzer_id kunde nutzer kundennr utilisateur usuario utente cliente_id id_cliente',
    scalar,
  ),
  rule('feature', 'feature product channel surface endpoint app project', scalar),
  rule('cohort', 'cohort experiment variant segment ab_group plan', scalar),
  rule('agentVersion', 'agent_version release app_version version', scalar),
];

/** Romance languages put what an id is of behind it: `id_conversazione`, `identifiant_client`. */
const ID_FIRST = /^(?:id|identifiant|identificador|identificativo)_(.+)$/;

/** What a rating goes up to, behind its name: `Note (1-5)`. */
const SCALE = /_\d{1,2}_\d{1,3}$/;

/** How well a path fits a list of names, 0 best: by place in the list, then by depth. Infinity for not at all. */
function rank(path: string, names: readonly string[]): number {
  const steps = path.split('.').map(plainName);
  const last = steps.at(-1) ?? '';
  const ends = [last, steps.slice(-2).join('_'), last.replace(ID_FIRST, '$1_id'), last.replace(SCALE, '')];
  const place = names.findIndex((name) => ends.includes(name));
  return place < 0 ? Infinity : place * 10 + Math.min(9, steps.length - 1);
}

/** Words that tell an exchange also inside of a longer name: `Frage des Nutzers`, `bot_output`. */
const WITHIN: Partial<Record<keyof Fields, readonly string[]>> = {
  input: 'question prompt query frage anfrage pregunta domanda'.split(' '),
  output: 'answer response reply output antwort respuesta reponse risposta'.split(' '),
};
/** The same in scripts that put no space between words, at the end of a name: `お客様の質問`. */
const AT_END: Partial<Record<keyof Fields, readonly string[]>> = {
  input: '質問 問い合わせ 问题 提问 問題 질문 문의'.split(' '),
  output: '回答 応答 返答 答复 回复 답변 응답'.split(' '),
};
/** What stands below such a name was thought of something, whatever its own name: `feedback.correctness`. */
const BELOW_FEEDBACK = /(?:^|\.)(?:feedback|feedback_scores|scores)\.[^.]+$/;
const LEAST_RANK = 10_000;

/** Like `rank`, also by a word within the name, which is the last to be taken. */
function rankOf(path: string, { field, names }: Pick<Rule, 'field' | 'names'>): number {
  const exact = rank(path, names);
  if (exact < Infinity) return exact;
  const name = plainName(path.split('.').at(-1) ?? '');
  const words = name.split('_');
  const isWithin = words.length > 1 && words.some((word) => WITHIN[field]?.includes(word) === true);
  const isBelow = field === 'rating' && BELOW_FEEDBACK.test(path);
  const isAtEnd = AT_END[field]?.some((word) => name.endsWith(word)) === true;
  return isWithin || isAtEnd || isBelow ? LEAST_RANK + path.length : Infinity;
}

/** Fields that few records have by their nature. */
const RARE: readonly (keyof Fields)[] = [
  'rating',
  'comment',
  'annotator',
  'error',
  'parent',
  'toolName',
  'end',
];
const LEAST_SHARE = 0.2;

/** An id that most records lack is that of something in a few of them, not of the records. */
function leastShare(field: keyof Fields): number {
  return field === 'span' ? 0.5 : LEAST_SHARE;
}

/**
 * The most likely path for each field of a profile; fields that nothing fits are absent, no path is given twice.
 * @param records how many records the values come from: what few of them have is not proposed
 */
export function proposeFields(seen: readonly SeenField[], records: number): Fields {
  const fields: Partial<Record<keyof Fields, string>> = {};
  const taken = new Set<string>();
  for (const one of RULES) {
    const { field, fits } = one;
    if (fields[field] !== undefined) continue;
    const best = seen
      .filter(({ path }) => !taken.has(path) && rankOf(path, one) < Infinity)
      .filter(
        ({ values }) => RARE.includes(field) || values.filter(isFilled).length >= records * leastShare(field),
      )
      .filter(({ values }) => fits(values))
      // How well a search engine's hit fits what was searched for.
      .filter(({ path }) => field !== 'rating' || !/(?:^|\.)_score$/.test(path))
      .sort((a, b) => rankOf(a.path, one) - rankOf(b.path, one))[0];
    if (!best) continue;
    fields[field] = best.path;
    taken.add(best.path);
  }
  const isExchange =
    fields.input !== undefined &&
    fields.output !== undefined &&
    [fields.role, fields.kind].every((path) => path === undefined);
  // What was asked and what was answered is the text of an exchange; a name inside of it is that of something else.
  if (isExchange) delete fields.text;
  if (isExchange && fields.name?.includes('.') === true) delete fields.name;
  proposeByValues(seen, records, fields, taken);
  // A parent that points at no ids says nothing.
  if (fields.span === undefined) delete fields.parent;
  return fields;
}
