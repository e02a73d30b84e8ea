/** Days and clock times of the sample: all of it happens in three weeks of October 2026, all clocks are UTC. */
import type { Rng } from './rng';
import { present } from './present';

export type Language = 'en' | 'de' | 'fr' | 'es';

/** Monday 5 October 2026, 00:00 UTC, in epoch milliseconds. */
export const sampleStartMs = Date.UTC(2026, 9, 5);
export const dayMs = 86_400_000;
export const sampleDays = 21;

const hourWeights = [1, 1, 0.5, 0.5, 0.5, 1, 3, 7, 11, 13, 13, 11, 10, 12, 13, 12, 11, 10, 9, 8, 7, 5, 3, 2];
/** Monday first. */
const weekdayWeights = {
  office: [1, 1.05, 1.05, 1, 0.85, 0.12, 0.08],
  customers: [1.1, 1, 0.95, 0.95, 1, 0.8, 0.7],
};

/** Start times in ascending order, with the rhythm of a day and of a week. */
export function sessionStarts(count: number, rhythm: keyof typeof weekdayWeights, rng: Rng): number[] {
  const days = Array.from(
    { length: sampleDays },
    (_, day) => [day, present(weekdayWeights[rhythm][day % 7])] as const,
  );
  const hours = hourWeights.map((weight, hour) => [hour, weight] as const);
  const starts = Array.from({ length: count }, () => {
    const day = rng.weighted(days);
    return sampleStartMs + day * dayMs + rng.weighted(hours) * 3_600_000 + Math.floor(rng.next() * 3_600_000);
  });
  return starts.sort((a, b) => a - b);
}

/** 0-based day of the sample. */
export function sampleDay(atMs: number): number {
  return Math.floor((atMs - sampleStartMs) / dayMs);
}

export function isoDay(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}

export function addDays(day: string, count: number): string {
  return isoDay(Date.parse(day) + count * dayMs);
}

const months: Readonly<Record<Language, readonly string[]>> = {
  en: [
    'January',
    'February',
    'March',
    'April',
    'May',
    'June',
    'July',
    'August',
    'September',
    'October',
    'November',
    'December',
  ],
  de: [
    'Januar',
    'Februar',
    'März',
    'April',
    'Mai',
    'Juni',
    'Juli',
    'August',
    'September',
    'Oktober',
    'November',
    'Dezember',
  ],
  fr: [
    'janvier',
    'février',
    'mars',
    'avril',
    'mai',
    'juin',
    'juillet',
    'août',
    'septembre',
    'octobre',
    'novembre',
    'décembre',
  ],
  es: [
    'enero',
    'febrero',
    'marzo',
    'abril',
    'mayo',
    'junio',
    'julio',
    'agosto',
    'septiembre',
    'octubre',
    'noviembre',
    'diciembre',
  ],
};

/** '14 November', '14. November', '14 novembre', '14 de noviembre'. */
export function sayDay(day: string, language: Language = 'en'): string {
  const date = Number(day.slice(8, 10));
  const month = present(months[language][Number(day.slice(5, 7)) - 1]);
  if (language === 'de') return `${date}. ${month}`;
  return language === 'es' ? `${date} de ${month}` : `${date} ${month}`;
}

/** 'Saturday'. English only. */
export function sayWeekday(day: string): string {
  const names = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
  return present(names[new Date(day).getUTCDay()]);
}

/** 'the 14th'. */
export function sayOrdinal(day: string): string {
  const date = Number(day.slice(8, 10));
  const tail =
    date % 10 === 1 && date !== 11
      ? 'st'
      : date % 10 === 2 && date !== 12
        ? 'nd'
        : date % 10 === 3 && date !== 13
          ? 'rd'
          : 'th';
  return `the ${date}${tail}`;
}

/** '€48.50' or '48,50 €'. */
export function sayMoney(amount: number, language: Language = 'en'): string {
  const text = amount.toFixed(2);
  if (language !== 'en') return `${text.replace('.', ',')} €`;
  return text.endsWith('.00') ? `€${text.slice(0, -3)}` : `€${text}`;
}

/** '09:40' moved by minutes, within the day. */
export function addMinutes(clock: string, minutes: number): string {
  const total = (Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3)) + minutes + 1440) % 1440;
  return `${String(Math.floor(total / 60)).padStart(2, '0')}:${String(total % 60).padStart(2, '0')}`;
}
