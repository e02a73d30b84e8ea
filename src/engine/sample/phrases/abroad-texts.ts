import type { Templates } from '../grammar';

/** What is said about the four matters that also happen in German, French and Spanish. */
export interface AbroadTexts {
  conditions: readonly {
    asked: string;
    did: string;
    want: string;
    filter: Record<string, unknown>;
    bad: string;
  }[];
  changeOpen: Templates;
  changeAgain: Templates;
  offer: Templates;
  accept: Templates;
  changed: Templates;
  trackOpen: Templates;
  trackAgain: Templates;
  onItsWay: Templates;
  noScans: Templates;
  inventedDay: Templates;
  howToTrack: Templates;
  trackAsked: string;
  trackSide: string;
  noScanFact: string;
  refundOpen: Templates;
  refundAgain: Templates;
  refundSent: Templates;
  refundHowTo: Templates;
  refundAsked: string;
  refundSide: string;
  invoiceOpen: Templates;
  reissued: Templates;
  invoiceFixed: Templates;
  invoiceError: string;
  invoiceWant: string;
}

/** The agent's answers when it falls into English. */
export const englishAnswers = {
  offer: [
    'On {newDate} there is {flight} at {departs}, direct. Shall I rebook you?',
    'I found {flight} on {newDate}, departing at {departs}. Would you like to take it?',
  ],
  changed: ['Done, you are now on {flight} on {newDate}, departing at {departs}.'],
  onItsWay: [
    'Your parcel was last scanned on {lastScan} and is due on {due}.',
    '{Tracking} is on its way and should arrive on {due}.',
  ],
  refundSent: [
    'The refund of {amount} was sent to your card on {sentOn}. Please allow up to 5 business days.',
    'We sent {amount} to your card on {sentOn}.',
  ],
  reissued: ['Invoice {invoiceNo} has been reissued to {company}. Please check your inbox.'],
} as const satisfies Record<string, Templates>;
