/** How queues, their designs and filters are said in words. */
import type { QueueSummary } from '../../../shared/contract/review';
import type { Sampling, Strata } from '../../../shared/model/review';
import type { SessionFilter } from '../../../shared/model/session';
import { formatCount, formatPlural } from '../../lib/format';

export const strataTitles: Record<Strata, string> = {
  format: 'format',
  feature: 'feature',
  model: 'model',
  cohort: 'cohort',
  agentVersion: 'agent version',
  probability: 'failure probability',
};

/** The design in a few words. */
export function sayDesign(sampling: Sampling): string {
  switch (sampling.kind) {
    case 'priority':
      return 'drawn by priority';
    case 'top':
      return 'most urgent';
    case 'random':
      return 'random';
    case 'stratified':
      return `random within ${strataTitles[sampling.by]}, ${sampling.allocation}`;
  }
}

/** What a filter keeps, in words; empty for one that keeps all. */
export function sayFilter(filter: SessionFilter): string {
  return Object.entries(filter)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${nameOf(name)} ${valueOf(value)}`)
    .join(', ');
}

function nameOf(key: string): string {
  return key.replace(/Ids?$/u, '').replace(/[A-Z]/gu, (letter) => ` ${letter.toLowerCase()}`);
}

function valueOf(value: unknown): string {
  if (Array.isArray(value)) return value.length > 3 ? `(${formatCount(value.length)})` : value.join(' or ');
  return String(value).slice(0, 60);
}

/** Whose turn it is: the names, or that anybody may. */
export function sayReviewers(queue: Pick<QueueSummary, 'reviewers' | 'reviewsPerItem' | 'isBlind'>): string {
  const who = queue.reviewers.length === 0 ? 'anybody' : queue.reviewers.join(', ');
  const each =
    queue.reviewsPerItem === 1
      ? ''
      : `, ${formatPlural(queue.reviewsPerItem, 'review')} each${queue.isBlind ? ', blind' : ''}`;
  return who + each;
}

/** Names a queue knows: those asked, and whoever reviewed. */
export function namesOf(queue: Pick<QueueSummary, 'reviewers' | 'byReviewer'> | undefined): string[] {
  if (queue === undefined) return [];
  return [...new Set([...queue.reviewers, ...queue.byReviewer.map((one) => one.reviewer)])];
}
