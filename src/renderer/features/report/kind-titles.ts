/** The kinds of things that are masked, as they are called on screen. */
import type { MaskKind } from '../../../shared/model/redaction';

export const KIND_TITLES: Record<MaskKind, { title: string; detail: string }> = {
  custom: { title: 'Own words and patterns', detail: 'those below' },
  credentials: { title: 'Credentials in addresses', detail: 'user:password before a host' },
  key: { title: 'Keys, tokens, passwords', detail: 'known shapes, the word before them, and randomness' },
  email: { title: 'E-mail addresses', detail: '' },
  iban: { title: 'IBANs', detail: 'length by country, checksum mod 97' },
  card: { title: 'Payment cards', detail: 'issuer’s digits, Luhn checksum' },
  ip: { title: 'IP addresses', detail: 'v4 and v6; not those every machine has' },
  path: { title: 'User names in paths', detail: 'home folders of Linux, macOS, Windows' },
  account: {
    title: 'Account and document numbers',
    detail: 'by the word before them; US social security numbers',
  },
  phone: { title: 'Phone numbers', detail: 'international, and as written in six countries' },
  address: { title: 'Postal addresses', detail: 'street and number, five languages' },
  person: {
    title: 'Names of people',
    detail: 'introductions, greetings, fields, given names, users of the sources',
  },
};
