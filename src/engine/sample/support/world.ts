/** The facts a support session is about: a trip, a parcel or a Plus membership of an invented company called Tavolane. */
import { addDays, addMinutes } from '../calendar';
import type { Rng } from '../rng';
import { present } from '../present';

const places = [
  ['Hamburg', 'HAM'],
  ['Lisbon', 'LIS'],
  ['Lyon', 'LYS'],
  ['Vienna', 'VIE'],
  ['Porto', 'OPO'],
  ['Copenhagen', 'CPH'],
  ['Milan', 'MXP'],
  ['Dublin', 'DUB'],
  ['Seville', 'SVQ'],
  ['Gothenburg', 'GOT'],
  ['Bologna', 'BLQ'],
  ['Edinburgh', 'EDI'],
  ['Prague', 'PRG'],
  ['Athens', 'ATH'],
  ['Nice', 'NCE'],
  ['Valencia', 'VLC'],
  ['Krakow', 'KRK'],
  ['Bristol', 'BRS'],
  ['Turin', 'TRN'],
  ['Riga', 'RIX'],
] as const;
const viaPlaces = ['Zurich', 'Brussels', 'Munich', 'Madrid', 'Frankfurt'] as const;

export interface Trip {
  ref: string;
  from: string;
  to: string;
  fromCode: string;
  toCode: string;
  flight: string;
  day: string;
  returnDay: string;
  departs: string;
  fare: 'Light' | 'Standard' | 'Flex';
  passengers: number;
  price: number;
}

export interface Option {
  flight: string;
  departs: string;
  arrives: string;
  stops: number;
  via: string | null;
  fare_difference: number;
  seats_left: number;
  note?: string;
}

export function makeTrip(today: string, rng: Rng): Trip {
  const [from, to] = twoOf(places, rng);
  const day = addDays(today, rng.int(6, 38));
  return {
    ref: rng.code(6, 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'),
    from: from[0],
    to: to[0],
    fromCode: from[1],
    toCode: to[1],
    flight: flightNo(rng),
    day,
    returnDay: addDays(day, rng.int(3, 11)),
    departs: clock(rng, 9, 18),
    fare: rng.weighted([
      ['Standard', 5],
      ['Light', 3],
      ['Flex', 2],
    ]),
    passengers: rng.weighted([
      [1, 6],
      [2, 4],
      [3, 1],
      [4, 1],
    ]),
    price: rng.int(68, 410) + rng.pick([0, 0.4, 0.5, 0.9]),
  };
}

function twoOf<T>(items: readonly T[], rng: Rng): [T, T] {
  const shuffled = rng.shuffled(items);
  return [present(shuffled[0]), present(shuffled[1])];
}

export function flightNo(rng: Rng): string {
  return `TV ${rng.int(210, 989)}`;
}

export function clock(rng: Rng, fromHour: number, toHour: number): string {
  return `${String(rng.int(fromHour, toHour)).padStart(2, '0')}:${rng.pick(['05', '10', '20', '25', '35', '40', '50', '55'])}`;
}

export function makeOption(rng: Rng, departs: string, stops = 0): Option {
  return {
    flight: flightNo(rng),
    departs,
    arrives: addMinutes(departs, rng.int(105, 190) + stops * rng.int(120, 170)),
    stops,
    via: stops === 0 ? null : rng.pick(viaPlaces),
    fare_difference: rng.pick([0, 12, 18, 24.5, 29, 35, 41.5]),
    seats_left: rng.int(3, 22),
  };
}

/** What the booking tool returns. */
export function bookingRecord(trip: Trip): object {
  return {
    reference: trip.ref,
    status: 'confirmed',
    route: `${trip.fromCode}-${trip.toCode}`,
    flight: trip.flight,
    date: trip.day,
    departs: trip.departs,
    return_date: trip.returnDay,
    fare: trip.fare,
    passengers: trip.passengers,
    paid: { amount: trip.price, currency: 'EUR' },
  };
}

export interface Parcel {
  tracking: string;
  contents: string;
  value: number;
  status: string;
  lastScan: string;
  lastPlace: string;
  due: string;
  address: string;
  otherTracking: string;
  otherContents: string;
  pickupPoint: string;
}

const contents = [
  'a pair of walking boots',
  'a coffee grinder',
  'two picture frames',
  'a child seat',
  'printer cartridges',
  'a winter coat',
  'a box of books',
  'a desk lamp',
  'ceramic bowls',
  'a bicycle saddle',
  'a set of knives',
  'a camera lens',
  'school uniforms',
  'spare parts for a dishwasher',
  'a guitar pedal',
  'a tent',
];
const hubs = [
  'the Hamburg hub',
  'the Lyon depot',
  'the Vienna North hub',
  'the Bologna depot',
  'the Prague hub',
  'the Bristol depot',
];
const pickupPoints = [
  'the kiosk at Mill Street',
  'the station locker',
  'the shop at Harbour Square',
  'the petrol station on Ring Road',
  'the library locker',
];
const addresses = ['the home address', 'the office', "the neighbour's flat", 'the holiday flat'];

export function makeParcel(today: string, rng: Rng): Parcel {
  const [first, second] = twoOf(contents, rng);
  return {
    tracking: trackingNo(rng),
    contents: first,
    value: rng.int(24, 240) + rng.pick([0, 0.5, 0.95, 0.99]),
    status: 'in_transit',
    lastScan: addDays(today, -rng.int(1, 4)),
    lastPlace: rng.pick(hubs),
    due: addDays(today, rng.int(1, 5)),
    address: rng.pick(addresses),
    otherTracking: trackingNo(rng),
    otherContents: second,
    pickupPoint: rng.pick(pickupPoints),
  };
}

function trackingNo(rng: Rng): string {
  return `TP${rng.int(1000, 9999)}${rng.int(10000, 99999)}`;
}

export function parcelRecord(parcel: Parcel): object {
  return {
    tracking: parcel.tracking,
    status: parcel.status,
    last_scan: { date: parcel.lastScan, place: parcel.lastPlace },
    due: parcel.due,
    deliver_to: parcel.address,
  };
}

export interface Membership {
  plan: 'Plus' | 'Plus Family';
  price: number;
  renewal: string;
  cardEnding: string;
  invoiceNo: string;
  invoiceDay: string;
  company: string;
  vatId: string;
}

const companies = [
  ['Muster Werkzeuge GmbH', 'DE'],
  ['Exemple Atelier SARL', 'FR'],
  ['Sample Water Works Ltd', 'GB'],
  ['Esempio Impianti SRL', 'IT'],
  ['Ejemplo Textil SL', 'ES'],
  ['Prøve Studio ApS', 'DK'],
] as const;

export function makeMembership(today: string, rng: Rng): Membership {
  const invoiceDay = addDays(today, -rng.int(4, 26));
  const [company, country] = rng.pick(companies);
  const plan = rng.chance(0.7) ? 'Plus' : 'Plus Family';
  return {
    plan,
    price: plan === 'Plus' ? 9.9 : 14.9,
    renewal: addDays(today, rng.int(5, 27)),
    cardEnding: rng.code(4, '0123456789'),
    invoiceNo: `TI-26-${rng.int(10000, 99999)}`,
    invoiceDay,
    company,
    vatId: `${country}${rng.code(9, '0123456789')}`,
  };
}

export function membershipRecord(membership: Membership): object {
  return {
    plan: membership.plan,
    price: { amount: membership.price, currency: 'EUR', per: 'month' },
    renews_on: membership.renewal,
    payment: { type: 'card', ending: membership.cardEnding },
    status: 'active',
  };
}
