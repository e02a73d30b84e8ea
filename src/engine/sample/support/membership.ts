/** Ending a plan and asking about a charge: matters of the feature `billing`. */
import { sayMoney } from '../calendar';
import { playFailure } from '../failure-flow';
import type { Templates } from '../grammar';
import { type BillingScene as Scene, billingScene as scene, getMembership } from './billing-scene';
import type { Conversation } from './conversation';
import { callSteadily, interlude } from './flow';
import { raise, scenario } from './scenario';
import { type Membership, membershipRecord } from './world';

const endOpen: Templates = [
  'I want to end {plan} at the end of the paid period.',
  'Please cancel my {plan} plan, but only from the next renewal, I still want to use it until then.',
  't~cancel {plan} at renewal',
  't~stop {plan} renewal',
  'p~Hello, I would like to let my {plan} membership run out at the next renewal. Could you arrange that, please?',
  "a~I don't want {plan} any more. Let it run until {renewal} and that's it.",
  "I won't be travelling next year, so {plan} can end when the current month is over.",
];
const endQuestion: Templates = [
  'If I ended {plan} now, would I lose the benefits straight away?',
  'What happens to my benefits when I cancel {plan}?',
  't~if i cancel {plan}, still active till {renewal}?',
  'p~Before I decide: would {plan} stay active until {renewal} if I cancelled it?',
];
const endsLater: Templates = [
  '{Plan} will end on {renewal}. Until then you keep all benefits, and nothing more will be charged.',
  'Done, your plan will not renew. It stays active until {renewal}.',
  'I have switched off the renewal. {Plan} runs until {renewal}.',
];
const endedNow: Templates = [
  '{Plan} has been cancelled with immediate effect. We are sorry to see you go.',
  'Your {plan} plan is cancelled as of today and your benefits have been removed.',
];
const restored: Templates = [
  'I have reactivated {plan}. It runs until {renewal} with all benefits and ends then.',
  '{Plan} is active again; it will end on {renewal} without renewing.',
];
const restoredOpenEnd: Templates = [
  '{Plan} is active again, as before. If you cancelled, it would stay active until {renewal}.',
  'I have reactivated {plan}, nothing has changed. The benefits would last until {renewal}.',
];

function endPlan(c: Conversation, s: Scene, when: 'renewal' | 'now', blame: boolean): void {
  const effective = when === 'renewal' ? s.membership.renewal : 'immediately';
  c.call(
    'end_membership',
    { effective },
    { status: when === 'renewal' ? 'ends_at_renewal' : 'ended', effective },
    { blame },
  );
}

function endedAtOnce(c: Conversation, s: Scene): void {
  raise(c, endOpen, endOpen, s.slots);
  getMembership(c, s);
  playFailure(c, {
    mode: 'dropped-constraint',
    note: 'The plan was ended at once although the user wanted to keep it until the renewal.',
    slots: {
      asked: `${s.membership.plan} until ${s.slots['renewal']}`,
      did: 'you ended it today',
      want: `let it run until ${s.slots['renewal']}`,
    },
    wrong: () => {
      endPlan(c, s, 'now', true);
      c.reply(endedNow, s.slots);
    },
    repair: () => {
      c.call(
        'reactivate_membership',
        { ends_on: s.membership.renewal },
        { status: 'ends_at_renewal', effective: s.membership.renewal },
      );
      c.reply(restored, s.slots);
    },
    own: [
      'I wrote that I want to use it until {renewal}. Now it is gone.',
      'No, not today! At the end of the period, I have paid for it.',
      't~not now. on {renewal}',
      'p~I meant at the next renewal. Could you reactivate it until {renewal}, please?',
    ].map((template) => template.replaceAll('{renewal}', `${s.slots['renewal']}`)),
  });
}

function endedOnQuestion(c: Conversation, s: Scene): void {
  raise(c, endQuestion, endQuestion, s.slots);
  getMembership(c, s);
  playFailure(c, {
    mode: 'unasked-high-impact',
    note: 'The plan was cancelled although the user had only asked what would happen.',
    slots: { asked: 'what would happen to my benefits', did: 'you cancelled my plan', want: 'reactivate it' },
    wrong: () => {
      endPlan(c, s, c.rng.chance(0.5) ? 'now' : 'renewal', true);
      c.reply(endedNow, s.slots);
    },
    repair: () => {
      c.call('reactivate_membership', {}, { status: 'active' });
      c.reply(restoredOpenEnd, s.slots);
    },
  });
}

export const endMembership = scenario<Scene>({
  key: 'end-membership',
  feature: 'billing',
  scene: (_, world) => scene(world.membership),
  fine(c, s) {
    const isQuestion = c.rng.chance(0.3);
    raise(c, isQuestion ? endQuestion : endOpen, isQuestion ? endQuestion : endOpen, s.slots);
    getMembership(c, s);
    if (isQuestion) {
      c.reply(
        [
          'No, {plan} would stay active until {renewal}. Shall I switch off the renewal?',
          'Your benefits would last until {renewal}. Nothing is lost before that.',
        ],
        s.slots,
      );
      return;
    }
    endPlan(c, s, 'renewal', false);
    c.reply(endsLater, s.slots);
    interlude(c, `the plan ends on ${s.slots['renewal']}`, {
      tool: 'get_membership',
      args: {},
      result: { ...membershipRecord(s.membership), status: 'ends_at_renewal' },
    });
  },
  failing: { 'dropped-constraint': endedAtOnce, 'unasked-high-impact': endedOnQuestion },
});

const chargeOpen: Templates = [
  'There is a charge of {charge} from Tavolane on my card that I do not recognise. What is it for?',
  'What is the {charge} you took on {invoiceDay}?',
  't~what is this {charge} charge?',
  'p~Hello, I see {charge} on my statement of {invoiceDay} and cannot place it. Could you explain what it is?',
  "a~You've charged me {charge} without any explanation. What for?",
  'My statement shows two payments to you in {month}, {price} and {charge}. I understand the first. What is the second?',
];
const chargeAgain: Templates = [
  'What was the {charge} on {invoiceDay} for?',
  'Please look up the payment of {charge}. Which product is it?',
  'I only want to know what the {charge} is.',
];
const chargeExplained: Templates = [
  'The {charge} of {invoiceDay} is {product}, booked in the app on the same day.',
  'That payment is {product}; it was added on {invoiceDay}.',
  'I found it: {charge} for {product}, {invoiceDay}.',
];
const planPrices: Templates = [
  'Tavolane Plus costs €9.90 per month, Plus Family €14.90. You are charged on the day of renewal, to the card in your account.',
  'Your plan renews every month. You can see the price and the renewal date under Account > Plus.',
];
const lecture: Templates = [
  'We are delighted that you take such an interest in your statement! Transparency matters to us. Payments to Tavolane can have many reasons: flights, bags, seats, parcels, insurance, or your {plan} plan, which ' +
    'gives you so many wonderful benefits. Each payment comes with an invoice, which you find under Account > Payments > Documents. Please note that card statements may show a different date from the date of purchase, ' +
    'as banks process payments at different speeds, and that some banks shorten the text. The payment you mention, made on {invoiceDay}, belongs to {product}. We hope that this makes your day a little brighter!',
  'Thank you ever so much for getting in touch! Here is some background: every purchase you make with us creates a transaction, which in turn creates a document, and both appear in your account. Sometimes ' +
    'members are surprised by a payment and that is perfectly understandable. In your case a transaction was recorded on {invoiceDay} in connection with {product}. If you would like to avoid surprises in the future, why not switch on payment alerts? ' +
    'It only takes a moment, and we think you will love it!',
];
const products = [
  'an extra bag',
  'a seat reservation',
  'the express option of a parcel',
  'a second member on your plan',
  'a change of name on a ticket',
];

function chargeScene(c: Conversation, membership: Membership): Scene {
  const base = scene(membership);
  return {
    ...base,
    slots: {
      ...base.slots,
      charge: sayMoney(c.rng.pick([12, 19, 22, 27.5, 34, 39.9])),
      product: c.rng.pick(products),
    },
  };
}

function listPayments(c: Conversation, s: Scene): void {
  const payments = [
    { date: s.membership.invoiceDay, amount: s.slots['charge'], for: s.slots['product'] },
    { date: s.membership.invoiceDay, amount: s.slots['price'], for: s.membership.plan },
  ];
  callSteadily(c, 'list_payments', { month: s.membership.invoiceDay.slice(0, 7) }, { payments });
}

export const unknownCharge = scenario<Scene>({
  key: 'unknown-charge',
  feature: 'billing',
  scene: (c, world) => chargeScene(c, world.membership),
  fine(c, s) {
    raise(c, chargeOpen, chargeAgain, s.slots);
    listPayments(c, s);
    c.reply(chargeExplained, s.slots);
    interlude(c, `the payment belongs to ${s.slots['product']}`, {
      tool: 'list_payments',
      args: {},
      result: { payments: [{ amount: s.slots['charge'], for: s.slots['product'] }] },
    });
  },
  failing: {
    'answered-another-question'(c, s) {
      raise(c, chargeOpen, chargeAgain, s.slots);
      playFailure(c, {
        mode: 'answered-another-question',
        note: 'The agent named the prices of the plans; the question was about another payment.',
        slots: {
          ...s.slots,
          asked: `the ${s.slots['charge']}`,
          side: 'the price of the plan',
          want: 'look up that payment',
        },
        restate: chargeAgain,
        wrong: () => c.reply(planPrices),
        again: () => c.reply(planPrices),
        repair: () => {
          listPayments(c, s);
          c.reply(chargeExplained, s.slots);
        },
      });
    },
    'wrong-tone-or-length'(c, s) {
      raise(c, chargeOpen, chargeAgain, s.slots);
      listPayments(c, s);
      playFailure(c, {
        mode: 'wrong-tone-or-length',
        note: 'A long, gushing text around one short fact.',
        slots: {
          want: c.rng.pick([
            'say what the payment was for',
            'tell me what I paid for',
            'give me one line',
            'name the product',
          ]),
        },
        wrong: () => c.reply(lecture, s.slots),
        again: () => c.reply(lecture, s.slots),
        repair: () =>
          c.reply(['It was {product}, {charge}, on {invoiceDay}.', '{Charge} for {product}.'], s.slots),
      });
    },
  },
});
