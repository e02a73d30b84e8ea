/** Moving a flight to another day, under a condition: the most frequent matter of the feature `rebooking`. */
import { addDays, sayDay, sayMoney, sayOrdinal } from '../calendar';
import { playFailure } from '../failure-flow';
import type { Templates } from '../grammar';
import type { Conversation } from './conversation';
import { callInVain, callSteadily, findRecord, mistyped } from './flow';
import { raise, scenario } from './scenario';
import { type Option, type Trip, bookingRecord, clock, makeOption } from './world';

interface Condition {
  /** Noun phrase: 'a direct flight'. */
  asked: string;
  /** Search parameter that carries it. */
  filter: Record<string, unknown>;
  /** What is wrong with the offer that breaks it, as a clause. */
  did: string;
  want: string;
  breaks(option: Option): Option;
}

interface Scene {
  trip: Trip;
  typed: string;
  newDay: string;
  condition: Condition;
  /** The first one is what the user will choose. */
  good: [Option, Option];
  slots: Record<string, string | number>;
}

const open: Templates = [
  '[Hi|Hello], I need to move flight {flight} ({ref}) from {oldDate} to {newDate}. It has to be {asked}.',
  'Can you rebook {ref} to {newDate}? {Asked} please, nothing else works for me.',
  'My {route} trip ({ref}) needs to move to {newDate}. I need {asked}.',
  't~rebook {ref} to {newDate}, {asked}',
  't~{ref} -> {newDate}. {asked}. possible?',
  "p~Good [morning|afternoon], I'd like to move my booking {ref} to {newDate}, if possible with {asked}. That part is important to me.",
  'p~Hello, would you please look for another flight on {newDate} for booking {ref}? I would need {asked}.',
  'a~I have been trying to rebook {ref} in the app for an hour. {NewDate}, {asked}. Please just do it.',
  'Something came up and I can no longer fly on {oldDate}. Booking {ref}. Could I fly on {newDate} instead, with {asked}?',
];
const later: Templates = [
  'I also need to move {ref} to {newDate}, with {asked}.',
  'Can {ref} be moved to {newDate}? I would need {asked}.',
  'What about flying on {newDate} instead, with {asked}?',
];
const offer: Templates = [
  'On {newDate} I found: {options}. Which one shall I book?',
  'There are these flights on {newDate}: {options}. Shall I take one of them?',
  'For {newDate} I can offer {options}. Tell me which you prefer and I will change the booking.',
  'These would work on {newDate}: {options}. Which one would you like?',
];
const choice: Templates = [
  'The {departs} one please.',
  '{Departs}, please.',
  't~{departs}',
  't~first one',
  'p~The one at {departs} would be perfect, thank you.',
  "I'll take the {departs} flight.",
  'Yes, the first one ({departs}).',
  'a~{Departs}. And please confirm it by e-mail.',
];
const done: Templates = [
  'Done: you are now on {newFlight} on {newDate}, departing at {departs}. The difference of {difference} is charged to your card.',
  'Your booking {ref} is changed to {newFlight}, {newDate} at {departs}. {difference} will be charged, and the new confirmation is on its way.',
  'All set: {newFlight} on {newDate}, {departs} from {from}. The fare difference is {difference}.',
];
const restate: Templates = [
  'I want to fly from {from} to {to} on {newDate}, with {asked}. Which flights are there?',
  'Booking {ref}: new date {newDate}, and {asked}.',
  'Please search {newDate}, {route}, {asked}.',
];

function scene(c: Conversation, trip: Trip): Scene {
  const newDay = addDays(trip.day, c.rng.pick([-3, -2, 1, 2, 3, 4, 6]));
  const typed = mistyped(c, trip.ref);
  const condition = pickCondition(c, trip);
  const good: [Option, Option] = [
    makeOption(c.rng, clock(c.rng, 10, 12)),
    makeOption(c.rng, clock(c.rng, 13, 16)),
  ];
  const slots = {
    ref: typed,
    flight: trip.flight,
    from: trip.from,
    to: trip.to,
    route: `${trip.from} to ${trip.to}`,
    oldDate: sayDay(trip.day),
    newDate: sayDay(newDay),
    asked: condition.asked,
    did: condition.did,
    want: condition.want,
  };
  return { trip, typed, newDay, condition, good, slots };
}

function pickCondition(c: Conversation, trip: Trip): Condition {
  const early = c.rng.pick(['05:50', '06:10', '06:25', '06:40']);
  const late = c.rng.pick(['21:35', '22:10', '22:25']);
  const steep = c.rng.int(88, 164);
  const conditions: Condition[] = [
    {
      asked: 'a direct flight',
      filter: { max_stops: 0 },
      did: 'this one has a stop',
      want: 'look for direct flights only',
      breaks: (option) => ({
        ...makeOption(c.rng, option.departs, 1),
        fare_difference: option.fare_difference,
      }),
    },
    {
      asked: 'a departure after 10:00',
      filter: { depart_after: '10:00' },
      did: `this leaves at ${early}`,
      want: 'find something that leaves after ten',
      breaks: () => makeOption(c.rng, early),
    },
    {
      asked: 'an arrival before 20:00',
      filter: { arrive_before: '20:00' },
      did: `that one only leaves at ${late}`,
      want: 'find one that lands before eight in the evening',
      breaks: () => makeOption(c.rng, late),
    },
    {
      asked: 'no more than €60 extra',
      filter: { max_fare_difference: 60 },
      did: `this costs €${steep} more`,
      want: 'stay below €60',
      breaks: (option) => ({ ...option, fare_difference: steep }),
    },
    {
      asked: `departure from ${trip.from}, not from another airport`,
      filter: { airport: trip.fromCode },
      did: 'that leaves from the other airport',
      want: `stick to ${trip.from}`,
      breaks: (option) => ({ ...option, note: 'from the secondary airport' }),
    },
  ];
  if (trip.passengers > 1) {
    conditions.push({
      asked: `seats for all ${trip.passengers} of us on the same flight`,
      filter: { passengers: trip.passengers },
      did: 'there is only one seat left on it',
      want: `find a flight with ${trip.passengers} free seats`,
      breaks: (option) => ({ ...option, seats_left: 1 }),
    });
  }
  return c.rng.pick(conditions);
}

function search(c: Conversation, s: Scene, options: readonly Option[], filter: object, blame = false): void {
  const args = { from: s.trip.fromCode, to: s.trip.toCode, date: s.newDay, ...filter };
  if (blame) c.call('search_flights', args, { flights: options }, { blame });
  else callSteadily(c, 'search_flights', args, { flights: options });
}

function sayOptions(options: readonly Option[]): string {
  return options.map(sayOption).join('; ');
}

function sayOption(option: Option): string {
  const route = option.stops === 0 ? (option.note ?? 'direct') : `via ${option.via}`;
  const extra = option.fare_difference === 0 ? 'no extra cost' : `${sayMoney(option.fare_difference)} more`;
  const seats = option.seats_left < 3 ? `, ${option.seats_left} seat left` : '';
  return `${option.flight} at ${option.departs}, arriving ${option.arrives}, ${route}, ${extra}${seats}`;
}

function begin(c: Conversation, s: Scene): void {
  raise(c, open, later, s.slots);
  findRecord(c, 'booking', s.typed, s.trip.ref, bookingRecord(s.trip));
  s.slots['ref'] = s.trip.ref;
}

function offerGood(c: Conversation, s: Scene): void {
  search(c, s, s.good, s.condition.filter);
  c.reply(offer, { ...s.slots, options: sayOptions(s.good) });
}

function chooseAndBook(c: Conversation, s: Scene, day = s.newDay, blame = false): void {
  c.ask(choice, { departs: s.good[0].departs }, 'answer');
  book(c, s, day, blame);
}

function book(c: Conversation, s: Scene, day: string, blame: boolean): void {
  const option = s.good[0];
  const args = { reference: s.trip.ref, flight: option.flight, date: day };
  c.call('change_booking', args, { status: 'changed', ...args, charged: option.fare_difference }, { blame });
  const slots = {
    newFlight: option.flight,
    newDate: sayDay(day),
    departs: option.departs,
    difference: sayMoney(option.fare_difference),
  };
  c.reply(done, { ...s.slots, ...slots });
}

function droppedConstraint(c: Conversation, s: Scene): void {
  const bad = s.good.map((option) => s.condition.breaks(option)).slice(0, c.rng.int(1, 2));
  begin(c, s);
  const wrong = (): void => {
    search(c, s, bad, {}, true);
    c.reply(offer, { ...s.slots, options: sayOptions(bad) });
  };
  playFailure(c, {
    mode: 'dropped-constraint',
    note: `The search left out the condition "${s.condition.asked}".`,
    slots: s.slots,
    wrong,
    again: wrong,
    restate,
    repair: () => offerGood(c, s),
  });
  if (!c.isOver) chooseAndBook(c, s);
}

function wrongDate(c: Conversation, s: Scene): void {
  begin(c, s);
  offerGood(c, s);
  const wrongDay = addDays(s.newDay, c.rng.pick([-1, 1, 7]));
  playFailure(c, {
    mode: 'wrong-date-or-amount',
    note: 'The booking was moved to a day that nobody had named.',
    slots: {
      right: sayOrdinal(s.newDay),
      wrong: sayOrdinal(wrongDay),
      want: `move it to ${sayOrdinal(s.newDay)}`,
    },
    wrong: () => chooseAndBook(c, s, wrongDay, true),
    repair: () => book(c, s, s.newDay, false),
    canPass: true,
  });
}

function unasked(c: Conversation, s: Scene): void {
  raise(c, costOpen, costOpen, s.slots);
  findRecord(c, 'booking', s.typed, s.trip.ref, bookingRecord(s.trip));
  s.slots['ref'] = s.trip.ref;
  playFailure(c, {
    mode: 'unasked-high-impact',
    note: 'The booking was changed and charged although the user had only asked for the price.',
    slots: {
      asked: 'what it would cost',
      did: 'you changed the booking',
      want: 'put me back on the original flight',
    },
    wrong: () => {
      search(c, s, s.good, s.condition.filter);
      book(c, s, s.newDay, true);
    },
    repair: () => {
      c.call(
        'revert_change',
        { reference: s.trip.ref },
        { status: 'reverted', refund_pending: s.good[0].fare_difference },
      );
      c.reply(reverted, { ...s.slots, difference: sayMoney(s.good[0].fare_difference) });
    },
  });
}

const costOpen: Templates = [
  'What would it cost to move {ref} to {newDate}, with {asked}?',
  'Just a question: how much extra would I pay to fly on {newDate} instead ({ref})? I would want {asked}.',
  't~price for moving {ref} to {newDate}? {asked}',
  'p~Hello, I am thinking about moving {ref} to {newDate}. Could you tell me what that would cost with {asked}?',
];
const reverted: Templates = [
  'I have put you back on {flight} on {oldDate}. Moving to {newDate} would have cost {difference}; nothing has been charged.',
  'Your booking is as it was: {flight} on {oldDate}. For your information, the price difference would be {difference}.',
];

function wrongLeg(c: Conversation, s: Scene): void {
  const newReturn = addDays(s.trip.returnDay, c.rng.int(1, 3));
  const slots = { ...s.slots, returnDate: sayDay(s.trip.returnDay), newReturn: sayDay(newReturn) };
  raise(c, returnOpen, returnOpen, slots);
  findRecord(c, 'booking', s.typed, s.trip.ref, bookingRecord(s.trip));
  const change = (leg: 'outbound' | 'return', blame: boolean): void => {
    const args = { reference: s.trip.ref, leg, date: newReturn };
    c.call('change_booking', args, { status: 'changed', ...args, charged: 0 }, { blame });
    c.reply(leg === 'return' ? returnDone : outboundDone, slots);
  };
  playFailure(c, {
    mode: 'wrong-target',
    note: 'The outbound flight was moved instead of the return flight.',
    slots: {
      right: 'the return flight',
      wrong: 'the outbound',
      want: 'move the return and leave the outbound alone',
    },
    wrong: () => change('outbound', true),
    repair: () => change('return', false),
    canPass: true,
  });
}

const returnOpen: Templates = [
  'I need to come back later: please move the return flight of {ref} from {returnDate} to {newReturn}.',
  't~{ref}: return on {newReturn} instead of {returnDate}',
  'p~Could you move my return from {to} to {newReturn}, please? The booking is {ref}. The way out stays as it is.',
  'Booking {ref}: the way there is fine, but the way back should be on {newReturn}.',
];
const returnDone: Templates = [
  'The return flight is now on {newReturn}, and the outbound flight is on {oldDate} as before.',
  'Done, you fly back on {newReturn}. The outbound flight stays on {oldDate}.',
];
const outboundDone: Templates = [
  'Done: your flight from {from} to {to} is now on {newReturn}.',
  'I have moved {flight} to {newReturn}. You will receive a new confirmation shortly.',
];

function lostContext(c: Conversation, s: Scene): void {
  begin(c, s);
  offerGood(c, s);
  c.ask(choice, { departs: s.good[0].departs }, 'answer');
  playFailure(c, {
    mode: 'lost-context',
    note: 'The agent asked again for the booking and the date it had just used.',
    slots: {
      asked: 'the booking reference',
      right: `${s.trip.ref}, ${sayDay(s.newDay)}, the ${s.good[0].departs} flight`,
      want: 'book the flight I chose',
    },
    wrong: () => {
      c.recall(
        'conversation_summary',
        { summary: 'Customer has a question about a flight.', turns_kept: 1 },
        true,
      );
      c.reply(askedAgain);
    },
    again: () => c.reply(askedAgain),
    repair: () => book(c, s, s.newDay, false),
  });
}

const askedAgain: Templates = [
  'I would be happy to help with your flight. Could you tell me your booking reference and the date you want to travel?',
  'Sure! Which booking is this about, and on which day would you like to fly?',
  'To get started, please send me your booking reference and your travel dates.',
  'Thank you for contacting Tavolane. May I have your six-character booking reference?',
];

function breakdown(c: Conversation, s: Scene): void {
  begin(c, s);
  const args = { from: s.trip.fromCode, to: s.trip.toCode, date: s.newDay };
  playFailure(c, {
    mode: 'tool-breakdown',
    note: 'The flight search kept failing and the agent kept calling it.',
    slots: s.slots,
    restate,
    giveUpWeight: 30,
    wrong: () => {
      callInVain(c, 'search_flights', args, c.rng.int(3, 5));
      c.reply(patience);
    },
    repair: () => {
      if (c.rng.chance(0.5)) return offerGood(c, s);
      callInVain(c, 'search_flights', args, 1);
      c.reply(alternative, { caseNo: `C-${c.rng.int(20000, 89999)}` });
    },
  });
}

const patience: Templates = [
  'The flight search is not responding at the moment. One moment please, I will try again.',
  "I'm having trouble reaching our reservation system. Please bear with me and I'll keep trying.",
  'Our system seems slow right now. Please wait a moment.',
];
const alternative: Templates = [
  'The search is still down. I have noted your request as {caseNo}; a colleague will write to you today with the flights. Your current booking is unchanged.',
  'I cannot reach the search for now. You can change the flight in the app under Trips, or a colleague calls you back (case {caseNo}).',
];

export const changeFlight = scenario<Scene>({
  key: 'change-flight',
  feature: 'rebooking',
  scene: (c, world) => scene(c, world.trip),
  fine(c, s) {
    begin(c, s);
    offerGood(c, s);
    chooseAndBook(c, s);
  },
  failing: {
    'dropped-constraint': droppedConstraint,
    'wrong-date-or-amount': wrongDate,
    'unasked-high-impact': unasked,
    'wrong-target': wrongLeg,
    'lost-context': lostContext,
    'tool-breakdown': breakdown,
  },
});
