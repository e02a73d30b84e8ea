/** Questions to the coding agent: looked up in outdated documentation, answered beside the point, or answered right. */
import { playFailure } from '../failure-flow';
import type { Templates } from '../grammar';
import type { CodingSession } from './coding-session';
import { questions } from './tasks';

interface Library {
  name: string;
  right: string;
  wrong: string;
  questions: Templates;
  old: string;
  current: string;
}

const libraries: readonly Library[] = [
  {
    name: 'hopper',
    right: 'hopper 4',
    wrong: 'hopper 2',
    questions: [
      'how do I register a nightly job with hopper? we are on version 4',
      'I need a job that runs every night. What does hopper 4 want me to write?',
      'Look up how scheduled jobs are declared in hopper 4.',
      't~hopper 4: how to schedule a nightly job?',
      'p~Could you look up how a nightly job is registered in hopper 4?',
    ],
    old: 'call `hopper.schedule("nightly", run)` at start-up; the time is read from the HOPPER_CRON variable',
    current:
      'export a job object, `{ name: "nightly", at: "02:00", run }`, from the jobs folder; hopper 4 finds it by itself',
  },
  {
    name: 'tablecloth',
    right: 'tablecloth 3',
    wrong: 'tablecloth 1',
    questions: [
      'which option makes tablecloth skip empty rows? manifest says 3.x',
      'tablecloth 3 gives me empty rows at the end of the sheet. How do I get rid of them?',
      'Is there a setting in tablecloth 3 for ignoring blank rows?',
      't~tablecloth 3, skip empty rows, which option?',
      'p~What is the option for skipping empty rows in tablecloth 3?',
    ],
    old: 'pass `ignoreBlank: true` to the constructor',
    current: 'use `rows.filter("nonEmpty")`; the constructor takes no options any more in version 3',
  },
  {
    name: 'portcullis',
    right: 'portcullis 5',
    wrong: 'portcullis 3',
    questions: [
      'how do we exclude the health check from auth in portcullis 5?',
      'The load balancer gets a 401 from /health. How do I make that route public in portcullis 5?',
      'portcullis 5 protects everything by default. How do I open a single route?',
      't~portcullis 5: exclude /health from auth',
      'p~Could you check in the docs how a route is excluded from authentication in portcullis 5?',
    ],
    old: 'add the path to the `whitelist` array in the settings',
    current: 'mark the route with `auth: "none"`; the global list was removed in version 4',
  },
  {
    name: 'ledgerline',
    right: 'ledgerline 7',
    wrong: 'ledgerline 5',
    questions: [
      'how do I make ledgerline round to two places? we have 7.2',
      'What is the rounding setting called in ledgerline 7?',
      'ledgerline 7 prints sums with four decimals. Where do I set that to two?',
      't~ledgerline 7 rounding, two places, how',
      'p~Could you find out how rounding is configured in ledgerline 7?',
    ],
    old: 'set `precision: 2` in ledgerline.json',
    current:
      'pass `{ round: { places: 2 } }` to `format()`; the configuration file is not read any more since version 6',
  },
];

export function staleDocs(s: CodingSession): void {
  const library = s.wording.next('library', libraries, (one) => one.name, s.rng);
  const slots = {
    name: library.name,
    right: library.right,
    wrong: library.wrong,
    old: library.old,
    current: library.current,
    want: `read the ${library.right} docs`,
  };
  const isServer = s.rng.chance(0.5);
  const lookUp = (version: string, text: string, blame: boolean): void => {
    const page = `# ${version}\n\nTo do this, ${text}.\n\nSee also: configuration, migration guide.`;
    const url = `https://docs.example.org/${version.replace(' ', '/')}`;
    if (isServer)
      s.use(
        {
          name: 'mcp__docs__search',
          input: { query: version },
          content: JSON.stringify([{ title: version, url, text: page }]),
          medianMs: 700,
        },
        { blame },
      );
    else
      s.use(
        {
          name: 'WebFetch',
          input: { url, prompt: `How is this done in ${version}?` },
          content: page,
          detail: { bytes: page.length, code: 200, codeText: 'OK', result: page, durationMs: 640, url },
          medianMs: 2200,
        },
        { blame },
      );
  };
  s.ask(library.questions, slots, s.turnNo === 0 ? 'request' : 'follow-up');
  playFailure(s, {
    mode: 'stale-information',
    note: `Answered from the documentation of ${library.wrong}.`,
    slots,
    restate: library.questions,
    wrong: () => {
      lookUp(library.wrong, library.old, true);
      s.reply(
        ['According to the documentation you {old}.', 'In {name} you {old}.', 'The docs say: {old}.'],
        slots,
      );
    },
    repair: () => {
      lookUp(library.right, library.current, false);
      s.reply(['In {right} you {current}.', 'For {right} it is: {current}.'], slots);
    },
    canPass: true,
  });
}

/** A question about the code, answered right or wide of the mark. */
export function playQuestion(s: CodingSession, isFailing: boolean): void {
  const question = s.wording.next('question', questions, (one) => one.asked, s.rng);
  const slots = { asked: s.say(question.asked), side: s.say(question.side), want: 'answer my question' };
  const pattern = s.names[question.pattern];
  const answer = (): void => {
    s.grep(pattern);
    s.reply([question.right]);
  };
  s.ask(question.questions, slots, s.turnNo === 0 ? 'request' : 'follow-up');
  if (!isFailing) return answer();
  playFailure(s, {
    mode: 'answered-another-question',
    note: `Explained ${slots.side} instead of ${slots.asked}.`,
    slots,
    restate: question.questions,
    wrong: () => {
      s.grep(pattern);
      s.reply([question.wrong]);
    },
    again: () => s.reply([question.wrong]),
    repair: answer,
  });
}
