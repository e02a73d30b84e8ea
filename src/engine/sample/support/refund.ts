/** Cancelling a trip and asking for the money: matters of the feature `refunds`. */
import { addDays, sayDay, sayMoney } from '../calendar';
import { playFailure } from '../failure-flow';
import type { Templates } from '../grammar';
import type { Conversation } from './conversation';
import { callSteadily, findRecord, interlude, mistyped } from './flow';
import { ruleOf } from './help-center';
import { raise, scenario } from './scenario';
import { type Trip, bookingRecord } from './world';

interface CancelScene {
  trip: Trip;
  typed: string;
  fee: number;
  back: number;
  slots: Record<string, string | number>;
}

const cancelRule = ruleOf('cancel-fee');

const cancelOpen: Templates = [
  'I have to cancel my trip to {to}. Booking {ref}.',
  'Please cancel {ref}, {from} to {to} on {oldDate}, and refund it to my card.',
  't~cancel {ref} pls, refund to card',
  'p~Hello, unfortunately I am ill and need to cancel booking {ref}. Could you refund it to my card, please?',
  'p~Good afternoon, could you cancel {ref} for me? I would like the money back on the card I paid with.',
  'a~Cancel {ref}. To my card, no vouchers.',
  "We can't travel on {oldDate} after all. How do I cancel {ref}, and what do I get back?",
];
const askOpen: Templates = [
  'What would I get back if I cancelled {ref}?',
  't~refund amount for {ref} if i cancel?',
  'p~I am not sure yet whether I can travel. What would cancelling {ref} cost me?',
  "I'm thinking about cancelling {ref}. What is the fee?",
  'If I cancel {ref} today, how much do I lose?',
];
const quote: Templates = [
  'Cancelling {ref} costs {fee}; {back} goes back to your card. Shall I cancel it?',
  'You would get {back} back, after a fee of {fee}. Shall I go ahead?',
  'The cancellation fee is {fee}, so {back} would be refunded to your card. Do you want me to cancel?',
];
const goAhead: Templates = [
  'Yes, please.',
  'Yes, cancel it.',
  't~yes',
  't~ok do it',
  'p~Yes, please go ahead, thank you.',
  'a~Yes, what else.',
  'OK, cancel it then.',
  'Fine, do that.',
];
const keepIt: Templates = [
  "No, then I'll keep it.",
  'No, leave it for now, I need to think about it.',
  't~no leave it',
  'p~No, thank you, in that case I will keep the booking.',
  'Hm, no. Better keep it.',
];
const kept: Templates = [
  'Alright, nothing has been changed. {Ref} stays as it is.',
  'Understood, your booking stays as it is.',
];
const cancelDone: Templates = [
  'Booking {ref} is cancelled. {Back} goes back to your card within 5 business days.',
  'Done. {Ref} is cancelled and {back} is on its way to your card (up to 5 business days).',
];
const voucherDone: Templates = [
  'Booking {ref} is cancelled. You receive a travel credit of {back}, valid for 12 months.',
  'Done! A voucher of {back} is now in your account; you can use it for any flight.',
];
const reinstated: Templates = [
  'I have restored booking {ref}; your seats and price are unchanged. The answer to your question: you would get {back} back.',
  'Your booking {ref} is active again, with the same flights. Cancelling would bring {back} back to your card.',
];

function cancelScene(c: Conversation, trip: Trip): CancelScene {
  const fee = 25 * trip.passengers;
  const back = Math.max(12, trip.price - fee);
  const typed = c.turnNo === 0 ? mistyped(c, trip.ref) : trip.ref;
  const slots = {
    ref: typed,
    from: trip.from,
    to: trip.to,
    oldDate: sayDay(trip.day),
    fee: sayMoney(fee),
    back: sayMoney(back),
    paid: sayMoney(trip.price),
  };
  return { trip, typed, fee, back, slots };
}

function beginCancel(c: Conversation, s: CancelScene, templates = cancelOpen): void {
  raise(c, templates, templates, s.slots);
  findRecord(c, 'booking', s.typed, s.trip.ref, bookingRecord(s.trip));
  s.slots['ref'] = s.trip.ref;
}

function cancelIt(c: Conversation, s: CancelScene, to: 'card' | 'voucher', blame: boolean): void {
  const args = { reference: s.trip.ref, refund_to: to };
  c.call('cancel_booking', args, { status: 'cancelled', refund: { amount: s.back, to } }, { blame });
}

function cancelUnasked(c: Conversation, s: CancelScene): void {
  beginCancel(c, s, askOpen);
  playFailure(c, {
    mode: 'unasked-high-impact',
    note: 'The booking was cancelled although the user had only asked what it would cost.',
    slots: { asked: 'what I would get back', did: 'you cancelled my booking', want: 'restore my booking' },
    wrong: () => {
      cancelIt(c, s, 'card', true);
      c.reply(cancelDone, s.slots);
    },
    repair: () => {
      c.call('reinstate_booking', { reference: s.trip.ref }, { status: 'confirmed', reference: s.trip.ref });
      c.reply(reinstated, s.slots);
    },
  });
}

function voucher(c: Conversation, s: CancelScene): void {
  beginCancel(c, s);
  c.lookup(cancelRule.query, [cancelRule.current]);
  c.reply(quote, s.slots);
  c.ask(goAhead, s.slots, 'answer');
  playFailure(c, {
    mode: 'unwanted-change',
    note: 'The refund was issued as a voucher; the user wants the money on the card.',
    slots: { did: 'I now have a voucher', want: 'refund it to my card' },
    wrong: () => {
      cancelIt(c, s, 'voucher', true);
      c.reply(voucherDone, s.slots);
    },
    repair: () => {
      c.call(
        'change_refund',
        { reference: s.trip.ref, from: 'voucher', to: 'card' },
        { status: 'changed', amount: s.back },
      );
      c.reply(
        [
          'The voucher is withdrawn and {back} goes to your card instead.',
          'I have turned the voucher into a card refund of {back}.',
        ],
        s.slots,
      );
    },
    own: [
      "I don't want a voucher. Please take it back and send the money to my card.",
      't~no voucher. card',
      'p~I would rather have the money than a voucher. Could you change that back?',
      'a~A voucher? No. Undo that and pay me back in money.',
    ],
    canPass: true,
  });
}

function staleFee(c: Conversation, s: CancelScene): void {
  beginCancel(c, s, askOpen);
  const oldFee = 45 * s.trip.passengers;
  const stale = { ...s.slots, fee: sayMoney(oldFee), back: sayMoney(Math.max(8, s.trip.price - oldFee)) };
  playFailure(c, {
    mode: 'stale-information',
    note: 'The fee was taken from an outdated edition of the article.',
    slots: {
      right: `a fee of ${cancelRule.right.split(' ')[0]} per person`,
      wrong: `${sayMoney(45)} per person`,
      want: 'check the current fee',
    },
    wrong: () => {
      c.lookup(cancelRule.query, [cancelRule.outdated, cancelRule.sideTopic.article], { blame: true });
      c.reply(quote, stale);
    },
    repair: () => {
      c.lookup(`${cancelRule.query} 2026`, [cancelRule.current]);
      c.reply(quote, s.slots);
    },
    canPass: true,
  });
  if (c.isOver) return;
  c.ask(keepIt, s.slots, 'answer', { trap: 'no-as-answer' });
  c.reply(kept, s.slots);
}

export const cancelTrip = scenario<CancelScene>({
  key: 'cancel-trip',
  feature: 'refunds',
  scene: (c, world) => cancelScene(c, world.trip),
  fine(c, s) {
    beginCancel(c, s);
    c.lookup(cancelRule.query, [cancelRule.current]);
    c.reply(quote, s.slots);
    if (c.rng.chance(0.25)) {
      c.ask(keepIt, s.slots, 'answer', { trap: 'no-as-answer' });
      c.reply(kept, s.slots);
      return;
    }
    c.ask(goAhead, s.slots, 'answer');
    cancelIt(c, s, 'card', false);
    c.reply(cancelDone, s.slots);
    interlude(c, `the refund of ${s.slots['back']} has left us`, {
      tool: 'get_refund',
      args: { reference: s.trip.ref },
      result: { status: 'sent', amount: s.back, to: 'card' },
    });
  },
  failing: {
    'unasked-high-impact': cancelUnasked,
    'unwanted-change': voucher,
    'stale-information': staleFee,
  },
});

interface StatusScene {
  trip: Trip;
  amount: number;
  otherAmount: number;
  sentOn: string;
  slots: Record<string, string | number>;
}

const statusOpen: Templates = [
  'Where is my refund for {ref}? I cancelled on {cancelledOn}.',
  'I am still waiting for {amount} from the cancelled booking {ref}.',
  't~refund {ref} status?',
  't~still no money for {ref}',
  'p~Hello, could you check when the refund for {ref} was sent, please?',
  'p~Good morning, I cancelled {ref} on {cancelledOn} and have not seen the refund yet. Could you look into it?',
  'a~{CancelledOn} I cancelled, and still no money. When does my refund for {ref} come?',
  'My bank says nothing has arrived for {ref}. Has the refund been sent?',
];
const statusAgain: Templates = [
  'Has the refund of {amount} for {ref} left your side, yes or no, and on which day?',
  'On which day did you send the money for {ref}?',
  'I would like to know the day on which {amount} was paid out.',
];
const sent: Templates = [
  'The refund of {amount} was sent to your card on {sentOn}. Banks take up to 5 business days.',
  '{Amount} left us on {sentOn} and should be on your card within 5 business days.',
];
const notSent: Templates = [
  'I find no refund for {ref} in our system yet. I have now asked the payments team to start it and you will get an e-mail.',
  'There is no refund recorded for {ref}. I have opened a request with the payments team; they answer within one working day.',
];
const generalInfo: Templates = [
  'You can request a refund in the app: open the booking, choose Cancel, then Refund to original payment. The amount depends on your fare.',
  'Refunds depend on the fare. Light fares are not refundable, Standard fares with a fee, Flex fares in full. You can start a refund under My trips.',
];

function statusScene(c: Conversation, trip: Trip, today: string): StatusScene {
  const amount = Math.max(20, trip.price - 25);
  const sentOn = addDays(today, -c.rng.int(1, 4));
  const slots = {
    ref: trip.ref,
    amount: sayMoney(amount),
    sentOn: sayDay(sentOn),
    cancelledOn: sayDay(addDays(sentOn, -c.rng.int(2, 6))),
  };
  return { trip, amount, otherAmount: amount + c.rng.pick([-20, -12.5, 15]), sentOn, slots };
}

function beginStatus(c: Conversation, s: StatusScene): void {
  raise(c, statusOpen, statusAgain, s.slots);
}

function getRefund(c: Conversation, s: StatusScene, isThere: boolean, silent = false): string {
  const result = isThere
    ? { refunds: [{ amount: s.amount, currency: 'EUR', to: 'card', sent_on: s.sentOn }] }
    : { refunds: [] };
  return c.call('get_refund', { reference: s.trip.ref }, result, { silent });
}

function inventedRefund(c: Conversation, s: StatusScene): void {
  beginStatus(c, s);
  playFailure(c, {
    mode: 'invented-result',
    note: 'The tool returned no refund and the agent said that it had been sent.',
    slots: {
      claim: `a payment on ${s.slots['sentOn']}`,
      fact: c.rng.pick([
        'my account shows no refund at all',
        'my bank says no payment is on its way',
        'the app says that no refund was requested',
      ]),
      want: 'check whether there is a refund',
    },
    wrong: () => {
      getRefund(c, s, false, true);
      c.reply(sent, s.slots);
    },
    repair: () => {
      getRefund(c, s, false);
      c.call(
        'open_case',
        { topic: 'missing_refund', reference: s.trip.ref },
        { case: `C-${c.rng.int(20000, 89999)}` },
      );
      c.reply(notSent, s.slots);
    },
    canPass: true,
  });
}

function answeredHowTo(c: Conversation, s: StatusScene): void {
  beginStatus(c, s);
  playFailure(c, {
    mode: 'answered-another-question',
    note: 'The agent explained how to request a refund instead of saying where it is.',
    slots: {
      ...s.slots,
      asked: `where the ${s.slots['amount']} for ${s.trip.ref} are`,
      side: 'how to request a refund',
      want: 'tell me when it was sent',
    },
    restate: statusAgain,
    wrong: () => {
      c.lookup('refund request', [ruleOf('refund-time').sideTopic.article], {
        blame: true,
      });
      c.reply(generalInfo, s.slots);
    },
    again: () => c.reply(generalInfo, s.slots),
    repair: () => {
      getRefund(c, s, true);
      c.reply(sent, s.slots);
    },
  });
}

function wrongAmount(c: Conversation, s: StatusScene): void {
  beginStatus(c, s);
  playFailure(c, {
    mode: 'wrong-date-or-amount',
    note: 'The agent named another amount than the tool had returned.',
    slots: { right: sayMoney(s.amount), wrong: sayMoney(s.otherAmount), want: 'check the amount' },
    wrong: () => {
      getRefund(c, s, true);
      c.reply(sent, { ...s.slots, amount: sayMoney(s.otherAmount) });
    },
    repair: () => {
      getRefund(c, s, true);
      c.reply(sent, s.slots);
    },
    own: [
      'You promised {right} in the cancellation e-mail, now it is {wrong}?',
      '{Wrong}? I was told {right} when I cancelled.',
      't~{wrong}?? was {right}',
      'p~My cancellation confirmation says {right}. Could you {want}, please?',
    ],
    canPass: true,
  });
}

export const refundStatus = scenario<StatusScene>({
  key: 'refund-status',
  feature: 'refunds',
  scene: (c, world) => statusScene(c, world.trip, world.today),
  fine(c, s) {
    beginStatus(c, s);
    if (c.rng.chance(0.3)) {
      c.truth.decoy('honest-empty-result', c.turnNo, [getRefund(c, s, false)]);
      c.call(
        'open_case',
        { topic: 'missing_refund', reference: s.trip.ref },
        { case: `C-${c.rng.int(20000, 89999)}` },
      );
      c.reply(notSent, s.slots);
      return;
    }
    const args = { reference: s.trip.ref };
    callSteadily(c, 'get_refund', args, {
      refunds: [{ amount: s.amount, currency: 'EUR', to: 'card', sent_on: s.sentOn }],
    });
    c.reply(sent, s.slots);
    interlude(c, `the refund left us on ${s.slots['sentOn']}`, {
      tool: 'get_refund',
      args,
      result: { refunds: [{ amount: s.amount, sent_on: s.sentOn }] },
    });
  },
  failing: {
    'invented-result': inventedRefund,
    'answered-another-question': answeredHowTo,
    'wrong-date-or-amount': wrongAmount,
  },
});
