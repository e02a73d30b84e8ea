/** Finding and redirecting a parcel: matters of the feature `delivery`. */
import { addDays, sayDay, sayWeekday } from '../calendar';
import { playFailure } from '../failure-flow';
import type { Templates } from '../grammar';
import type { Conversation } from './conversation';
import { callInVain, callSteadily, findRecord, interlude, mistyped } from './flow';
import { raise, scenario } from './scenario';
import { type Parcel, parcelRecord } from './world';

interface Scene {
  parcel: Parcel;
  typed: string;
  newDay: string;
  slots: Record<string, string | number>;
}

function scene(c: Conversation, parcel: Parcel): Scene {
  const typed = c.turnNo === 0 ? mistyped(c, parcel.tracking) : parcel.tracking;
  const newDay = addDays(parcel.due, c.rng.int(1, 4));
  const slots = {
    tracking: typed,
    contents: parcel.contents,
    lastPlace: parcel.lastPlace,
    lastScan: sayDay(parcel.lastScan),
    due: `${sayWeekday(parcel.due)}, ${sayDay(parcel.due)}`,
    address: parcel.address,
    pickup: parcel.pickupPoint,
    newDay: `${sayWeekday(newDay)}, ${sayDay(newDay)}`,
    newWeekday: sayWeekday(newDay),
    other: parcel.otherContents,
    otherTracking: parcel.otherTracking,
  };
  return { parcel, typed, newDay, slots };
}

const trackOpen: Templates = [
  '[Hi|Hello], where is my parcel {tracking}? It should be {contents}.',
  'Tracking {tracking} has not moved since {lastScan}. What is going on?',
  't~status {tracking}',
  't~where is {tracking}',
  'p~Hello, could you tell me when parcel {tracking} will arrive? I would like to be at home.',
  'p~Good evening, I am waiting for {contents}, number {tracking}. Do you know more than the tracking page?',
  'a~My parcel {tracking} has been sitting in {lastPlace} since {lastScan}. When does it finally come?',
  'I ordered {contents} and the page just says "in transit". Number {tracking}. Is it coming this week?',
];
const trackLater: Templates = [
  'When will {tracking} arrive?',
  'What about parcel {tracking}, when does it come?',
  'Can you also check {tracking}?',
];
const trackAgain: Templates = [
  'On which day will {tracking} be delivered?',
  'Please just tell me the delivery day of {tracking}.',
  'Is {tracking} coming today or not?',
  'I want to know the delivery date, nothing else. {Tracking}.',
];
const onItsWay: Templates = [
  'Your parcel was scanned at {lastPlace} on {lastScan} and is due on {due}.',
  'It left {lastPlace} on {lastScan}; delivery to {address} is planned for {due}.',
  '{Tracking} is on its way. Last scan: {lastPlace}, {lastScan}. Expected on {due}.',
];
const noScans: Templates = [
  'I see no scan for {tracking} yet, so I cannot name a day. That usually means that the sender has not handed it over.',
  'There are no tracking events for {tracking} so far. Please ask the sender whether it has left; I cannot see a date.',
];
const inventedDay: Templates = [
  'Your parcel is on the delivery van and will arrive on {due} between 10:00 and 13:00.',
  'Good news: {tracking} has been sorted in {lastPlace} and reaches you on {due}.',
];
const essay: Templates = [
  'Thank you so much for reaching out to Tavolane, we truly appreciate your trust! Parcels travel through several stages: collection, sorting at the origin hub, ' +
    'line haul, sorting at the destination hub and finally delivery. At each stage a scan is made, although scans can sometimes be delayed for operational reasons such as ' +
    'traffic, weather or high volumes in season. According to our information, your shipment was last seen at {lastPlace} on {lastScan}. Delivery windows are estimates and can change. ' +
    'We recommend that you enable notifications in our app, where you can also set a safe place or a neighbour. Should you have any further questions, do not hesitate to contact us again! We wish you a wonderful day!',
  'What a great question! Let me walk you through how our network works, so that you always know what to expect. First, the sender hands the parcel to us. Then it is sorted, and on {lastScan} that ' +
    'happened at {lastPlace}. After that it travels overnight. Please note that our delivery times are not guaranteed unless you booked the express option, which you can do next time in just a few taps! ' +
    'Did you know that Plus members receive live tracking? It is a lovely way to stay informed. In the meantime, please keep an eye on your e-mails, including the spam folder. We are always here for you!',
];
const stagesInfo: Templates = [
  'To track a parcel, enter its number at tavolane.example/track or in the app. You will see every scan there.',
  'You can follow your parcels in the app under Deliveries. Please switch on notifications to receive updates.',
];

function begin(c: Conversation, s: Scene, first: Templates, later: Templates): void {
  raise(c, first, later, s.slots);
  findRecord(c, 'parcel', s.typed, s.parcel.tracking, parcelRecord(s.parcel));
  s.slots['tracking'] = s.parcel.tracking;
}

function track(c: Conversation, s: Scene, result: object, silent = false): string {
  return c.call('track_parcel', { tracking: s.parcel.tracking }, result, { silent });
}

function inventedDelivery(c: Conversation, s: Scene): void {
  s.slots['tracking'] = s.parcel.tracking;
  raise(c, trackOpen, trackLater, s.slots);
  playFailure(c, {
    mode: 'invented-result',
    note: 'There were no tracking events and the agent named a delivery day.',
    slots: {
      claim: `a delivery on ${s.slots['due']}`,
      fact: c.rng.pick([
        'the tracking page shows no scan at all',
        'the sender says it has not even been collected',
        'it was not on any van, I waited all morning',
      ]),
      want: 'look at the real status',
    },
    wrong: () => {
      track(c, s, { tracking: s.parcel.tracking, events: [] }, true);
      c.reply(inventedDay, s.slots);
    },
    repair: () => {
      track(c, s, { tracking: s.parcel.tracking, events: [] });
      c.reply(noScans, s.slots);
    },
    canPass: true,
  });
}

function tooLong(c: Conversation, s: Scene): void {
  begin(c, s, trackOpen, trackLater);
  playFailure(c, {
    mode: 'wrong-tone-or-length',
    note: 'A long, cheerful text instead of the delivery day.',
    slots: {
      want: c.rng.pick([
        'tell me the day',
        'give me the delivery date',
        'say when it comes, in one line',
        'answer with a date',
      ]),
    },
    wrong: () => c.reply(essay, s.slots),
    repair: () => c.reply(['{Due}.', 'It is due on {due}.', 'Expected on {due}, to {address}.'], s.slots),
    again: () => c.reply(essay, s.slots),
  });
}

function howToTrack(c: Conversation, s: Scene): void {
  s.slots['tracking'] = s.parcel.tracking;
  raise(c, trackOpen, trackLater, s.slots);
  playFailure(c, {
    mode: 'answered-another-question',
    note: 'The agent explained how tracking works instead of looking at the parcel.',
    slots: {
      ...s.slots,
      asked: 'the day on which it comes',
      side: 'how tracking works',
      want: 'look up my parcel',
    },
    restate: trackAgain,
    wrong: () => c.reply(stagesInfo),
    again: () => c.reply(stagesInfo),
    repair: () => {
      track(c, s, parcelRecord(s.parcel));
      c.reply(onItsWay, s.slots);
    },
  });
}

function trackingDown(c: Conversation, s: Scene): void {
  s.slots['tracking'] = s.parcel.tracking;
  raise(c, trackOpen, trackLater, s.slots);
  playFailure(c, {
    mode: 'tool-breakdown',
    note: 'Tracking kept failing and the agent kept calling it.',
    slots: s.slots,
    restate: trackAgain,
    giveUpWeight: 25,
    wrong: () => {
      callInVain(c, 'track_parcel', { tracking: s.parcel.tracking }, c.rng.int(3, 6));
      c.reply([
        'I cannot reach the tracking system right now. One moment please.',
        'Tracking does not respond. I will keep trying for you.',
      ]);
    },
    repair: () => {
      track(c, s, parcelRecord(s.parcel));
      c.reply(onItsWay, s.slots);
    },
  });
}

export const trackParcel = scenario<Scene>({
  key: 'track-parcel',
  feature: 'delivery',
  scene: (c, world) => scene(c, world.parcel),
  fine(c, s) {
    if (c.rng.chance(0.2)) {
      s.slots['tracking'] = s.parcel.tracking;
      raise(c, trackOpen, trackLater, s.slots);
      c.truth.decoy('honest-empty-result', c.turnNo, [
        track(c, s, { tracking: s.parcel.tracking, events: [] }),
      ]);
      c.reply(noScans, s.slots);
      return;
    }
    begin(c, s, trackOpen, trackLater);
    c.reply(onItsWay, s.slots);
    interlude(c, `${s.parcel.tracking} is due on ${s.slots['due']}`, {
      tool: 'track_parcel',
      args: { tracking: s.parcel.tracking },
      result: parcelRecord(s.parcel),
    });
  },
  failing: {
    'invented-result': inventedDelivery,
    'wrong-tone-or-length': tooLong,
    'answered-another-question': howToTrack,
    'tool-breakdown': trackingDown,
  },
});

const redirectOpen: Templates = [
  "I won't be home on {due}. Can {tracking} come on {newDay} instead? To {address}, please, not to a pickup point.",
  '[Hi|Hello], please deliver {tracking} on {newDay}. It has to come to {address} because it is {contents}.',
  't~{tracking} deliver {newWeekday}, to {address}, no pickup point',
  'p~Could you move the delivery of {tracking} to {newDay}, please? I would need it at {address}, as I cannot carry it.',
  'p~Hello, is it possible to receive {tracking} on {newDay}? Please bring it to {address}; I have no car to collect it.',
  'a~Nobody is at home on {due}! Deliver {tracking} on {newDay}, to {address}.',
];
const redirectLater: Templates = [
  'Please bring {tracking} on {newDay}, to {address}.',
  'Can {tracking} be delivered on {newDay}? To {address}, not to a pickup point.',
];
const redirected: Templates = [
  'Done: {tracking} will be delivered to {address} on {newDay}.',
  'I have moved the delivery of {tracking} to {newDay}. It will be brought to {address}.',
  '{Tracking} is now planned for {newDay}, at {address}.',
];
const toPickup: Templates = [
  'Done: {tracking} can be collected at {pickup} from {newDay}.',
  'I have redirected {tracking} to {pickup}. It will be ready on {newDay}; please bring your code.',
];

function redirect(c: Conversation, tracking: string, day: string, to: string, blame = false): void {
  const args = { tracking, date: day, deliver_to: to };
  c.call('change_delivery', args, { status: 'accepted', ...args }, { blame });
}

function pickupInstead(c: Conversation, s: Scene): void {
  begin(c, s, redirectOpen, redirectLater);
  playFailure(c, {
    mode: 'dropped-constraint',
    note: 'The parcel was redirected to a pickup point although that was ruled out.',
    slots: {
      asked: `delivery to ${s.parcel.address}`,
      did: `you sent it to ${s.parcel.pickupPoint}`,
      want: `have it brought to ${s.parcel.address}`,
    },
    wrong: () => {
      redirect(c, s.parcel.tracking, s.newDay, s.parcel.pickupPoint, true);
      c.reply(toPickup, s.slots);
    },
    repair: () => {
      redirect(c, s.parcel.tracking, s.newDay, s.parcel.address);
      c.reply(redirected, s.slots);
    },
    canPass: true,
  });
}

function wrongDay(c: Conversation, s: Scene): void {
  begin(c, s, redirectOpen, redirectLater);
  const other = addDays(s.newDay, c.rng.pick([-1, 1, 2]));
  const wrong = `${sayWeekday(other)}, ${sayDay(other)}`;
  playFailure(c, {
    mode: 'wrong-date-or-amount',
    note: 'The delivery was moved to another day than the one asked for.',
    slots: {
      right: `${s.slots['newDay']}`,
      wrong: sayWeekday(other),
      want: `change it to ${s.slots['newWeekday']}`,
    },
    wrong: () => {
      redirect(c, s.parcel.tracking, other, s.parcel.address, true);
      c.reply(redirected, { ...s.slots, newDay: wrong });
    },
    repair: () => {
      redirect(c, s.parcel.tracking, s.newDay, s.parcel.address);
      c.reply(redirected, s.slots);
    },
    canPass: true,
  });
}

function otherParcel(c: Conversation, s: Scene): void {
  raise(c, twoParcels, twoParcels, s.slots);
  c.call(
    'list_parcels',
    { status: 'in_transit' },
    {
      parcels: [
        { tracking: s.parcel.tracking, contents: s.parcel.contents },
        { tracking: s.parcel.otherTracking, contents: s.parcel.otherContents },
      ],
    },
  );
  playFailure(c, {
    mode: 'wrong-target',
    note: 'The other of two parcels was redirected.',
    slots: {
      right: `the parcel with ${s.parcel.contents}`,
      wrong: `the one with ${s.parcel.otherContents}`,
      want: 'swap that',
    },
    wrong: () => {
      redirect(c, s.parcel.otherTracking, s.newDay, s.parcel.address, true);
      c.reply(redirected, { ...s.slots, tracking: s.parcel.otherTracking });
    },
    repair: () => {
      redirect(c, s.parcel.otherTracking, s.parcel.due, s.parcel.address);
      redirect(c, s.parcel.tracking, s.newDay, s.parcel.address);
      c.reply(
        [
          '{Tracking} ({contents}) now comes on {newDay}, and the other parcel is back on its old date.',
          'Corrected: {contents} on {newDay}, {other} as planned before.',
        ],
        s.slots,
      );
    },
    canPass: true,
  });
}

const twoParcels: Templates = [
  'I have two parcels coming, {contents} and {other}. Please move only the one with {contents} to {newDay}.',
  't~move parcel with {contents} to {newWeekday}. leave the other',
  'p~Two parcels are on their way to me. Could the one with {contents} come on {newDay}, please? The other can stay as it is.',
  'The parcel with {contents} should come on {newDay}. Not the other one.',
];

function undoPickup(c: Conversation, s: Scene): void {
  raise(c, willMiss, willMiss, s.slots);
  c.call('track_parcel', { tracking: s.parcel.tracking }, parcelRecord(s.parcel));
  playFailure(c, {
    mode: 'unwanted-change',
    note: 'The agent redirected the parcel to a pickup point; the user wants it back on the old plan.',
    slots: { did: `it is going to ${s.parcel.pickupPoint} now`, want: `put it back to ${s.parcel.address}` },
    wrong: () => {
      redirect(c, s.parcel.tracking, s.newDay, s.parcel.pickupPoint, true);
      c.reply(toPickup, s.slots);
    },
    repair: () => {
      redirect(c, s.parcel.tracking, s.parcel.due, s.parcel.address);
      c.reply(
        [
          'It is back on the original plan: {due}, {address}.',
          'Undone. {Tracking} comes to {address} on {due} as planned.',
        ],
        s.slots,
      );
    },
  });
}

const willMiss: Templates = [
  'I might not be in on {due} when {tracking} comes. What can I do?',
  't~maybe not home {due}, {tracking}. options?',
  'p~I am not certain that I will be at home on {due} for parcel {tracking}. What would you suggest?',
  "There's a chance that nobody opens the door on {due}. What happens to {tracking} then?",
];

export const redirectParcel = scenario<Scene>({
  key: 'redirect-parcel',
  feature: 'delivery',
  scene: (c, world) => scene(c, world.parcel),
  fine(c, s) {
    begin(c, s, redirectOpen, redirectLater);
    const args = { tracking: s.parcel.tracking, date: s.newDay, deliver_to: s.parcel.address };
    callSteadily(c, 'change_delivery', args, { status: 'accepted', ...args });
    c.reply(redirected, s.slots);
    const result = { ...parcelRecord(s.parcel), due: s.newDay };
    interlude(c, `the new day, ${s.slots['newDay']}, is confirmed`, {
      tool: 'track_parcel',
      args: { tracking: s.parcel.tracking },
      result,
    });
  },
  failing: {
    'dropped-constraint': pickupInstead,
    'wrong-date-or-amount': wrongDay,
    'wrong-target': otherParcel,
    'unwanted-change': undoPickup,
  },
});
