/** Bags and seats, and what happens when a flight is cancelled: matters of the feature `rebooking`. */
import { sayDay, sayMoney } from '../calendar';
import { playFailure } from '../failure-flow';
import type { Templates } from '../grammar';
import type { Conversation } from './conversation';
import { callInVain, callSteadily, findRecord, interlude, mistyped } from './flow';
import { raise, scenario } from './scenario';
import { type Option, type Trip, bookingRecord, clock, flightNo, makeOption } from './world';

interface ExtraScene {
  trip: Trip;
  typed: string;
  item: { code: string; say: string; price: number };
  unwanted: { code: string; say: string; price: number };
  slots: Record<string, string | number>;
}

const items = [
  { code: 'bag_23kg', say: 'a 23 kg bag', price: 34 },
  { code: 'bag_15kg', say: 'a 15 kg bag', price: 22 },
  { code: 'seat_aisle', say: 'an aisle seat', price: 9 },
  { code: 'seat_window', say: 'a window seat', price: 9 },
  { code: 'seat_legroom', say: 'a seat with extra legroom', price: 19 },
  { code: 'bicycle', say: 'a bicycle', price: 48 },
];
const unwantedItems = [
  { code: 'insurance_basic', say: 'travel insurance', price: 16.9 },
  { code: 'priority', say: 'priority boarding', price: 12 },
  { code: 'lounge', say: 'lounge access', price: 29 },
  { code: 'sms_service', say: 'the SMS service', price: 2.5 },
];

const extraOpen: Templates = [
  '[Hi|Hello], can you add {item} to booking {ref}?',
  'I forgot to book {item}. Booking {ref}, {from} to {to} on {oldDate}.',
  't~add {item} to {ref}',
  't~{item} for {ref} pls',
  'p~Good [morning|evening], could I still add {item} to my booking {ref}? Thank you.',
  'p~Hello, I would like {item} on my flight to {to} ({ref}), please.',
  'How much is {item} on {flight}? If it is under €60, please add it. Booking {ref}.',
];
const extraLater: Templates = [
  'Please add {item}.',
  'Can I have {item} on it as well?',
  'I would like {item} too.',
  'Can you put {item} on the booking?',
];
const extraOffer: Templates = [
  '{Item} costs {price} on this flight. Shall I add it? I could also add {unwanted} for {unwantedPrice}.',
  '{Item} is available for {price}. Would you like {unwanted} ({unwantedPrice}) as well?',
  'That would be {price} for {item}. Shall I go ahead, and would you like {unwanted} with it?',
];
const justThat: Templates = [
  'No, just {item}.',
  'Yes please, but no {unwanted}.',
  'No thanks, only {item}.',
  't~no just the first',
  't~yes. no extras',
  'p~Only {item}, please. No, I do not need anything else.',
  "No {unwanted}, I've got that already. {Item} yes.",
  'a~No. Just what I asked for.',
];
const extraDone: Templates = [
  '{Item} is added to {ref} for {price}. You will find it in the new confirmation.',
  'Done, {item} is on your booking. I have charged {price} to the card used for the booking.',
  'Your booking {ref} now includes {item} ({price}).',
];
const extraTooMuch: Templates = [
  'Done! I have added {item} ({price}) and, so that you are well prepared, {unwanted} ({unwantedPrice}) to {ref}.',
  'Your booking {ref} now includes {item} and {unwanted}. The total is {total}.',
  '{Item} and {unwanted} are now on your booking, {total} altogether.',
];
const extraRemoved: Templates = [
  '{Unwanted} is off your booking again and {unwantedPrice} goes back to your card. {Item} stays.',
  'I have removed {unwanted} and cancelled the charge of {unwantedPrice}. Only {item} remains.',
];

function extraScene(c: Conversation, trip: Trip): ExtraScene {
  const item = c.rng.pick(items);
  const unwanted = c.rng.pick(unwantedItems);
  const typed = c.turnNo === 0 ? mistyped(c, trip.ref) : trip.ref;
  const slots = {
    ref: typed,
    flight: trip.flight,
    from: trip.from,
    to: trip.to,
    oldDate: sayDay(trip.day),
    item: item.say,
    price: sayMoney(item.price),
    unwanted: unwanted.say,
    unwantedPrice: sayMoney(unwanted.price),
    total: sayMoney(item.price + unwanted.price),
  };
  return { trip, typed, item, unwanted, slots };
}

function beginExtra(c: Conversation, s: ExtraScene): void {
  raise(c, extraOpen, extraLater, s.slots);
  findRecord(c, 'booking', s.typed, s.trip.ref, bookingRecord(s.trip));
  s.slots['ref'] = s.trip.ref;
}

function addItems(c: Conversation, s: ExtraScene, codes: string[], blame = false): void {
  c.call('add_extras', { reference: s.trip.ref, items: codes }, { status: 'added', items: codes }, { blame });
}

function extraScope(c: Conversation, s: ExtraScene): void {
  beginExtra(c, s);
  playFailure(c, {
    mode: 'exceeded-scope',
    note: `The agent also booked ${s.unwanted.say}.`,
    slots: { asked: `add ${s.item.say}`, extra: s.unwanted.say, want: `take ${s.unwanted.say} off again` },
    wrong: () => {
      addItems(c, s, [s.item.code, s.unwanted.code], true);
      c.reply(extraTooMuch, s.slots);
    },
    repair: () => {
      c.call(
        'remove_extras',
        { reference: s.trip.ref, items: [s.unwanted.code] },
        { status: 'removed', refund: s.unwanted.price },
      );
      c.reply(extraRemoved, s.slots);
    },
    canPass: true,
  });
}

function wrongPassenger(c: Conversation, s: ExtraScene): void {
  const slots = { ...s.slots, who: 'passenger 2' };
  raise(c, forSecond, forSecond, slots);
  findRecord(
    c,
    'booking',
    s.typed,
    s.trip.ref,
    bookingRecord({ ...s.trip, passengers: Math.max(2, s.trip.passengers) }),
  );
  const add = (passenger: number, blame: boolean): void => {
    const args = { reference: s.trip.ref, items: [s.item.code], passenger };
    c.call('add_extras', args, { status: 'added', ...args }, { blame });
    c.reply(addedFor, { ...s.slots, who: `passenger ${passenger}` });
  };
  playFailure(c, {
    mode: 'wrong-target',
    note: 'The extra was booked for the wrong passenger.',
    slots: { right: 'passenger 2', wrong: 'passenger 1', want: 'move it to passenger 2' },
    wrong: () => add(1, true),
    repair: () => add(2, false),
    canPass: true,
  });
}

const forSecond: Templates = [
  'Please add {item} to {ref}, but only for passenger 2.',
  't~{ref}: {item} for passenger 2',
  'p~Could you add {item} for the second passenger on {ref}, please? The first one has everything.',
  'For booking {ref} I need {item}. It is for passenger 2, not for me.',
];
const addedFor: Templates = [
  '{Item} is booked for {who}, {price}.',
  'Done: {who} now has {item} on {ref}. The price is {price}.',
];

function wrongPrice(c: Conversation, s: ExtraScene): void {
  beginExtra(c, s);
  const wrong = sayMoney(s.item.price + c.rng.pick([6, 10, 15]));
  playFailure(c, {
    mode: 'wrong-date-or-amount',
    note: 'The agent named a higher price than the tool had returned.',
    slots: { right: `${s.slots['price']}`, wrong, want: 'charge the right price' },
    wrong: () => {
      c.call(
        'quote_extras',
        { reference: s.trip.ref, item: s.item.code },
        { item: s.item.code, price: s.item.price, currency: 'EUR' },
        { blame: true },
      );
      c.reply(extraOffer, { ...s.slots, price: wrong });
    },
    repair: () => {
      addItems(c, s, [s.item.code]);
      c.reply(extraDone, s.slots);
    },
    own: [
      'The app shows {right} for it, not {wrong}. Please {want}.',
      't~app says {right}',
      "p~In the app it's {right}. Could you check your price again, please?",
      'It says {right} on your price list. Why {wrong}?',
    ],
  });
}

export const addExtra = scenario<ExtraScene>({
  key: 'add-extra',
  feature: 'rebooking',
  scene: (c, world) => extraScene(c, world.trip),
  fine(c, s) {
    beginExtra(c, s);
    callSteadily(
      c,
      'quote_extras',
      { reference: s.trip.ref, item: s.item.code },
      { item: s.item.code, price: s.item.price, currency: 'EUR' },
    );
    c.reply(extraOffer, s.slots);
    c.ask(justThat, s.slots, 'answer', { trap: 'no-as-answer' });
    addItems(c, s, [s.item.code]);
    c.reply(extraDone, s.slots);
    const args = { reference: s.trip.ref };
    interlude(c, `${s.item.say} is on the booking`, {
      tool: 'get_booking',
      args,
      result: { ...bookingRecord(s.trip), extras: [s.item.code] },
    });
  },
  failing: {
    'exceeded-scope': extraScope,
    'wrong-target': wrongPassenger,
    'wrong-date-or-amount': wrongPrice,
  },
});

interface DisruptionScene {
  trip: Trip;
  options: [Option];
  invented: { flight: string; departs: string };
  slots: Record<string, string | number>;
}

const cancelled: Templates = [
  'I got a message that {flight} on {oldDate} is cancelled. What are my options? Booking {ref}.',
  'My flight to {to} was cancelled ({ref}). I have to be there on {oldDate}, what can you offer?',
  't~{flight} cancelled. alternatives? {ref}',
  'p~Hello, I have just read that {flight} is cancelled. Could you help me find another way to {to} on {oldDate}? My booking is {ref}.',
  'a~You cancelled {flight} two days before departure! I need another flight on {oldDate}. {ref}.',
];
const stillAvailable: Templates = [
  'I am sorry about the cancellation. On {oldDate} there is {option}. Shall I move you to it at no cost?',
  'Sorry for the trouble. You can fly with {option}, free of charge. Shall I rebook you?',
];
const nothingLeft: Templates = [
  'I am sorry, there are no seats left from {from} to {to} on {oldDate}. I can offer you the following day, or a full refund.',
  'I have searched {oldDate} and found no flight with free seats. The choices are the day after, or your money back.',
];
const inventedOffer: Templates = [
  'Good news: {newFlight} leaves {from} at {departs} on {oldDate} and has seats. I have reserved one for you.',
  'You can take {newFlight} on {oldDate}, departing at {departs}. Just go to the airport with your booking {ref}.',
];
const takeIt: Templates = [
  'Yes, please do.',
  'OK, book that.',
  't~yes',
  'p~Yes, please, that works.',
  'a~Yes. And I expect no charge.',
  'Alright, go ahead.',
];
const refundInstead: Templates = [
  'Then the refund, please.',
  'No, the next day is too late. I want my money back.',
  't~no. refund',
  'p~No, that does not help me, unfortunately. Please refund it.',
];
const rebooked: Templates = [
  'You are rebooked on {option}. There is no charge, and your new boarding pass comes by e-mail.',
  'Done, you now fly with {option}. Nothing to pay.',
];
const refunding: Templates = [
  'I have cancelled the booking and refunded {paid} to your card. It takes up to 5 business days.',
  '{Paid} is on its way back to your card; allow up to 5 business days.',
];

function disruptionScene(c: Conversation, trip: Trip): DisruptionScene {
  const options: [Option] = [makeOption(c.rng, clock(c.rng, 12, 17))];
  const slots = {
    ref: trip.ref,
    flight: trip.flight,
    from: trip.from,
    to: trip.to,
    oldDate: sayDay(trip.day),
    paid: sayMoney(trip.price),
    option: `${options[0].flight} at ${options[0].departs}`,
  };
  return { trip, options, invented: { flight: flightNo(c.rng), departs: clock(c.rng, 14, 20) }, slots };
}

function searchSameDay(
  c: Conversation,
  s: DisruptionScene,
  flights: readonly Option[],
  silent = false,
): string {
  return c.call(
    'search_flights',
    { from: s.trip.fromCode, to: s.trip.toCode, date: s.trip.day },
    { flights },
    { silent },
  );
}

function beginDisruption(c: Conversation, s: DisruptionScene): void {
  raise(c, cancelled, cancelled, s.slots);
  callSteadily(
    c,
    'get_booking',
    { reference: s.trip.ref },
    { ...bookingRecord(s.trip), status: 'flight_cancelled' },
  );
}

function honestlyNothing(c: Conversation, s: DisruptionScene): void {
  c.reply(nothingLeft, s.slots);
  c.ask(refundInstead, s.slots, 'answer', { trap: 'no-as-answer' });
  c.call(
    'refund_booking',
    { reference: s.trip.ref, to: 'original_payment' },
    { status: 'refunded', amount: s.trip.price },
  );
  c.reply(refunding, s.slots);
}

function inventedFlight(c: Conversation, s: DisruptionScene): void {
  const slots = { ...s.slots, newFlight: s.invented.flight, departs: s.invented.departs };
  beginDisruption(c, s);
  playFailure(c, {
    mode: 'invented-result',
    note: 'The search was empty and the agent named a flight that does not exist.',
    slots: {
      claim: s.invented.flight,
      fact: c.rng.pick([
        `the app shows no ${s.invented.flight} on that day`,
        'the departure board lists no such flight',
        'the desk told me that this flight does not exist',
      ]),
      want: 'check what really flies that day',
    },
    wrong: () => {
      searchSameDay(c, s, [], true);
      c.reply(inventedOffer, slots);
    },
    repair: () => {
      searchSameDay(c, s, []);
      c.reply(nothingLeft, s.slots);
    },
    canPass: true,
  });
  if (!c.isOver && c.truth.failures.at(-1)?.consequence !== 'unnoticed') {
    c.ask(refundInstead, s.slots, 'answer', { trap: 'no-as-answer' });
    c.call(
      'refund_booking',
      { reference: s.trip.ref, to: 'original_payment' },
      { status: 'refunded', amount: s.trip.price },
    );
    c.reply(refunding, s.slots);
  }
}

function disruptionBreakdown(c: Conversation, s: DisruptionScene): void {
  beginDisruption(c, s);
  const args = { from: s.trip.fromCode, to: s.trip.toCode, date: s.trip.day };
  playFailure(c, {
    mode: 'tool-breakdown',
    note: 'The flight search kept timing out and the agent kept calling it.',
    slots: s.slots,
    restate: [
      'Is there any flight to {to} on {oldDate} that you can put me on?',
      'I need to get from {from} to {to} on {oldDate}. How?',
    ],
    giveUpWeight: 30,
    wrong: () => {
      callInVain(c, 'search_flights', args, c.rng.int(3, 4));
      c.reply([
        'I am still waiting for our reservation system. One moment, please.',
        'The search takes longer than usual today. I will keep trying, please stay with me.',
      ]);
    },
    repair: () => {
      searchSameDay(c, s, s.options);
      c.reply(stillAvailable, s.slots);
    },
  });
}

export const cancelledFlight = scenario<DisruptionScene>({
  key: 'cancelled-flight',
  feature: 'rebooking',
  scene: (c, world) => disruptionScene(c, world.trip),
  fine(c, s) {
    beginDisruption(c, s);
    if (c.rng.chance(0.35)) {
      c.truth.decoy('honest-empty-result', c.turnNo, [searchSameDay(c, s, [])]);
      honestlyNothing(c, s);
      return;
    }
    searchSameDay(c, s, s.options);
    c.reply(stillAvailable, s.slots);
    c.ask(takeIt, s.slots, 'answer');
    c.call(
      'change_booking',
      { reference: s.trip.ref, flight: s.options[0].flight, waive_fee: true },
      { status: 'changed', charged: 0 },
    );
    c.reply(rebooked, s.slots);
  },
  failing: { 'invented-result': inventedFlight, 'tool-breakdown': disruptionBreakdown },
});
