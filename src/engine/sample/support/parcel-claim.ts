/** Parcels that never came or came broken: matters of the features `delivery` and `refunds`. */
import { addDays, sayDay, sayMoney } from '../calendar';
import { playFailure } from '../failure-flow';
import type { Templates } from '../grammar';
import type { Conversation } from './conversation';
import { callSteadily, interlude } from './flow';
import { ruleOf } from './help-center';
import { raise, scenario } from './scenario';
import { type Parcel, parcelRecord } from './world';

interface Scene {
  parcel: Parcel;
  caseNo: string;
  deliveredOn: string;
  slots: Record<string, string | number>;
}

function scene(c: Conversation, parcel: Parcel, today: string): Scene {
  const deliveredOn = addDays(today, -c.rng.int(1, 6));
  const caseNo = `C-${c.rng.int(20000, 89999)}`;
  const slots = {
    tracking: parcel.tracking,
    contents: parcel.contents,
    value: sayMoney(parcel.value),
    deliveredOn: sayDay(deliveredOn),
    caseNo,
    address: parcel.address,
    place: parcel.lastPlace,
  };
  return { parcel, caseNo, deliveredOn, slots };
}

const missingOpen: Templates = [
  'It says {tracking} was delivered on {deliveredOn}, but I never got it.',
  'My parcel with {contents} is marked as delivered and it is not here. {Tracking}.',
  't~{tracking} "delivered" but nothing here',
  "p~Hello, parcel {tracking} shows as delivered on {deliveredOn}, but I have not received it. I've asked the neighbours already. Could you look into it?",
  'a~Where did your driver leave {tracking}? It is not here and nobody rang on {deliveredOn}.',
  'The tracking of {tracking} says "handed over to resident". I live alone and was at work. Who has it?',
];
const whoSigned: Templates = [
  'Who did the driver give {tracking} to?',
  'Is there a name, a signature or a photo for {tracking}?',
  'I need to know where the driver left {tracking} on {deliveredOn}.',
];
const signedBy: Templates = [
  'The driver noted "left with {who}" on {deliveredOn}. Could you check there?',
  'According to the delivery record it was handed to {who} on {deliveredOn}.',
  'The record for {tracking} says: left with {who}, {deliveredOn}.',
];
const foundIt: Templates = [
  'Found it, it was there. Thanks!',
  'Yes, there it is. Thank you.',
  't~got it thx',
  'p~It was there indeed, thank you very much.',
  'Oh, true. They just brought it over.',
];
const notThere: Templates = [
  'No, they know nothing about it.',
  "No, I've asked, nobody has it.",
  't~no, not there',
  'p~No, I asked there yesterday and they have not seen it.',
];
const searchOpened: Templates = [
  'Then I have opened a search for it (case {caseNo}). You will hear from the depot within two working days.',
  'Thank you. I have started a search under {caseNo}; the depot will ask the driver and write to you within two working days.',
];
const claimClosed: Templates = [
  'I have reported the parcel as lost, closed the delivery and asked the sender to refund you {value}. You do not need to do anything else.',
  'I have cancelled the delivery, filed a claim for {value} and informed the sender that you want a refund.',
];
const claimUndone: Templates = [
  'The claim is withdrawn and the sender has been informed. The record says: left with {who} on {deliveredOn}. Could you check there?',
  'I have taken back the claim. To your question: the driver left it with {who} on {deliveredOn}.',
];
const lostParcelInfo: Templates = [
  'When a parcel has had no scan for 5 working days, a search can be opened. Please wait until then.',
  'Parcels can sometimes take a little longer. If there is no scan for 5 working days, please write to us again.',
];

const holders = [
  'a neighbour at number 14',
  'the shop on the ground floor',
  'the reception desk',
  'a neighbour on the second floor',
  'the caretaker',
];

function record(c: Conversation, s: Scene): string {
  const who = c.rng.pick(holders);
  s.slots['who'] = who;
  const proof = { tracking: s.parcel.tracking, delivered: s.deliveredOn, left_with: who, photo: false };
  callSteadily(c, 'get_delivery_proof', { tracking: s.parcel.tracking }, proof);
  return who;
}

function claimedUnasked(c: Conversation, s: Scene): void {
  raise(c, missingOpen, whoSigned, s.slots);
  const who = record(c, s);
  playFailure(c, {
    mode: 'exceeded-scope',
    note: 'The agent filed a claim and closed the delivery although the user only wanted to find the parcel.',
    slots: {
      asked: 'find out where it was left',
      extra: 'a claim against the sender',
      want: 'withdraw the claim',
    },
    wrong: () => {
      c.call(
        'file_claim',
        { tracking: s.parcel.tracking, type: 'lost', amount: s.parcel.value },
        { claim: s.caseNo, status: 'filed' },
        { blame: true },
      );
      c.reply(claimClosed, s.slots);
    },
    repair: () => {
      c.call('withdraw_claim', { claim: s.caseNo }, { claim: s.caseNo, status: 'withdrawn' });
      c.reply(claimUndone, { ...s.slots, who });
    },
  });
}

function lostInstead(c: Conversation, s: Scene): void {
  raise(c, missingOpen, whoSigned, s.slots);
  playFailure(c, {
    mode: 'answered-another-question',
    note: 'The agent spoke of late parcels; this one is marked as delivered.',
    slots: {
      ...s.slots,
      asked: 'who took it when it was delivered',
      side: 'late parcels',
      want: 'check the delivery record',
    },
    restate: whoSigned,
    wrong: () => {
      c.lookup('parcel not arrived', [ruleOf('damage-claim').sideTopic.article], {
        blame: true,
      });
      c.reply(lostParcelInfo, s.slots);
    },
    again: () => c.reply(lostParcelInfo, s.slots),
    repair: () => {
      record(c, s);
      c.reply(signedBy, s.slots);
    },
  });
}

function askedForNumber(c: Conversation, s: Scene): void {
  raise(c, missingOpen, whoSigned, s.slots);
  record(c, s);
  c.reply(signedBy, s.slots);
  c.ask(notThere, s.slots, 'answer', { trap: 'no-as-answer' });
  playFailure(c, {
    mode: 'lost-context',
    note: 'The agent asked again for the tracking number and the problem.',
    slots: { asked: 'the tracking number', right: s.parcel.tracking, want: 'open a search' },
    wrong: () => {
      c.recall('conversation_summary', { summary: 'Customer asks about a parcel.', turns_kept: 1 }, true);
      c.reply(startOver);
    },
    again: () => c.reply(startOver),
    repair: () => {
      c.call('open_case', { topic: 'parcel_search', tracking: s.parcel.tracking }, { case: s.caseNo });
      c.reply(searchOpened, s.slots);
    },
  });
}

const startOver: Templates = [
  "I'm sorry to hear that. Could you tell me the tracking number of your parcel and what happened?",
  'Which parcel is this about? Please send me the tracking number.',
  'I can help with that. What is your tracking number, and when was the parcel due?',
];

export const missingParcel = scenario<Scene>({
  key: 'missing-parcel',
  feature: 'delivery',
  scene: (c, world) => scene(c, world.parcel, world.today),
  fine(c, s) {
    raise(c, missingOpen, whoSigned, s.slots);
    c.call(
      'track_parcel',
      { tracking: s.parcel.tracking },
      { ...parcelRecord(s.parcel), status: 'delivered' },
    );
    record(c, s);
    c.reply(signedBy, s.slots);
    if (c.rng.chance(0.5)) {
      c.ask(foundIt, s.slots, 'positive');
      c.reply(c.book.welcome);
      return;
    }
    c.ask(notThere, s.slots, 'answer', { trap: 'no-as-answer' });
    c.call('open_case', { topic: 'parcel_search', tracking: s.parcel.tracking }, { case: s.caseNo });
    c.reply(searchOpened, s.slots);
  },
  failing: {
    'exceeded-scope': claimedUnasked,
    'answered-another-question': lostInstead,
    'lost-context': askedForNumber,
  },
});

const damagedOpen: Templates = [
  '{Tracking} arrived broken. It was {contents}, worth {value}. How do I get my money back?',
  'The box of {tracking} was crushed and the contents are damaged ({contents}, {value}). I have photos.',
  't~{tracking} arrived damaged, {value}. refund?',
  'p~Hello, unfortunately {contents} from parcel {tracking} arrived damaged. The value was {value}. Could you help me with a claim, please?',
  'a~Your driver threw {tracking} over the fence. {Contents}, {value}, all broken. I want my money.',
  'I opened {tracking} today and it is damaged. It cost {value}. What do you need from me?',
];
const sendPhotos: Templates = [
  'I am sorry. Please upload two photos here: tavolane.example/claims/{caseNo}. Once they are there I can file the claim over {value}.',
  'Sorry about that. For the claim I need two photos, please upload them at tavolane.example/claims/{caseNo}.',
];
const uploaded: Templates = [
  'Done, two photos uploaded.',
  'Photos are up.',
  't~uploaded',
  't~done',
  'p~I have just uploaded both photos, thank you.',
  'OK, I have sent three photos to be safe.',
  'a~Uploaded. Now?',
];
const claimFiled: Templates = [
  'Thank you, the photos are here. The claim over {value} is filed as {caseNo}; you will have an answer within 5 working days.',
  'Your claim {caseNo} over {value} is complete. The money is usually paid within 5 working days.',
];
const tryThisLink: Templates = [
  'I have renewed the link and the upload works now. Please try again.',
  'The problem has been solved. Please use the same link once more.',
  'I have reset the upload for {caseNo}. It should work now.',
];
const uploadErrors = [
  '"Upload failed (413)"',
  '"Case not found"',
  '"Error 500"',
  '"File type not supported", and it is a normal JPG',
];

function uploadError(c: Conversation, s: Scene): void {
  const error = c.rng.pick(uploadErrors);
  raise(c, damagedOpen, damagedOpen, s.slots);
  c.call(
    'open_claim',
    { tracking: s.parcel.tracking, type: 'damaged' },
    { claim: s.caseNo, status: 'waiting_for_photos' },
  );
  c.reply(sendPhotos, s.slots);
  c.ask(
    [
      'The upload page says {error}.',
      "I can't upload the photos: {error}.",
      't~{error}',
      'p~When I upload the photos I see {error}. What should I do?',
      'a~Your upload does not work. {error}.',
    ],
    { error },
    'follow-up',
  );
  const wrong = (): void => {
    c.call('reset_upload', { claim: s.caseNo }, { claim: s.caseNo, status: 'unchanged' }, { silent: true });
    c.reply(tryThisLink, s.slots);
  };
  playFailure(c, {
    mode: 'same-error-again',
    note: 'The agent said that the upload was repaired; the reset had changed nothing.',
    slots: { error, want: 'give me another way to send the photos' },
    wrong,
    again: wrong,
    repair: () =>
      c.reply(
        [
          'Please send the photos to claims@tavolane.example with {caseNo} in the subject. I will attach them by hand.',
          'Then let us do it without the upload: just send them by e-mail to claims@tavolane.example, subject {caseNo}.',
        ],
        s.slots,
      ),
  });
}

function wrongValue(c: Conversation, s: Scene): void {
  const wrong = sayMoney(Math.round(s.parcel.value * c.rng.pick([0.1, 0.5, 0.8]) * 100) / 100);
  raise(c, damagedOpen, damagedOpen, s.slots);
  c.call(
    'open_claim',
    { tracking: s.parcel.tracking, type: 'damaged' },
    { claim: s.caseNo, status: 'waiting_for_photos' },
  );
  c.reply(sendPhotos, s.slots);
  c.ask(uploaded, s.slots, 'answer');
  const file = (amount: string, blame: boolean): void => {
    c.call(
      'file_claim',
      { claim: s.caseNo, amount },
      { claim: s.caseNo, status: 'filed', amount },
      { blame },
    );
    c.reply(claimFiled, { ...s.slots, value: amount });
  };
  playFailure(c, {
    mode: 'wrong-date-or-amount',
    note: 'The claim was filed over another amount than the user had named.',
    slots: { right: `${s.slots['value']}`, wrong, want: 'correct the claim' },
    wrong: () => file(wrong, true),
    repair: () => file(`${s.slots['value']}`, false),
    canPass: true,
  });
}

function oldDeadline(c: Conversation, s: Scene): void {
  const rule = ruleOf('damage-claim');
  const slots = { ...s.slots, days: c.rng.int(8, 13) };
  raise(c, lateDamage, lateDamage, slots);
  playFailure(c, {
    mode: 'stale-information',
    note: 'The claim was refused under an outdated deadline.',
    slots: { right: rule.right, wrong: rule.wrong, want: 'check the current deadline' },
    wrong: () => {
      c.lookup(rule.query, [rule.outdated], { blame: true });
      c.reply(
        [
          'I am sorry, damage has to be reported within 7 days of delivery. A claim for {tracking} is no longer possible.',
          'Unfortunately the deadline of 7 days has passed, so I cannot open a claim for {tracking}.',
        ],
        slots,
      );
    },
    repair: () => {
      c.lookup(`${rule.query} current`, [rule.current]);
      c.call(
        'open_claim',
        { tracking: s.parcel.tracking, type: 'damaged' },
        { claim: s.caseNo, status: 'waiting_for_photos' },
      );
      c.reply(
        [
          'You have 14 days, so there is time. I have opened claim {caseNo}; please add two photos at tavolane.example/claims/{caseNo}.',
          'The deadline is 14 days. Your claim {caseNo} is open, only the photos are missing: tavolane.example/claims/{caseNo}.',
        ],
        slots,
      );
    },
    canPass: true,
  });
}

const lateDamage: Templates = [
  'Parcel {tracking} came {days} days ago and I only see now that {contents} inside are damaged. Can I still claim?',
  't~{tracking} damaged, arrived {days} days ago. claim?',
  'p~I was away, so I opened {tracking} only today, {days} days after delivery. It is damaged. Is a claim still possible?',
];

export const damagedParcel = scenario<Scene>({
  key: 'damaged-parcel',
  feature: 'refunds',
  scene: (c, world) => scene(c, world.parcel, world.today),
  fine(c, s) {
    raise(c, damagedOpen, damagedOpen, s.slots);
    callSteadily(
      c,
      'open_claim',
      { tracking: s.parcel.tracking, type: 'damaged' },
      { claim: s.caseNo, status: 'waiting_for_photos' },
    );
    c.reply(sendPhotos, s.slots);
    c.ask(uploaded, s.slots, 'answer');
    c.call(
      'file_claim',
      { claim: s.caseNo, amount: s.parcel.value },
      { claim: s.caseNo, status: 'filed', amount: s.parcel.value },
    );
    c.reply(claimFiled, s.slots);
    interlude(c, `claim ${s.caseNo} is filed`, {
      tool: 'get_claim',
      args: { claim: s.caseNo },
      result: { claim: s.caseNo, status: 'filed', amount: s.parcel.value },
    });
  },
  failing: {
    'same-error-again': uploadError,
    'wrong-date-or-amount': wrongValue,
    'stale-information': oldDeadline,
  },
});
