/** Invoices and cards: matters of the feature `billing`. */
import { playFailure } from '../failure-flow';
import type { Templates } from '../grammar';
import { type BillingScene as Scene, billingScene as scene, getMembership } from './billing-scene';
import type { Conversation } from './conversation';
import { callInVain, callSteadily, interlude } from './flow';
import { raise, scenario } from './scenario';
import { type Membership, membershipRecord } from './world';

const invoiceOpen: Templates = [
  'I need the {month} invoice made out to {company}, VAT number {vatId}.',
  'Please reissue invoice {invoiceNo} with our company name {company} and VAT ID {vatId}.',
  't~invoice {invoiceNo} to {company}, VAT {vatId}',
  'p~Hello, our accounts department needs invoice {invoiceNo} in the name of {company} (VAT ID {vatId}). Could you send a corrected one, please?',
  'a~This is my second request: invoice {invoiceNo} has to be in the name of {company}, VAT ID {vatId}.',
  'Our accountant rejected invoice {invoiceNo} because the company is missing: {company}, {vatId}. Can you correct it?',
];
const reissued: Templates = [
  'Invoice {invoiceNo} has been reissued to {company} with VAT ID {vatId} and sent to your e-mail address.',
  'Done: the corrected invoice {invoiceNo} ({company}, {vatId}) is in your mailbox.',
];
const reissuedAgain: Templates = [
  'I have generated the invoice again, it is correct now. Please download it once more.',
  'The invoice has been corrected. Please refresh the page and open it again.',
];
const byHand: Templates = [
  'The template does not take the company name at the moment. A colleague in accounting will write the invoice by hand; you will have it tomorrow.',
  'I found the cause: your profile is set to "private". I have switched it to "business" and the new PDF now shows {company} and {vatId}.',
];

function reissue(
  c: Conversation,
  s: Scene,
  invoice: string,
  vat: string,
  options: { blame?: boolean; silent?: boolean } = {},
): void {
  const result =
    options.silent === true
      ? { invoice, status: 'ok', fields_changed: [] }
      : { invoice, status: 'reissued', fields_changed: ['name', 'vat_id'] };
  c.call('reissue_invoice', { invoice, name: s.membership.company, vat_id: vat }, result, options);
}

function sameInvoice(c: Conversation, s: Scene): void {
  raise(c, invoiceOpen, invoiceOpen, s.slots);
  const error = c.rng.pick([
    'the invoice with my private name on it',
    'a PDF without the VAT ID',
    'the old address on the invoice',
  ]);
  playFailure(c, {
    mode: 'same-error-again',
    note: 'The tool changed no field and the agent said that the invoice was corrected.',
    slots: { error, want: 'look at the PDF before you send it' },
    wrong: () => {
      reissue(c, s, s.membership.invoiceNo, s.membership.vatId, { silent: true });
      c.reply(reissued, s.slots);
    },
    again: () => {
      reissue(c, s, s.membership.invoiceNo, s.membership.vatId, { silent: true });
      c.reply(reissuedAgain);
    },
    repair: () => {
      c.call('update_profile', { type: 'business' }, { status: 'updated' });
      reissue(c, s, s.membership.invoiceNo, s.membership.vatId);
      c.reply(byHand, s.slots);
    },
  });
}

function wrongInvoice(c: Conversation, s: Scene): void {
  const other = `TI-26-${c.rng.int(10000, 99999)}`;
  raise(c, invoiceOpen, invoiceOpen, s.slots);
  playFailure(c, {
    mode: 'wrong-target',
    note: 'Another invoice was reissued than the one asked for.',
    slots: { right: s.membership.invoiceNo, wrong: other, want: `reissue ${s.membership.invoiceNo}` },
    wrong: () => {
      reissue(c, s, other, s.membership.vatId, { blame: true });
      c.reply(reissued, { ...s.slots, invoiceNo: other });
    },
    repair: () => {
      reissue(c, s, s.membership.invoiceNo, s.membership.vatId);
      c.reply(reissued, s.slots);
    },
    own: [
      'The number is wrong, I need {right}. What you sent is {wrong}.',
      't~need {right}, got {wrong}',
      'p~You sent {wrong}. The one for accounting is {right}, please.',
    ],
  });
}

function wrongVat(c: Conversation, s: Scene): void {
  const digits = s.membership.vatId;
  const wrong = `${digits.slice(0, -2)}${digits.at(-1)}${digits.at(-2) === digits.at(-1) ? '0' : digits.at(-2)}`;
  raise(c, invoiceOpen, invoiceOpen, s.slots);
  playFailure(c, {
    mode: 'wrong-date-or-amount',
    note: 'The VAT number was copied with two digits swapped.',
    slots: { right: digits, wrong, want: 'correct the VAT number' },
    wrong: () => {
      reissue(c, s, s.membership.invoiceNo, wrong, { blame: true });
      c.reply(reissued, { ...s.slots, vatId: wrong });
    },
    repair: () => {
      reissue(c, s, s.membership.invoiceNo, digits);
      c.reply(reissued, s.slots);
    },
    canPass: true,
  });
}

export const businessInvoice = scenario<Scene>({
  key: 'business-invoice',
  feature: 'billing',
  scene: (_, world) => scene(world.membership),
  fine(c, s) {
    raise(c, invoiceOpen, invoiceOpen, s.slots);
    callSteadily(
      c,
      'reissue_invoice',
      { invoice: s.membership.invoiceNo, name: s.membership.company, vat_id: s.membership.vatId },
      { invoice: s.membership.invoiceNo, status: 'reissued', fields_changed: ['name', 'vat_id'] },
    );
    c.reply(reissued, s.slots);
    interlude(c, `the PDF shows ${s.membership.company}`, {
      tool: 'get_invoice',
      args: { invoice: s.membership.invoiceNo },
      result: { invoice: s.membership.invoiceNo, name: s.membership.company, vat_id: s.membership.vatId },
    });
  },
  failing: {
    'same-error-again': sameInvoice,
    'wrong-target': wrongInvoice,
    'wrong-date-or-amount': wrongVat,
  },
});

const payOpen: Templates = [
  'My payment for {plan} was declined, but the card ending in {card} is fine. Can you try again?',
  'I cannot update my card in the app, it says {error}.',
  't~card update fails: {error}',
  'p~Hello, when I try to save my new card ending in {card}, I get {error}. Could you help, please?',
  'a~I have been trying to pay you for two days. {Error}, every time. Card ending in {card}.',
  'The app shows {error} when I change the payment method for {plan}.',
];
const payAgain: Templates = [
  'How can I pay for {plan} if the app shows {error}?',
  'I want to save the card ending in {card} for {plan}. What do I have to do?',
  'The card ending in {card} should be used for {plan}. Can you do that?',
];
const cardSaved: Templates = [
  'The card ending in {card} is saved and {plan} is paid until {renewal}.',
  'It worked: {price} was taken from the card ending in {card}. {Plan} runs until {renewal}.',
];
const cardReset: Templates = [
  'I have refreshed the payment session. It works now, please try again.',
  'The block on your card has been removed. Please enter it once more.',
  'I have reset the payment page for your account. You can save the card now.',
];
const payLink: Templates = [
  'I have sent you a payment link by e-mail; it does not need the app. Once it is paid, {plan} continues until {renewal}.',
  'Let us go another way: I have noted a transfer instead of the card. You will find the bank details in your e-mail.',
];
const payErrors = ['"error 402"', '"session expired"', '"3-D Secure failed"', '"card not accepted (P17)"'];

function payScene(c: Conversation, membership: Membership): Scene {
  const base = scene(membership);
  return { ...base, slots: { ...base.slots, error: c.rng.pick(payErrors) } };
}

function sameDecline(c: Conversation, s: Scene): void {
  raise(c, payOpen, payAgain, s.slots);
  const wrong = (): void => {
    c.call(
      'refresh_payment_session',
      { card: s.membership.cardEnding },
      { status: 'ok', sessions_refreshed: 0 },
      { silent: true },
    );
    c.reply(cardReset, s.slots);
  };
  playFailure(c, {
    mode: 'same-error-again',
    note: 'The agent said that payment works; nothing had been refreshed.',
    slots: { error: `${s.slots['error']}`, want: 'offer me another way to pay' },
    wrong,
    again: wrong,
    repair: () => {
      c.call('send_payment_link', { plan: s.membership.plan }, { status: 'sent' });
      c.reply(payLink, s.slots);
    },
  });
}

function payBreakdown(c: Conversation, s: Scene): void {
  raise(c, payOpen, payAgain, s.slots);
  playFailure(c, {
    mode: 'tool-breakdown',
    note: 'The payment service kept failing and the agent kept calling it.',
    slots: s.slots,
    restate: payAgain,
    giveUpWeight: 25,
    wrong: () => {
      callInVain(
        c,
        'charge_card',
        { card: s.membership.cardEnding, amount: s.membership.price },
        c.rng.int(3, 5),
      );
      c.reply([
        'The payment did not go through yet. I will keep trying, one moment please.',
        'Our payment service is not answering. Please wait a moment while I try again.',
      ]);
    },
    repair: () => {
      c.call('send_payment_link', { plan: s.membership.plan }, { status: 'sent' });
      c.reply(payLink, s.slots);
    },
  });
}

export const cardTrouble = scenario<Scene>({
  key: 'card-trouble',
  feature: 'billing',
  scene: (c, world) => payScene(c, world.membership),
  fine(c, s) {
    raise(c, payOpen, payAgain, s.slots);
    getMembership(c, s);
    callSteadily(
      c,
      'charge_card',
      { card: s.membership.cardEnding, amount: s.membership.price },
      { status: 'paid', amount: s.membership.price },
    );
    c.reply(cardSaved, s.slots);
    interlude(c, `${s.slots['price']} was paid`, {
      tool: 'get_membership',
      args: {},
      result: membershipRecord(s.membership),
    });
  },
  failing: { 'same-error-again': sameDecline, 'tool-breakdown': payBreakdown },
});
