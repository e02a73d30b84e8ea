/**
 * Words by which programs, services and operating systems say what stood in an agent's way. Data: the first kind that
 * matches names the failure. Sources: errno(3), the reason phrases of RFC 9110, the error names of the providers' API
 * references (OpenAI, Anthropic, Google, AWS), gRPC status codes, messages of common shells and sandboxes.
 */

export const environmentFailureKinds = [
  'rate-limit',
  'authentication',
  'timeout',
  'guardrail-block',
  'sandbox-denial',
  'missing-resource',
] as const;
export type EnvironmentFailureKind = (typeof environmentFailureKinds)[number];

/** Every pattern is linear in the length of the text: no repeat within a repeat. */
export const environmentFailurePatterns: Record<EnvironmentFailureKind, RegExp> = {
  'rate-limit':
    /\b(rate[ _-]?limit(ed|ing|s|er)?\b|ratelimit\w*|too[ _]many[ _]requests|quota (was |is |has been )?exceeded|exceeded (your|the) (current )?quota|insufficient_quota|resource[_ ]?exhausted|throttl(ed|ing)\w*|overloaded(_error)?\b|(usage|request|token) limit (was |has been )?(reached|exceeded))/i,
  authentication:
    /\b(unauthori[sz]ed|unauthenticated|authentication (failed|failure|error|required|is required)|authentication_?error|authorization (failed|required)|not authenticated|not logged in|login required|(please|must|need to) (log|sign) ?in|(invalid|incorrect|missing|bad|wrong|expired|revoked) (api[ _-]?key|access token|auth\w* token|token|credentials?|password|login)|(api[ _-]?key|token|session|credentials?) (is |has |was )?(expired|invalid|missing|revoked)|access[ _]denied|forbidden|could not read username|permission denied \(publickey|40[13] client error)/i,
  timeout:
    /\b(timed[ -]?out\b|time-?out (error|exceeded|expired|after|reached|of|waiting|occurred|while)|timeout(error|exception|expired)|(read|connect|gateway|request|operation)[ _]?time-?out|e(conn)?timedout|deadline[ _]?exceeded|took too long|exceeded the (time ?limit|time-?out|maximum (time|duration)))/i,
  'guardrail-block':
    /\b(guardrails?\w*|content[ _-]?(policy|filter(ed|ing)?|management policy)|(blocked|rejected|refused|denied|stopped) by (the |a |our |your )?([a-z]+ )?(policy|guardrail|guard|safety|moderation|filter|hook)|policy[ _](violation|blocked|denied)|violat(es|ed|ing) (our|the|usage|content) (usage |content )?polic(y|ies)|moderation (flagged|blocked|failed)|safety (filter|system|settings)|prompt[ _]injection|jailbreak (detected|attempt)|prohibited_content|hook (blocked|denied|rejected))/i,
  'sandbox-denial':
    /\b(sandbox\w*[ :,-]{1,3}(\w+ )?(denied|denial|violation|error|restrict\w*|block\w*|forbid\w*|prevent\w*)|(denied|blocked|prevented|forbidden|not allowed|not permitted) (by|in|inside|within) (the |a |this )?(sandbox|container|jail)|operation not permitted|permission denied|read-?only file ?system|\beperm\b|\beacces\b|\berofs\b|network (access )?(is )?(disabled|blocked|denied|not allowed|unavailable in)|outside (of )?(the )?(allowed|permitted|working|workspace)\b|(command|tool|operation|action) (is )?(not allowed|not permitted|requires approval|was denied|has been denied)|permission to use \w+ (with \w+ )?.{0,80}denied|requested permissions? to .{0,80}haven.t granted|not in the (list of )?(allowed|allowlist\w*|whitelist\w*))/i,
  'missing-resource':
    /\b(no such (file|directory|table|column|key|container|image|host|process|user|index|branch|remote)|enoent|enotfound|(file|directory|path|module|package|table|resource|record|page|user|order|item|repository|branch|object|key|command|function|tool|model|project|account|reservation|product|flight|payment method) (\S{1,60} )?(was |is |could |can )?(not|n.t) (be )?(found|exist)|(does not|doesn.t|do not|don.t) exist|\w*notfound(error|exception)\b|module_not_found|no module named|cannot find (module|package|name)|command not found|(?<!(string|pattern|match|text)( to replace)?( was)? )not[ _]found\b|nosuch(key|bucket|element)\w*|could not resolve host|unknown (command|tool|function|table|column|host|host key)|is not recognized as an internal or external command|cannot access '|has been deleted|no longer (exists|available))/i,
};

/**
 * A status code of HTTP with words that say it is one; the code is in one of the groups. A bare number is nothing: it may be a
 * line, a price or an amount.
 */
export const httpErrorPattern =
  /\bhttp(?:s|\/[\d.]{1,3})?(?:[ _-]?(?:status|error|code|response)){0,2}[ :=("]{0,4}([45]\d\d)\b|\bstatus(?:[ _-]?code)?["']?[ :=("]{1,4}([45]\d\d)\b|\b(?:error|response|api error)(?: code)?[ :=("]{1,3}([45]\d\d)\b(?! ?(?:ms|s|kb|mb|bytes|lines))|\bcode["']?[ :=]{1,3}([45]\d\d)\b|\b([45]\d\d) (?:bad request|unauthori[sz]ed|payment required|forbidden|not found|method not allowed|not acceptable|request timeout|conflict|gone|length required|payload too large|unprocessable (?:entity|content)|too many requests|internal server error|not implemented|bad gateway|service unavailable|gateway time-?out|client error|server error)|\b(?:returned|failed with|responded with|got|received)(?: an?)?(?: (?:http|status|error|code|response)){0,3} ([45]\d\d)\b/i;

/** What a status of HTTP says where no words do (RFC 9110, RFC 6585). */
export const kindOfStatus: ReadonlyMap<number, EnvironmentFailureKind> = new Map([
  [401, 'authentication'],
  [403, 'authentication'],
  [404, 'missing-resource'],
  [408, 'timeout'],
  [410, 'missing-resource'],
  [429, 'rate-limit'],
  [504, 'timeout'],
  [529, 'rate-limit'],
]);

/** An exit code in words or tags, as shells, agent harnesses and test runners write it. */
export const exitCodePattern =
  /<returncode>\s{0,3}(-?\d{1,5})|<exit_code>\s{0,3}(-?\d{1,5})|\bexit[ _-]?(?:code|status)["']?[ :=]{1,3}(-?\d{1,5})\b|\b(?:exited|exit|failed|terminated|finished|completed) with (?:exit )?(?:code|status|return code)[ :]{1,2}(-?\d{1,5})\b|\breturn[ _-]?code["']?[ :=]{1,3}(-?\d{1,5})\b|\bnon-zero exit (?:status|code) (-?\d{1,5})\b|\[exit(?:ed)?:? (-?\d{1,5})\]/i;

/**
 * Programs whose exit code 1 is an answer ("nothing matched", "they differ", "it is false") and no failure, after POSIX and
 * their manuals.
 */
export const answeringPrograms: readonly string[] = [
  'grep',
  'egrep',
  'fgrep',
  'rg',
  'ag',
  'ack',
  'git grep',
  'git diff',
  'diff',
  'cmp',
  'test',
  '[',
  '[[',
  'which',
  'command',
  'type',
  'pgrep',
  'pidof',
  'lsof',
  'false',
  'expr',
  'fuser',
];
