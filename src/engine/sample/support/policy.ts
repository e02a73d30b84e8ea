/** Questions about rules, answered from the help centre; one scenario per feature. */
import { sayDay, sayWeekday } from '../calendar';
import { playFailure } from '../failure-flow';
import type { Templates } from '../grammar';
import type { Conversation } from './conversation';
import { type Rule, otherArticles, rules } from './help-center';
import { type Feature, type Scenario, raise, scenario } from './scenario';

interface Scene {
  rule: Rule;
  slots: Record<string, string | number>;
}

const afterthoughts: readonly { ask: Templates; answer: Templates }[] = [
  {
    ask: [
      'Is that written down somewhere? I would like to keep it.',
      't~where can i read that?',
      'p~Is there a page with this rule that I could save?',
    ],
    answer: [
      'It is article {article} in our help centre.',
      'You find it in the help centre under {article}.',
    ],
  },
  {
    ask: [
      'And is that the same if I call you instead?',
      't~same by phone?',
      'p~Thank you. Would that be the same if I booked by phone?',
    ],
    answer: ['Yes, it does not matter how you contact us.', 'Yes, the rule is the same by phone.'],
  },
  {
    ask: ['OK. Since when is that the rule?', 't~since when?', 'p~May I ask since when this applies?'],
    answer: ['The article was last changed on {updated}.', 'In this form since {updated}.'],
  },
];
const brochure: Templates = [
  'Thank you for this excellent question! At Tavolane we want every journey to be a delight, and knowing the rules is the first step. {Now} Please also consider the many ways to make your trip even better: ' +
    'extra legroom, fast track, our award-winning snack selection and Tavolane Plus with its exclusive benefits. Rules may differ when flights are operated by partners, and local regulations always come first. ' +
    'We recommend arriving two hours before departure, checking your documents, and downloading the app, where everything is explained in detail. We cannot wait to welcome you on board!',
  'How lovely that you are planning ahead! Let me give you the full picture. Our rules have been designed with care and are reviewed regularly, together with customers like you. There are several aspects to consider, ' +
    'such as your fare, your route, the season and the booking channel. In most cases, and subject to change, this applies: {now} For everything beyond that our help centre has more than two hundred articles, sorted by topic, ' +
    'with pictures and short films. Is there anything more wonderful than a well-prepared trip?',
];

function scene(
  c: Conversation,
  feature: Feature,
  world: { trip: { ref: string; from: string; to: string }; today: string },
): Scene {
  const possible = rules.filter((one) => one.feature === feature);
  const rule = c.wording.next('rule of the house', possible, (one) => one.key, c.rng);
  const slots = {
    ref: world.trip.ref,
    to: world.trip.to,
    route: `${world.trip.from} to ${world.trip.to}`,
    weekday: sayWeekday(world.today),
    date: sayDay(world.today),
    article: rule.current.id,
    updated: sayDay(rule.current.updated),
    now: rule.now,
    asked: rule.asked,
    side: rule.sideTopic.about,
    right: rule.right,
    wrong: rule.wrong,
  };
  return { rule, slots };
}

function answerRight(c: Conversation, s: Scene): void {
  c.lookup(s.rule.query, [s.rule.current, c.rng.pick(otherArticles)]);
  c.reply([s.rule.now]);
}

function outdated(c: Conversation, s: Scene): void {
  raise(c, s.rule.questions, s.rule.questions, s.slots);
  playFailure(c, {
    mode: 'stale-information',
    note: `The answer rests on ${s.rule.outdated.id}, last changed ${s.rule.outdated.updated}.`,
    slots: { ...s.slots, want: 'check the current rule' },
    wrong: () => {
      c.lookup(s.rule.query, [s.rule.outdated, s.rule.sideTopic.article], { blame: true });
      c.reply([s.rule.before]);
    },
    again: () => {
      c.lookup(s.rule.query, [s.rule.outdated], { blame: true });
      c.reply(
        [
          'I have checked again and the article confirms it: {before}',
          'According to our help centre this is correct: {before}',
        ],
        { before: s.rule.before },
      );
    },
    repair: () => answerRight(c, s),
    canPass: true,
  });
}

function sideTopic(c: Conversation, s: Scene): void {
  raise(c, s.rule.questions, s.rule.questions, s.slots);
  playFailure(c, {
    mode: 'answered-another-question',
    note: `The answer is about ${s.rule.sideTopic.about}.`,
    slots: { ...s.slots, want: 'answer my question' },
    restate: s.rule.questions,
    wrong: () => {
      c.lookup(s.rule.query, [s.rule.sideTopic.article], { blame: true });
      c.reply([s.rule.sideTopic.said]);
    },
    again: () => c.reply([s.rule.sideTopic.said]),
    repair: () => answerRight(c, s),
  });
}

function tooChatty(c: Conversation, s: Scene): void {
  raise(c, s.rule.questions, s.rule.questions, s.slots);
  playFailure(c, {
    mode: 'wrong-tone-or-length',
    note: 'Advertising and padding around one fact.',
    slots: {
      want: c.rng.pick([
        'just give me the rule',
        'give me the numbers',
        'answer in one sentence',
        'tell me the rule without the advertising',
      ]),
    },
    wrong: () => {
      c.lookup(s.rule.query, [s.rule.current]);
      c.reply(brochure, s.slots);
    },
    again: () => c.reply(brochure, s.slots),
    repair: () => c.reply([s.rule.now]),
  });
}

function policyScenario(feature: Feature): Scenario {
  return scenario<Scene>({
    key: `policy-${feature}`,
    feature,
    scene: (c, world) => scene(c, feature, world),
    fine(c, s) {
      raise(c, s.rule.questions, s.rule.questions, s.slots);
      answerRight(c, s);
      if (!c.rng.chance(0.35)) return;
      const { ask, answer } = c.rng.pick(afterthoughts);
      c.ask(ask, s.slots, 'follow-up');
      c.reply(answer, s.slots);
    },
    failing: {
      'stale-information': outdated,
      'answered-another-question': sideTopic,
      'wrong-tone-or-length': tooChatty,
    },
  });
}

export const policyQuestions: readonly Scenario[] = (
  ['rebooking', 'refunds', 'delivery', 'billing'] as const
).map(policyScenario);
