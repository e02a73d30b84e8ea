/**
 * Dialogues whose turns people rated, as the corpus of User Satisfaction Simulation keeps them: a line for each turn, of
 * `role TAB text TAB action TAB ratings`, dialogues apart by a blank line, the ratings of the whole in a last line `OVERALL`.
 * https://github.com/sunnweiwei/user-satisfaction-simulation
 */

/** A turn; `line` is counted from 1 in the text. */
export interface RatedTurn {
  who: 'user' | 'agent';
  text: string;
  action: string | null;
  /** One figure for each of those who rated, in their order; empty where nobody did. */
  ratings: number[];
  /** Why it was rated so. */
  reason: string | null;
  line: number;
}

export interface RatedDialogue {
  turns: RatedTurn[];
  /** What was thought of the whole. */
  overall: Pick<RatedTurn, 'ratings' | 'reason' | 'line'> | null;
}

export interface RatedText {
  dialogues: RatedDialogue[];
  /** Lines that are no turn, with why. */
  unread: { line: number; reason: string; text: string }[];
}

const ROLE = /^(USER|SYSTEM)$/i;
const RATINGS = /^-?\d+(?:\.\d+)?(?:\s*,\s*-?\d+(?:\.\d+)?)*$/;
const LEAST_TURNS = 2;

function linesOf(text: string): string[] {
  return text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
}

function turnOf(text: string, line: number): RatedTurn | string {
  const [role = '', said = '', action = '', ratings = '', ...reason] = text
    .split('\t')
    .map((one) => one.trim());
  if (!ROLE.test(role)) return 'a turn begins with USER or SYSTEM and a tab';
  if (said === '') return 'a turn without words';
  const isRated = RATINGS.test(ratings);
  if (ratings !== '' && !isRated)
    return `the ratings "${ratings.slice(0, 40)}" are no figures with commas between them`;
  return {
    who: role.toLowerCase() === 'user' ? 'user' : 'agent',
    text: said,
    action: action === '' ? null : action,
    ratings: isRated ? ratings.split(',').map(Number) : [],
    reason: reason.join(' ').trim() || null,
    line,
  };
}

/** Whether a text is such dialogues: most of its first lines are turns, of both sides, and some are rated. */
export function areRatedDialogues(text: string): boolean {
  const lines = linesOf(text.slice(0, 20_000)).filter((line) => line.trim() !== '');
  const turns = lines.map((line, i) => turnOf(line, i + 1)).filter((turn) => typeof turn !== 'string');
  return (
    turns.length >= LEAST_TURNS &&
    turns.length * 4 >= lines.length * 3 &&
    turns.some(({ who }) => who === 'agent') &&
    turns.some(({ who, ratings }) => who === 'user' && ratings.length > 0)
  );
}

/** The dialogues of a text, in their order. */
export function ratedDialogues(text: string): RatedText {
  const read: RatedText = { dialogues: [], unread: [] };
  let open: RatedDialogue | null = null;
  linesOf(text).forEach((content, i) => {
    if (content.trim() === '') {
      open = null;
      return;
    }
    const turn = turnOf(content, i + 1);
    if (typeof turn === 'string') {
      read.unread.push({ line: i + 1, reason: turn, text: content });
      return;
    }
    if (open === null) {
      open = { turns: [], overall: null };
      read.dialogues.push(open);
    }
    if (turn.who === 'user' && turn.text === 'OVERALL') open.overall = turn;
    else open.turns.push(turn);
  });
  return read;
}
