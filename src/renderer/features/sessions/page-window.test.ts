import { describe, expect, it } from 'vitest';
import { PAGE_SIZE, pagesInSight } from './page-window';

describe('pages in sight', () => {
  it('asks for no page twice and for none that is not there, wherever one is', () => {
    for (const total of [0, 1, 199, 200, 201, 1000])
      for (let first = 0; first <= total + 50; first += 17) {
        const pages = pagesInSight(first, first + 40, total);
        expect(new Set(pages).size).toBe(pages.length);
        expect(Math.max(...pages) * PAGE_SIZE).toBeLessThan(Math.max(total, 1));
      }
  });
  it('asks for one page in the middle of it', () => expect(pagesInSight(20, 60, 100_000)).toEqual([0]));
  it('asks for the one before where it has just been left', () =>
    expect(pagesInSight(220, 260, 100_000)).toEqual([0, 1]));
  it('asks for the next one before it is reached', () =>
    expect(pagesInSight(120, 160, 100_000)).toEqual([0, 1]));
  it('asks for both at a border', () => expect(pagesInSight(190, 230, 100_000)).toEqual([0, 1]));
  it('leaves out what lies between the beginning and a place far down', () =>
    expect(pagesInSight(99_950, 99_999, 100_000)).toEqual([499]));
  it('asks for nothing past the end', () => expect(pagesInSight(0, 50, 30)).toEqual([0]));
  it('has a first page of an empty list', () => expect(pagesInSight(0, 0, 0)).toEqual([0]));
  it('holds every place in sight', () => {
    for (const first of [0, 5, 199, 200, 7_333])
      for (const place of [first, first + 45])
        expect(pagesInSight(first, first + 45, 10_000)).toContain(Math.floor(place / PAGE_SIZE));
  });
});
