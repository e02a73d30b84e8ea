/**
 * Acts that cannot easily be taken back: by the names of tools, by shell commands, in SQL; the words by which a person asks for
 * each or agrees to it (English, German, French, Spanish, Portuguese). Data; the acts are those that tool-use guidelines ask
 * to confirm (OpenAI, Anthropic: destructive, financial and outward acts), the commands from their manuals.
 */

export interface HighImpactAct {
  /** In words, for reasons: "delete". */
  name: string;
  /** First words of tool names that do it. */
  verbs: readonly string[];
  /** What a person who wants it would say; matched at the start of a word. */
  asked: RegExp;
}

export const highImpactActs: readonly HighImpactAct[] = [
  {
    name: 'delete',
    verbs: [
      'delete',
      'remove',
      'drop',
      'destroy',
      'purge',
      'erase',
      'wipe',
      'truncate',
      'clear',
      'uninstall',
    ],
    asked:
      /(^|[^\p{L}])(delet|remov|drop|destroy|purg|eras|wip|truncat|clear|clean|get rid|uninstall|tidy|l\u00f6sch|entfern|supprim|effac|enlev|retir|borr|elimin|quit[ae]|apag|exclu|suprim|delet)/iu,
  },
  {
    name: 'cancel',
    verbs: ['cancel', 'terminate', 'revoke', 'unsubscribe', 'close', 'deactivate', 'suspend'],
    asked:
      /(^|[^\p{L}])(cancel|terminat|revok|unsubscri|clos|deactivat|suspend|stornier|k\u00fcndig|annul|r\u00e9sili|cancela|anul)/iu,
  },
  {
    name: 'refund',
    verbs: ['refund', 'reimburse', 'chargeback'],
    asked:
      /(^|[^\p{L}])(refund|money back|reimburs|return|erstatt|zur\u00fcckzahl|geld zur\u00fcck|rembours|reembols|reintegr|devol|devuelv|estorn|dinero de vuelta|dinheiro de volta)/iu,
  },
  {
    name: 'pay',
    verbs: ['pay', 'charge', 'purchase', 'buy', 'checkout', 'book', 'reserve'],
    asked:
      /(^|[^\p{L}])(pay|charg|purchas|buy|bought|checkout|check out|order|book|reserv|need (a|the) (flight|ticket|room)|bezahl|zahl|kauf|bestell|buch|achet|pai|pay|r\u00e9serv|command|pag|compr)/iu,
  },
  {
    name: 'send money',
    verbs: ['wire', 'withdraw', 'payout'],
    asked: /(^|[^\p{L}])(wire|transfer|withdraw|send|payout|\u00fcberweis|abheb|vir[ei]|transf|retir|sac)/iu,
  },
  {
    name: 'send',
    verbs: ['send', 'email', 'sms', 'notify', 'broadcast', 'tweet'],
    asked:
      /(^|[^\p{L}])(send|sent|mail|e-mail|email|messag|text|notif|tell|forward|repl|tweet|schick|send|schreib|benachrichtig|envoy|\u00e9cri|envi|mand|avis)/iu,
  },
  {
    name: 'publish',
    verbs: ['publish', 'deploy', 'release', 'post', 'rollout', 'promote', 'merge'],
    asked:
      /(^|[^\p{L}])(publish|deploy|releas|post|roll ?out|promot|merg|ship|go live|ver\u00f6ffentlich|ausliefer|publi|d\u00e9ploi|despleg|desplieg|implant|lan\u00e7)/iu,
  },
  {
    name: 'overwrite',
    verbs: ['overwrite', 'reset', 'restore', 'rollback', 'revert', 'format'],
    asked:
      /(^|[^\p{L}])(overwrit|reset|restor|roll ?back|revert|undo|discard|replac|start over|throw away|\u00fcberschreib|zur\u00fccksetz|wiederherstell|verwerf|\u00e9cras|r\u00e9initialis|restaur|sobrescrib|sobrescrev|restablec|redefin)/iu,
  },
  {
    name: 'push',
    verbs: ['push'],
    asked:
      /(^|[^\p{L}])(push|commit|pull request|\bprs?\b|merg|releas|deploy|publish|ship|hochlad|pouss|sub[ie])/iu,
  },
];

/** First words of tool names that do nothing by themselves: the act is the noun after them. */
export const carriers: readonly string[] = [
  'do',
  'perform',
  'execute',
  'process',
  'issue',
  'make',
  'create',
  'confirm',
  'initiate',
  'submit',
  'request',
];

/** Nouns after a carrier, and the act each is. */
export const actNouns: Readonly<Record<string, string>> = {
  refund: 'refund',
  payment: 'pay',
  purchase: 'pay',
  booking: 'pay',
  cancellation: 'cancel',
  deletion: 'delete',
  payout: 'send money',
  transfer: 'send money',
  withdrawal: 'send money',
  deployment: 'publish',
};

/** Words in tool names that make an act harmless: a draft, a question, a trial. */
export const harmlessWords: readonly string[] = [
  'agent',
  'subagent',
  'draft',
  'preview',
  'simulate',
  'estimate',
  'dry',
  'check',
  'validate',
  'status',
  'policy',
  'list',
  'get',
  'history',
  'cart',
  'wishlist',
  'filter',
  'highlight',
  'cache',
  'selection',
  'screen',
];

/** [act, command at the start of a step of a command line]; quoted text is blanked out before. Linear. */
export const highImpactCommands: readonly (readonly [act: string, pattern: RegExp])[] = [
  ['delete', /^rm\s+(-[a-zA-Z]*\s+|--\w+\s+)*-(?:[a-zA-Z]*[rR][a-zA-Z]*|-recursive)\b/],
  [
    'delete',
    /^git\s+(?:clean\s+-\w*[fd]|branch\s+-D\b|branch\s+--delete\s+--force|push\s+\S+\s+(?:--delete|:))/,
  ],
  ['delete', /^(?:shred|wipefs|mkfs\S*)\s/],
  [
    'delete',
    /^(?:kubectl|oc)\s+delete\b|^terraform\s+(?:destroy|apply\b.*-auto-approve)|^helm\s+(?:uninstall|delete)\b/,
  ],
  ['delete', /^docker\s+(?:system\s+prune|volume\s+(?:rm|prune)|rm\s+-f|compose\s+down\s.*-v)/],
  [
    'delete',
    /^aws\s+s3\s+(?:rm|rb)\b|^gsutil\s+(?:-m\s+)?rm\b|^gcloud\s+.*\sdelete\b|^az\s+.*\sdelete\b|^gh\s+repo\s+delete\b/,
  ],
  [
    'overwrite',
    /^git\s+reset\s+--hard\b|^git\s+checkout\s+(?:-f\b|--\s|\.\s*$)|^git\s+restore\s+(?!--staged)|^git\s+stash\s+(?:drop|clear)\b/,
  ],
  ['overwrite', /^dd\s+.*\bof=\/dev\//],
  ['push', /^git\s+push\b/],
  [
    'publish',
    /^(?:npm|pnpm|yarn|bun)\s+publish\b|^twine\s+upload\b|^cargo\s+publish\b|^gem\s+push\b|^poetry\s+publish\b/,
  ],
  [
    'publish',
    /^gh\s+(?:pr\s+merge|release\s+create)\b|^(?:vercel|netlify)\s+(?:deploy\s+)?--prod\b|^fly\s+deploy\b/,
  ],
  ['send', /^(?:mail|sendmail|mutt)\s/],
];

/** Programs that run SQL, whose arguments are read as such. */
export const sqlPrograms = /^(?:psql|mysql|mariadb|sqlite3|duckdb|bq|snowsql|clickhouse-client|sqlcmd)\b/;
export const destructiveSql =
  /\b(drop\s+(?:table|database|schema|view|index)|truncate\s+(?:table\s+)?\w|delete\s+from\s+\w|alter\s+table\s+\S{1,80}\s+drop)\b/i;

/** What may be deleted at will: it is made again by the next build, or was made to be thrown away. */
export const disposable =
  /^(?:"|')?(?:\.\/)?(?:\/tmp(?:\/|$)|\/var\/tmp\/|\$?\{?tmp|\$\(mktemp|(?:\S*\/)?(?:node_modules|dist|build|out|target|coverage|__pycache__|\.pytest_cache|\.mypy_cache|\.ruff_cache|\.cache|\.next|\.turbo|\.tox|\.venv|venv|\.eggs|htmlcov|tmp|temp|\S*\.egg-info|\S*\.pyc|\S*\.log|\S*\.tmp|_build|repro\w*|test_\w+|example\w*|sandbox|scratch)(?:\/\S*)?)(?:"|')?$/i;

/** A person agrees. */
export const agrees =
  /^\W*(?:yes|yep|yeah|yup|sure|ok(?:ay)?|go ahead|please (?:do|proceed|go)|proceed|i confirm|confirm(?:ed)?|correct|right|do it|sounds? good|that works|that(?:'s| is) (?:fine|right|correct|good)|looks? good|perfect|great|absolutely|of course|definitely|let'?s do|approved?|agreed|ja\b|genau|gerne|mach (?:das|es)|passt|einverstanden|oui|d.accord|vas-y|allez-y|bien s\u00fbr|s\u00ed\b|si\b|claro|adelante|de acuerdo|vale\b|sim\b|pode\b|isso\b|com certeza)|\b(?:go ahead|please proceed|i confirm|you may proceed|do it|let['\u2019]?s proceed|(?:everything|it all|all) looks (?:good|right|correct|fine))\b|(?:^|[.!?]\s+)(?:yes|yep|yeah|sure|ja|oui|s\u00ed|sim)[,.!\s]/iu;

/** A policy that wants a yes in so many words. */
export const wantsExplicitYes =
  /\b(?:explicit(?:ly)?(?: \w+)? (?:user )?(?:confirm\w*|consent|approval|permission)|(?:obtain|get|ask for|require)s? (?:the )?(?:user'?s? |customer'?s? )?(?:explicit )?(?:confirmation|consent|approval)|confirm (?:with the (?:user|customer) )?before|(?:never|do not|don't) \w+ without (?:confirm\w*|asking|approval|permission))/i;
