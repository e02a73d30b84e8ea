/**
 * Draws the sessions of a queue and says with which probability each was drawn, so that rates found in the sample can be
 * carried over to all sessions (inverse-probability weights). Pure; the same seed draws the same.
 */
import type { QueueItem, Sampling } from '../../shared/model/review';
import { seededRandom, type Random } from '../corrections/seeded-random';
import type { Candidate } from './priority';

/** Share of the average priority that even the least urgent session is drawn with, so that none is out of reach. */
const LEAST_SHARE = 0.1;

/**
 * A queue's items in the order of review: at most `size` of the candidates. Inclusion probabilities are exact for every
 * design but `top`, which supports no rate beyond the sample and says 0.
 */
export function drawItems(
  given: readonly Candidate[],
  sampling: Sampling,
  size: number,
  seed: number,
): QueueItem[] {
  // In a fixed order, so that the seed alone decides.
  const candidates = [...given].sort((a, b) => (a.sessionId < b.sessionId ? -1 : 1));
  const random = seededRandom(seed);
  const wanted = Math.min(size, candidates.length);
  switch (sampling.kind) {
    case 'top':
      return byPriority(candidates)
        .slice(0, wanted)
        .map((one) => itemOf(one, 0));
    case 'priority':
      return byPriority(drawProportionally(candidates, wanted, random)).map((one) =>
        itemOf(one, one.inclusion),
      );
    case 'random':
      return shuffled(candidates, random)
        .slice(0, wanted)
        .map((one) => itemOf(one, wanted / candidates.length));
    case 'stratified':
      return drawStrata(candidates, sampling.allocation, wanted, random);
  }
}

function itemOf(candidate: Candidate, inclusion: number): QueueItem {
  const { sessionId, priority, factors, stratum } = candidate;
  return { sessionId, priority, factors, inclusion, stratum };
}

function byPriority<C extends Candidate>(candidates: readonly C[]): C[] {
  return [...candidates].sort((a, b) => b.priority - a.priority || (a.sessionId < b.sessionId ? -1 : 1));
}

/** Fisher-Yates. */
function shuffled<C extends Candidate>(candidates: readonly C[], random: Random): C[] {
  const list = [...candidates];
  for (let i = list.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    [list[i], list[j]] = [list[j] as C, list[i] as C];
  }
  return list;
}

/**
 * Systematic sampling with probability proportional to size, over a random order (Hartley & Rao, Annals of Mathematical
 * Statistics 33, 1962): fixed sample size and exact inclusion probabilities. Who would be drawn more than once is taken
 * for certain, and the rest is drawn from the others.
 */
function drawProportionally(
  candidates: readonly Candidate[],
  size: number,
  random: Random,
): (Candidate & { inclusion: number })[] {
  const inclusions = inclusionsOf(candidates, size);
  const start = random();
  let passed = 0;
  return shuffled(candidates, random).flatMap((one) => {
    const inclusion = inclusions.get(one.sessionId) ?? 0;
    const before = passed;
    passed += inclusion;
    const isDrawn = inclusion === 1 || Math.floor(passed - start) > Math.floor(before - start);
    return isDrawn ? [{ ...one, inclusion }] : [];
  });
}

/** Probabilities proportional to priority with a floor, none above 1, summing to `size`. */
function inclusionsOf(candidates: readonly Candidate[], size: number): Map<string, number> {
  const mean = candidates.reduce((sum, one) => sum + one.priority, 0) / Math.max(1, candidates.length);
  const least = mean > 0 ? mean * LEAST_SHARE : 1;
  const open = new Map(candidates.map((one) => [one.sessionId, Math.max(one.priority, least)]));
  const found = new Map<string, number>();
  for (;;) {
    const left = size - found.size;
    let total = 0;
    for (const value of open.values()) total += value;
    const certain = [...open].filter(([, value]) => value * left >= total);
    if (certain.length === 0 || left <= 0) {
      for (const [id, value] of open) found.set(id, left <= 0 ? 0 : (value * left) / total);
      return found;
    }
    for (const [id] of certain) {
      open.delete(id);
      found.set(id, 1);
    }
  }
}

/** A simple random sample of each stratum; rest places go to the strata with the largest remainders. */
function drawStrata(
  candidates: readonly Candidate[],
  allocation: 'proportional' | 'equal',
  size: number,
  random: Random,
): QueueItem[] {
  const strata = new Map<string, Candidate[]>();
  for (const one of candidates) {
    const list = strata.get(one.stratum ?? '');
    if (list) list.push(one);
    else strata.set(one.stratum ?? '', [one]);
  }
  const names = [...strata.keys()].sort();
  const sizes = allocate(
    names.map((name) => strata.get(name)?.length ?? 0),
    allocation,
    size,
  );
  const drawn = names.flatMap((name, i) => {
    const members = strata.get(name) ?? [];
    const share = (sizes[i] ?? 0) / Math.max(1, members.length);
    return shuffled(members, random)
      .slice(0, sizes[i])
      .map((one) => ({ ...one, inclusion: share }));
  });
  return shuffled(drawn, random).map((one) => itemOf(one, one.inclusion));
}

/** How many of each stratum: never more than it has, at least one where there is room, `size` in all. */
export function allocate(
  counts: readonly number[],
  allocation: 'proportional' | 'equal',
  size: number,
): number[] {
  const total = counts.reduce((sum, n) => sum + n, 0);
  const wanted = counts.map((n) =>
    allocation === 'equal' ? size / counts.length : (size * n) / Math.max(1, total),
  );
  const given = counts.map((n, i) => Math.min(n, Math.max(n > 0 ? 1 : 0, Math.floor(wanted[i] ?? 0))));
  const sum = (): number => given.reduce((all, n) => all + n, 0);
  const lack = (i: number): number => (wanted[i] ?? 0) - (given[i] ?? 0);
  const places = counts.map((_, i) => i);
  while (sum() < Math.min(size, total)) {
    const open = places.filter((i) => (given[i] ?? 0) < (counts[i] ?? 0));
    const next = open.reduce((best, i) => (lack(i) > lack(best) ? i : best));
    given[next] = (given[next] ?? 0) + 1;
  }
  while (sum() > size) {
    const most = Math.max(...given);
    const full = places.filter((i) => (given[i] ?? 0) > (most > 1 ? 1 : 0));
    const next = full.reduce((best, i) => (lack(i) < lack(best) ? i : best));
    given[next] = (given[next] ?? 0) - 1;
  }
  return given;
}
