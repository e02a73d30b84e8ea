import { present } from '../present';

/** The articles of the fictional company's help centre, some with an outdated edition that the index still holds. */
export interface HelpArticle {
  id: string;
  /** Day of the last change. */
  updated: string;
  content: string;
}

export function articleHit(
  article: HelpArticle,
  rank: number,
): { id: string; score: number; updated: string; content: string } {
  return {
    id: article.id,
    score: Number((0.86 - rank * 0.09).toFixed(2)),
    updated: article.updated,
    content: article.content,
  };
}

/** A rule that changed: what users ask, what held before and what holds now. Short forms fit into a sentence. */
export interface Rule {
  key: string;
  feature: 'rebooking' | 'refunds' | 'delivery' | 'billing';
  query: string;
  /** Templates of the question. */
  questions: readonly string[];
  current: HelpArticle;
  outdated: HelpArticle;
  /** The agent's sentence under the current and the outdated edition. */
  now: string;
  before: string;
  /** For corrections: the two values, and what the user read. */
  right: string;
  wrong: string;
  /** A neighbouring topic the agent may answer instead. */
  sideTopic: { article: HelpArticle; said: string; about: string };
  /** What the question was about, as a noun clause. */
  asked: string;
}

const cancelPlus: HelpArticle = {
  id: 'kb-418',
  updated: '2026-03-11',
  content:
    'Ending Tavolane Plus: members can end the plan at any time under Account > Plus. Benefits stay until the end of the billing period.',
};
const seatMap: HelpArticle = {
  id: 'kb-127',
  updated: '2026-05-20',
  content:
    'Choosing seats: standard seats are free from 24 hours before departure, extra legroom costs €14 to €28 per flight.',
};

export const rules: readonly Rule[] = [
  {
    key: 'cabin-bag',
    feature: 'rebooking',
    query: 'cabin bag size weight limit',
    questions: [
      'What size can my cabin bag be on the {route} flight?',
      'Is a 45 x 36 x 20 bag ok as hand luggage?',
      'p~Good morning, could you tell me the current size limit for cabin bags, please?',
      't~hand luggage max size?',
      'My rucksack is 50 by 38 by 22 cm and weighs about 9 kilos. Can I take it into the cabin?',
    ],
    current: {
      id: 'kb-204',
      updated: '2026-09-01',
      content:
        'Cabin bags (valid from 1 September 2026): one bag of up to 55 x 40 x 23 cm and 8 kg, plus a small item under the seat.',
    },
    outdated: {
      id: 'kb-204-r3',
      updated: '2025-02-14',
      content:
        'Cabin bags: one bag of up to 50 x 35 x 20 cm and 10 kg. A second item is not included in the Light fare.',
    },
    now: 'One cabin bag of up to 55 x 40 x 23 cm and 8 kg is included, plus a small item under the seat in front.',
    before:
      'Your cabin bag may measure up to 50 x 35 x 20 cm and weigh up to 10 kg. A second item is not included in the Light fare.',
    right: '55 x 40 x 23 and 8 kg',
    wrong: '50 x 35 x 20',
    sideTopic: {
      article: {
        id: 'kb-207',
        updated: '2026-06-30',
        content:
          'Checked bags: up to 23 kg and 158 cm in total. Extra kilos cost €9 each, bookable until 3 hours before departure.',
      },
      said: 'Checked bags may weigh up to 23 kg and measure 158 cm in total. Extra kilos cost €9 each and can be booked until 3 hours before departure.',
      about: 'checked luggage',
    },
    asked: 'what I can take into the cabin',
  },
  {
    key: 'pets',
    feature: 'rebooking',
    query: 'pet in cabin dog cat carrier weight fee',
    questions: [
      'Can I bring my cat in the cabin to {to}, and what does it cost?',
      't~small dog in cabin, price?',
      'We are flying {route} and want to take our dog (7 kg with the carrier). Is that allowed in the cabin?',
      'p~Hello, I would like to take a small dog with me to {to}. Could you tell me the rules, please?',
    ],
    current: {
      id: 'kb-231',
      updated: '2026-08-15',
      content:
        'Pets in the cabin: one cat or small dog, up to 8 kg including the carrier, €50 per flight, at most four animals on board.',
    },
    outdated: {
      id: 'kb-231-r1',
      updated: '2024-11-05',
      content: 'Pets in the cabin: one cat or small dog, up to 6 kg including the carrier, €40 per flight.',
    },
    now: 'Yes: one cat or small dog of up to 8 kg including the carrier, for €50 per flight. There are four places per flight, so book it early.',
    before:
      'One cat or small dog of up to 6 kg including the carrier may travel in the cabin, for €40 per flight.',
    right: '8 kg and €50',
    wrong: '6 kg and €40',
    sideTopic: {
      article: {
        id: 'kb-236',
        updated: '2026-04-02',
        content:
          'Animals in the hold: larger dogs travel in an IATA kennel, booked by phone at least 72 hours ahead.',
      },
      said: 'Larger dogs travel in the hold in an approved kennel. Please book by phone at least 72 hours before departure.',
      about: 'big dogs in the hold',
    },
    asked: 'taking a small animal into the cabin',
  },
  {
    key: 'cancel-fee',
    feature: 'refunds',
    query: 'cancellation fee Standard fare',
    questions: [
      'What does it cost to cancel a Standard ticket about two weeks before the flight?',
      'If I cancel {ref} this week, how much of the fare do I get back?',
      't~cancel fee standard fare?',
      'p~Hello, before I decide anything: what would the cancellation fee be for a Standard fare?',
    ],
    current: {
      id: 'kb-310',
      updated: '2026-10-01',
      content:
        'Cancelling a Standard fare (from 1 October 2026): €25 per person up to 24 hours before departure, the rest goes back to the card.',
    },
    outdated: {
      id: 'kb-310-r5',
      updated: '2025-09-18',
      content:
        'Cancelling a Standard fare: €45 per person up to 48 hours before departure, the rest is paid as a travel credit.',
    },
    now: 'For a Standard fare it is €25 per person up to 24 hours before departure. The rest goes back to the card you paid with.',
    before:
      'For a Standard fare it is €45 per person up to 48 hours before departure. The rest is paid out as a travel credit.',
    right: '€25 and 24 hours',
    wrong: '€45 and 48 hours',
    sideTopic: {
      article: {
        id: 'kb-304',
        updated: '2026-07-12',
        content:
          'Changing a Standard fare: €35 per person plus any difference in fare, up to 2 hours before departure.',
      },
      said: 'Changing a Standard fare costs €35 per person plus any difference in fare, up to 2 hours before departure.',
      about: 'changing the flight',
    },
    asked: 'the cost of cancelling',
  },
  {
    key: 'refund-time',
    feature: 'refunds',
    query: 'refund processing time card',
    questions: [
      'How long does a refund to my card take?',
      'I cancelled on Monday. When should the money be back on my card?',
      't~refund how many days',
      'p~Could you let me know how long refunds usually take, please?',
    ],
    current: {
      id: 'kb-322',
      updated: '2026-08-24',
      content: 'Refund times: card refunds reach the bank within 5 business days, bank transfers within 3.',
    },
    outdated: {
      id: 'kb-322-r2',
      updated: '2025-01-30',
      content: 'Refund times: card refunds are paid within 20 business days, bank transfers within 10.',
    },
    now: 'Card refunds reach your bank within 5 business days.',
    before: 'Card refunds are paid within 20 business days.',
    right: '5 business days',
    wrong: '20 business days',
    sideTopic: {
      article: {
        id: 'kb-325',
        updated: '2026-02-08',
        content: 'Requesting a refund: open the booking, choose Cancel, then Refund to original payment.',
      },
      said: 'To request a refund, open the booking, choose Cancel and then Refund to original payment.',
      about: 'how to request a refund',
    },
    asked: 'how long the money takes',
  },
  {
    key: 'damage-claim',
    feature: 'delivery',
    query: 'damaged parcel claim deadline photos',
    questions: [
      'A parcel arrived damaged nine days ago. Can I still file a claim?',
      'How long do I have to report damage to a parcel?',
      't~deadline for damage claim?',
      'p~Hello, I only opened my parcel today and something inside is broken. Is it too late to report it?',
    ],
    current: {
      id: 'kb-512',
      updated: '2026-07-01',
      content:
        'Damage claims (from 1 July 2026): report within 14 days of delivery, with two photos. Insured up to €500.',
    },
    outdated: {
      id: 'kb-512-r4',
      updated: '2024-12-10',
      content: 'Damage claims: report within 7 days of delivery, with two photos. Insured up to €250.',
    },
    now: 'You can report damage within 14 days of delivery; two photos are enough, and parcels are insured up to €500.',
    before:
      'Damage has to be reported within 7 days of delivery, and parcels are insured up to €250. After that no claim is possible.',
    right: '14 days',
    wrong: '7 days',
    sideTopic: {
      article: {
        id: 'kb-518',
        updated: '2026-05-05',
        content: 'Lost parcels: a search can be opened when there has been no scan for 5 working days.',
      },
      said: 'When a parcel has had no scan for 5 working days, we can open a search for it.',
      about: 'lost parcels',
    },
    asked: 'the deadline for reporting damage',
  },
  {
    key: 'pickup-time',
    feature: 'delivery',
    query: 'pickup point storage days',
    questions: [
      'How long will you keep my parcel at the pickup point?',
      "I'm away until next {weekday}. Will my parcel still be at the pickup point then?",
      't~how many days at pickup point',
      'p~Could you tell me how many days a parcel waits at a pickup point, please?',
    ],
    current: {
      id: 'kb-540',
      updated: '2026-09-15',
      content:
        'Pickup points keep parcels for 10 days (since 15 September 2026). It can be extended once by 5 days.',
    },
    outdated: {
      id: 'kb-540-r2',
      updated: '2025-04-22',
      content: 'Pickup points keep parcels for 5 days. It cannot be extended.',
    },
    now: 'Pickup points keep parcels for 10 days, and you can extend that once by 5 days.',
    before:
      'Pickup points keep parcels for 5 days, and that cannot be extended. After that it goes back to the sender.',
    right: '10 days',
    wrong: '5 days',
    sideTopic: {
      article: {
        id: 'kb-544',
        updated: '2026-01-19',
        content:
          'Pickup points: bring the code from the e-mail and a photo ID. Others can collect with a signed note.',
      },
      said: 'Please bring the code from your e-mail and a photo ID. Someone else can collect it with a signed note.',
      about: 'what to bring',
    },
    asked: 'how long it is kept',
  },
  {
    key: 'plus-pause',
    feature: 'billing',
    query: 'pause Tavolane Plus membership',
    questions: [
      "Can I pause Tavolane Plus for two months? I won't be travelling.",
      't~can i pause plus?',
      'p~I would like to pause my Plus plan over the winter, is that possible?',
      'Is there a way to put my Plus plan on hold without losing my price?',
    ],
    current: {
      id: 'kb-431',
      updated: '2026-09-10',
      content:
        'Pausing Plus (new since September 2026): once a year, for one to three months. The price is kept.',
    },
    outdated: {
      id: 'kb-431-r1',
      updated: '2025-03-03',
      content:
        'Tavolane Plus cannot be paused. Members can end the plan and join again at the current price.',
    },
    now: 'Yes, you can pause Plus once a year for one to three months, and you keep your price.',
    before:
      'I’m afraid Plus cannot be paused. You can end the plan and join again later at the price of the day.',
    right: 'a pause of up to three months',
    wrong: 'no pause at all',
    sideTopic: {
      article: cancelPlus,
      said: 'You can end Plus at any time under Account > Plus. Your benefits stay until the end of the billing period.',
      about: 'ending the plan',
    },
    asked: 'a pause',
  },
];

export const otherArticles: readonly HelpArticle[] = [cancelPlus, seatMap];

export function ruleOf(key: string): Rule {
  return present(rules.find((rule) => rule.key === key));
}
