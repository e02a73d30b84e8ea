/** The matters that also happen in German, French and Spanish, from the same script. */
import { playFailure } from '../failure-flow';
import { type Language, addDays, sayDay, sayMoney } from '../calendar';
import { type AbroadTexts, englishAnswers } from '../phrases/abroad-texts';
import { frenchBook, frenchTexts } from '../phrases/french';
import { germanBook, germanTexts } from '../phrases/german';
import { type Phrasebook, english } from '../phrases/phrasebook';
import { spanishBook, spanishTexts } from '../phrases/spanish';
import type { Conversation } from './conversation';
import { callSteadily } from './flow';
import { type Scenario, type World, scenario } from './scenario';
import { bookingRecord, clock, flightNo, parcelRecord } from './world';

type Foreign = Exclude<Language, 'en'>;
const texts: Readonly<Record<Foreign, AbroadTexts>> = { de: germanTexts, fr: frenchTexts, es: spanishTexts };

export const books: Readonly<Record<Language, Phrasebook>> = {
  en: english,
  de: germanBook,
  fr: frenchBook,
  es: spanishBook,
};

interface Scene {
  t: AbroadTexts;
  world: World;
  newDay: string;
  wrongDay: string;
  flight: string;
  departs: string;
  condition: AbroadTexts['conditions'][number];
  slots: Record<string, string | number>;
}

function scene(c: Conversation, world: World): Scene {
  const language = c.language as Foreign;
  const t = texts[language];
  const newDay = addDays(world.trip.day, c.rng.int(1, 5));
  const condition = c.rng.pick(t.conditions);
  const departs = clock(c.rng, 11, 16);
  const flight = flightNo(c.rng);
  const day = (value: string): string => sayDay(value, language);
  const slots = {
    ref: world.trip.ref,
    newDate: day(newDay),
    flight,
    departs,
    option: `${flight}, ${departs}`,
    tracking: world.parcel.tracking,
    lastScan: day(world.parcel.lastScan),
    due: day(world.parcel.due),
    amount: sayMoney(Math.max(20, world.trip.price - 25), language),
    sentOn: day(addDays(world.today, -3)),
    invoiceNo: world.membership.invoiceNo,
    company: world.membership.company,
    vatId: world.membership.vatId,
    asked: condition.asked,
    did: condition.did,
    want: condition.want,
  };
  return { t, world, newDay, wrongDay: addDays(newDay, 1), flight, departs, condition, slots };
}

function beginChange(c: Conversation, s: Scene): void {
  c.ask(s.t.changeOpen, s.slots, 'request');
  callSteadily(c, 'get_booking', { reference: s.world.trip.ref }, bookingRecord(s.world.trip));
}

function search(c: Conversation, s: Scene, filter: object, blame = false): void {
  const { fromCode, toCode } = s.world.trip;
  const flights = [{ flight: s.flight, departs: s.departs, stops: blame ? 1 : 0 }];
  c.call('search_flights', { from: fromCode, to: toCode, date: s.newDay, ...filter }, { flights }, { blame });
}

function acceptAndBook(c: Conversation, s: Scene, day: string, blame: boolean): void {
  c.ask(s.t.accept, {}, 'answer');
  book(c, s, day, blame);
}

function book(c: Conversation, s: Scene, day: string, blame: boolean): void {
  const args = { reference: s.world.trip.ref, flight: s.flight, date: day };
  c.call('change_booking', args, { status: 'changed', ...args }, { blame });
  c.reply(s.t.changed, { ...s.slots, newDate: sayDay(day, c.language) });
}

const changeAbroad = scenario<Scene>({
  key: 'change-flight-abroad',
  feature: 'rebooking',
  scene,
  fine(c, s) {
    beginChange(c, s);
    search(c, s, s.condition.filter);
    c.reply(s.t.offer, s.slots);
    acceptAndBook(c, s, s.newDay, false);
  },
  failing: {
    'dropped-constraint'(c, s) {
      beginChange(c, s);
      const wrong = (): void => {
        search(c, s, {}, true);
        c.reply(s.t.offer, { ...s.slots, option: `${s.flight}, ${s.condition.bad}` });
      };
      playFailure(c, {
        mode: 'dropped-constraint',
        note: `The search left out the condition "${s.condition.asked}".`,
        slots: s.slots,
        restate: s.t.changeAgain,
        wrong,
        again: wrong,
        repair: () => {
          search(c, s, s.condition.filter);
          c.reply(s.t.offer, s.slots);
        },
      });
      if (!c.isOver) acceptAndBook(c, s, s.newDay, false);
    },
    'wrong-date-or-amount'(c, s) {
      beginChange(c, s);
      search(c, s, s.condition.filter);
      c.reply(s.t.offer, s.slots);
      playFailure(c, {
        mode: 'wrong-date-or-amount',
        note: 'The booking was moved to the day after.',
        slots: {
          right: `${s.slots['newDate']}`,
          wrong: sayDay(s.wrongDay, c.language),
          want: s.condition.want,
        },
        wrong: () => acceptAndBook(c, s, s.wrongDay, true),
        repair: () => book(c, s, s.newDay, false),
        canPass: true,
      });
    },
    'wrong-language'(c, s) {
      beginChange(c, s);
      inEnglish(c, s, () => search(c, s, s.condition.filter), englishAnswers.offer, s.t.offer);
      if (!c.isOver) acceptAndBook(c, s, s.newDay, false);
    },
  },
});

/** Plays an answer that falls into English and is asked for again in the user's language. */
function inEnglish(
  c: Conversation,
  s: Scene,
  act: () => void,
  wrong: readonly string[],
  right: readonly string[],
): void {
  const day = (value: string): string => sayDay(value, 'en');
  const slots = {
    ...s.slots,
    newDate: day(s.newDay),
    lastScan: day(s.world.parcel.lastScan),
    due: day(s.world.parcel.due),
    sentOn: day(addDays(s.world.today, -3)),
  };
  playFailure(c, {
    mode: 'wrong-language',
    note: `The user writes ${c.language} and the agent answered in English.`,
    slots: s.slots,
    wrong: () => {
      act();
      c.reply(wrong, slots);
    },
    repair: () => c.reply(right, s.slots),
    canPass: true,
  });
}

function track(c: Conversation, s: Scene, isThere: boolean, silent = false): string {
  const { parcel } = s.world;
  const result = isThere ? parcelRecord(parcel) : { tracking: parcel.tracking, events: [] };
  return c.call('track_parcel', { tracking: parcel.tracking }, result, { silent });
}

const trackAbroad = scenario<Scene>({
  key: 'track-parcel-abroad',
  feature: 'delivery',
  scene,
  fine(c, s) {
    c.ask(s.t.trackOpen, s.slots, 'request');
    const isThere = c.rng.chance(0.75);
    const spanId = track(c, s, isThere);
    if (!isThere) c.truth.decoy('honest-empty-result', c.turnNo, [spanId]);
    c.reply(isThere ? s.t.onItsWay : s.t.noScans, s.slots);
  },
  failing: {
    'invented-result'(c, s) {
      c.ask(s.t.trackOpen, s.slots, 'request');
      playFailure(c, {
        mode: 'invented-result',
        note: 'There were no tracking events and the agent named a delivery day.',
        slots: { ...s.slots, fact: s.t.noScanFact, claim: '' },
        wrong: () => {
          track(c, s, false, true);
          c.reply(s.t.inventedDay, s.slots);
        },
        repair: () => c.reply(s.t.noScans, s.slots),
        canPass: true,
      });
    },
    'answered-another-question'(c, s) {
      c.ask(s.t.trackOpen, s.slots, 'request');
      playFailure(c, {
        mode: 'answered-another-question',
        note: 'The agent explained how tracking works instead of looking at the parcel.',
        slots: { ...s.slots, asked: s.t.trackAsked, side: s.t.trackSide },
        restate: s.t.trackAgain,
        wrong: () => c.reply(s.t.howToTrack, s.slots),
        repair: () => {
          track(c, s, true);
          c.reply(s.t.onItsWay, s.slots);
        },
      });
    },
    'wrong-language'(c, s) {
      c.ask(s.t.trackOpen, s.slots, 'request');
      inEnglish(c, s, () => void track(c, s, true), englishAnswers.onItsWay, s.t.onItsWay);
    },
  },
});

function getRefund(c: Conversation, s: Scene): void {
  const refunds = [{ amount: s.slots['amount'], to: 'card', sent_on: addDays(s.world.today, -3) }];
  callSteadily(c, 'get_refund', { reference: s.world.trip.ref }, { refunds });
}

const refundAbroad = scenario<Scene>({
  key: 'refund-status-abroad',
  feature: 'refunds',
  scene,
  fine(c, s) {
    c.ask(s.t.refundOpen, s.slots, 'request');
    getRefund(c, s);
    c.reply(s.t.refundSent, s.slots);
  },
  failing: {
    'answered-another-question'(c, s) {
      c.ask(s.t.refundOpen, s.slots, 'request');
      playFailure(c, {
        mode: 'answered-another-question',
        note: 'The agent explained how to request a refund instead of saying where it is.',
        slots: { ...s.slots, asked: s.t.refundAsked, side: s.t.refundSide },
        restate: s.t.refundAgain,
        wrong: () => c.reply(s.t.refundHowTo, s.slots),
        repair: () => {
          getRefund(c, s);
          c.reply(s.t.refundSent, s.slots);
        },
      });
    },
    'wrong-language'(c, s) {
      c.ask(s.t.refundOpen, s.slots, 'request');
      inEnglish(c, s, () => getRefund(c, s), englishAnswers.refundSent, s.t.refundSent);
    },
  },
});

function reissue(c: Conversation, s: Scene, silent: boolean): void {
  const { invoiceNo, company, vatId } = s.world.membership;
  const result = { invoice: invoiceNo, status: 'ok', fields_changed: silent ? [] : ['name', 'vat_id'] };
  c.call('reissue_invoice', { invoice: invoiceNo, name: company, vat_id: vatId }, result, { silent });
}

const invoiceAbroad = scenario<Scene>({
  key: 'business-invoice-abroad',
  feature: 'billing',
  scene,
  fine(c, s) {
    c.ask(s.t.invoiceOpen, s.slots, 'request');
    reissue(c, s, false);
    c.reply(s.t.reissued, s.slots);
  },
  failing: {
    'same-error-again'(c, s) {
      c.ask(s.t.invoiceOpen, s.slots, 'request');
      playFailure(c, {
        mode: 'same-error-again',
        note: 'The tool changed no field and the agent said that the invoice was corrected.',
        slots: { ...s.slots, error: s.t.invoiceError, want: s.t.invoiceWant },
        wrong: () => {
          reissue(c, s, true);
          c.reply(s.t.reissued, s.slots);
        },
        repair: () => {
          reissue(c, s, false);
          c.reply(s.t.invoiceFixed, s.slots);
        },
      });
    },
    'wrong-language'(c, s) {
      c.ask(s.t.invoiceOpen, s.slots, 'request');
      inEnglish(c, s, () => reissue(c, s, false), englishAnswers.reissued, s.t.reissued);
    },
  },
});

export const scenariosAbroad: readonly Scenario[] = [changeAbroad, trackAbroad, refundAbroad, invoiceAbroad];
