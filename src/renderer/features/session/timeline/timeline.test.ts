import { describe, expect, it } from 'vitest';
import { axisOf, breakAt } from './axis';
import { contextLine, tokensAt } from './context-line';
import { bestMode, layOut, STYLE, whyNoClock, type TimelineLayout } from './layout';
import { spanRow, tool, user } from './span-rows.test-data';
import { ticksOf, wallLabel } from './ticks';
import { clamp, reveal, zoomBy } from './view-motion';
import { drawTrack, hitTrack, placeMarkers, toAxis, toPixel, type View } from './visible';

function rectsOf(layout: TimelineLayout, view: View, track = 0): [number, number, number][] {
  const rects: [number, number, number][] = [];
  const found = layout.tracks[track];
  if (found)
    drawTrack(layout, found, view, (x, width, style) =>
      rects.push([Math.round(x * 1e6) / 1e6, Math.round(width * 1e6) / 1e6, style]),
    );
  return rects;
}

describe('layout by wall clock', () => {
  it('puts spans that overlap on tracks of their own, and gives a track back when it is free', () => {
    const layout = layOut(
      [
        tool(0, { startUs: 0, durationUs: 10 }),
        tool(1, { startUs: 5, durationUs: 10 }),
        tool(2, { startUs: 10, durationUs: 5 }),
        tool(3, { startUs: 12, durationUs: 1 }),
      ],
      'wall',
    );
    expect(layout.tracks.map((track) => [...track.spans])).toEqual([[0, 2], [1], [3]]);
    expect(layout.rowsOfLane).toEqual([1, 1, 1, 3, 1]);
    expect(layout.length).toBe(15);
  });

  it('lays sub-agents below the main agent, even where they start first', () => {
    const layout = layOut(
      [
        tool(0, { startUs: 0, durationUs: 1, depth: 1, agentId: 'a' }),
        tool(1, { startUs: 5, durationUs: 1 }),
        tool(2, { startUs: 6, durationUs: 1, depth: 1, agentId: 'a' }),
      ],
      'wall',
    );
    expect(layout.tracks.map((track) => [...track.spans])).toEqual([[1], [0, 2]]);
    expect([...layout.style]).toEqual([STYLE.subAgent, STYLE.normal, STYLE.subAgent]);
  });

  it('has at most four tracks a lane and loses no span', () => {
    const spans = Array.from({ length: 9 }, (_, index) => tool(index, { startUs: index, durationUs: 100 }));
    const layout = layOut(spans, 'wall');
    expect(layout.tracks).toHaveLength(4);
    expect(layout.tracks.flatMap((track) => [...track.spans]).sort((a, b) => a - b)).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8,
    ]);
  });

  it('places a span without a time after the one before it, and counts it', () => {
    const layout = layOut([user(0, { startUs: 7 }), spanRow(1), tool(2, { startUs: 9 })], 'wall');
    expect([...layout.start]).toEqual([7, 7, 9]);
    expect(layout.untimedCount).toBe(1);
  });

  it('has an axis even for nothing', () => {
    expect(layOut([], 'wall').length).toBe(1);
    expect(layOut([spanRow(0)], 'wall').length).toBe(1);
  });
});

describe('layout by order', () => {
  it('gives every span one step, whatever its time', () => {
    const layout = layOut(
      [user(0, { startUs: 900 }), spanRow(1), tool(2, { startUs: 5, durationUs: 50 })],
      'order',
    );
    expect([...layout.start]).toEqual([0, 1, 2]);
    expect([...layout.end]).toEqual([1, 2, 3]);
    expect(layout.untimedCount).toBe(0);
  });

  it('is the only choice without times', () => {
    expect(whyNoClock([spanRow(0), spanRow(1)])).toBe('the source has no times');
    expect(whyNoClock([spanRow(0, { startUs: 5 }), spanRow(1, { startUs: 5 })])).toBe(
      'all spans have the same time',
    );
    expect(whyNoClock([spanRow(0, { startUs: 5 }), spanRow(1, { startUs: 6 })])).toBeNull();
    expect(whyNoClock([spanRow(0, { startUs: 5, durationUs: 1 })])).toBeNull();
  });
});

describe('drawing', () => {
  const layout = layOut(
    [
      tool(0, { startUs: 0, durationUs: 100 }),
      tool(1, { startUs: 100, durationUs: 100 }),
      tool(2, { startUs: 400, durationUs: 0, status: 'error' }),
      tool(3, { startUs: 401, durationUs: 99 }),
    ],
    'wall',
  );

  it('joins neighbours that share a pixel and keeps errors apart', () => {
    expect(rectsOf(layout, { from: 0, to: 500, width: 50 })).toEqual([
      [0, 20, STYLE.normal],
      [40.1, 9.9, STYLE.normal],
      [40, 2, STYLE.error],
    ]);
  });

  it('draws only what is in sight', () => {
    expect(rectsOf(layout, { from: 210, to: 390, width: 100 })).toEqual([]);
    expect(rectsOf(layout, { from: 150, to: 180, width: 100 })).toHaveLength(1);
  });

  it('draws no more than the pixels can hold, and all of the time covered', () => {
    const many = layOut(
      Array.from({ length: 100_000 }, (_, index) => tool(index, { startUs: index * 10, durationUs: 8 })),
      'wall',
    );
    const rects = rectsOf(many, { from: 0, to: 1e6, width: 1000 });
    expect(rects.length).toBeLessThan(1001);
    expect(rects.reduce((sum, [, width]) => sum + width, 0)).toBeGreaterThan(990);
  });

  it('finds one error among a hundred thousand spans', () => {
    const many = layOut(
      Array.from({ length: 100_000 }, (_, index) =>
        tool(index, { startUs: index * 10, durationUs: 8, status: index === 70_000 ? 'error' : 'ok' }),
      ),
      'wall',
    );
    const errors = rectsOf(many, { from: 0, to: 1e6, width: 1000 }).filter(
      ([, , style]) => style === STYLE.error,
    );
    expect(errors).toEqual([[700, 2, STYLE.error]]);
  });
});

describe('hitting', () => {
  const spans = [tool(0, { startUs: 0, durationUs: 100 }), tool(1, { startUs: 300, durationUs: 0 })];
  const layout = layOut(spans, 'wall');
  const view: View = { from: 0, to: 400, width: 400 };
  it.each([
    [50, 0],
    [102, 0],
    [110, null],
    [297, 1],
    [300, 1],
    [310, null],
  ])('pixel %i is span %s', (pixel, expected) => {
    const track = layout.tracks[0];
    expect(track && hitTrack(layout, track, view, pixel)).toBe(expected);
  });

  it('finds a long span by its middle, far from its start', () => {
    const nested = layOut(
      [
        tool(0, { startUs: 0, durationUs: 1e9 }),
        ...Array.from({ length: 20 }, (_, i) => user(i + 1, { startUs: i })),
      ],
      'wall',
    );
    const track = nested.tracks.find((candidate) => candidate.lane === 3);
    expect(track && hitTrack(nested, track, { from: 5e8, to: 5e8 + 1000, width: 800 }, 400)).toBe(0);
  });
});

it('puts markers of one lane together that would overlap', () => {
  const view: View = { from: 0, to: 100, width: 100 };
  const markers = [
    { id: '', index: 0, lane: 1, at: 10 },
    { id: '', index: 0, lane: 2, at: 12 },
    { id: '', index: 0, lane: 1, at: 14 },
    { id: '', index: 0, lane: 1, at: 50 },
    { id: '', index: 0, lane: 1, at: 900 },
  ];
  expect(placeMarkers(markers, view, 8)).toEqual([
    { lane: 1, x: 10, members: [0, 2] },
    { lane: 2, x: 12, members: [1] },
    { lane: 1, x: 50, members: [3] },
  ]);
});

describe('ticks', () => {
  const wall = axisOf('wall', [], []);
  const labels = (to: number, from = 0, width = 600) =>
    ticksOf({ from, to, width }, wall).map((tick) => tick.label);

  it.each([
    [70e6, ['0 s', '10 s', '20 s', '30 s', '40 s', '50 s', '1 m 00 s', '1 m 10 s']],
    [600e6, ['0', '2 m', '4 m', '6 m', '8 m', '10 m']],
    [2e6, ['0 ms', '500 ms', '1.0 s', '1.5 s', '2.0 s']],
    [4 * 3600e6, ['0', '1 h', '2 h', '3 h', '4 h']],
    [3 * 86_400e6, ['0', '12 h', '1 d 0 h', '1 d 12 h', '2 d 0 h', '2 d 12 h', '3 d 0 h']],
    [500, ['0 µs', '100 µs', '200 µs', '300 µs', '400 µs', '500 µs']],
  ])('an axis of %i microseconds', (length, expected) => expect(labels(length)).toEqual(expected));

  it('are never closer than they should be, and never none', () => {
    for (let length = 10; length < 1e13; length *= 1.7) {
      const ticks = ticksOf({ from: 0, to: length, width: 600 }, wall);
      expect(ticks.length).toBeGreaterThan(1);
      expect(ticks.length).toBeLessThan(9);
      expect(new Set(ticks.map((tick) => tick.label)).size).toBe(ticks.length);
    }
  });

  it('count spans from one', () => {
    expect(
      ticksOf({ from: 0, to: 5000, width: 600 }, axisOf('order', [], [])).map((tick) => tick.label),
    ).toEqual(['1', '1,001', '2,001', '3,001', '4,001', '5,001']);
    expect(ticksOf({ from: 0, to: 3, width: 600 }, axisOf('order', [], []))).toHaveLength(4);
  });

  it('say a time no finer than the step', () => {
    expect(wallLabel(3_690e6, 30e6)).toBe('1 h 01 m 30 s');
    expect(wallLabel(61.25e6, 0.05e6)).toBe('1 m 1.25 s');
  });
});

describe('folded gaps', () => {
  const SECOND = 1e6;
  const starts = [0, 10, 1000, 1010, 90_000].map((value) => value * SECOND);
  const ends = [5, 20, 1005, 1030, 90_010].map((value) => value * SECOND);
  const axis = axisOf('active', starts, ends);

  it('are as many as there are long waits, and take little room', () => {
    expect(axis.breaks.map((gap) => gap.lengthUs / SECOND)).toEqual([980, 88_970]);
    // 60 seconds in which something happened, and two folds of a hundredth each.
    expect(axis.place(90_010 * SECOND) / SECOND).toBeCloseTo(60 * 1.024, 6);
  });

  it('change nothing between them', () => {
    expect(axis.place(15 * SECOND)).toBe(15 * SECOND);
    expect(axis.place(1030 * SECOND) - axis.place(1000 * SECOND)).toBeCloseTo(30 * SECOND, 3);
  });

  it('lead there and back', () => {
    for (const us of [0, 19, 20, 500, 999.9, 1000, 1030, 50_000, 90_000, 90_010])
      expect(axis.time(axis.place(us * SECOND)) / SECOND).toBeCloseTo(us, 3);
    const placed = [0, 20, 400, 1000, 1015, 40_000, 90_005].map((us) => axis.place(us * SECOND));
    expect([...placed].sort((a, b) => a - b)).toEqual(placed);
  });

  it('are found at their place', () => {
    expect(breakAt(axis, axis.place(500 * SECOND))?.lengthUs).toBe(980 * SECOND);
    expect(breakAt(axis, axis.place(1015 * SECOND))).toBeUndefined();
  });

  it('carry no ticks', () => {
    const view = { from: 0, to: axis.place(90_010 * SECOND), width: 900 };
    // At the border of a fold is not within it.
    for (const tick of ticksOf(view, axis)) expect(breakAt(axis, tick.value - 1)).toBeUndefined();
    expect(ticksOf(view, axis).length).toBeGreaterThan(3);
  });

  it('have ticks by the clock, aligned to it', () => {
    const view = { from: 0, to: axis.place(90_010 * SECOND), width: 900 };
    const at = (hours: number, minutes: number, seconds: number) =>
      (hours * 3600 + minutes * 60 + seconds) * SECOND;
    const labels = ticksOf(view, axis, at(23, 59, 50)).map((tick) => tick.label);
    expect(labels.slice(0, 2)).toEqual(['23:59:50', '00:00:00']);
    expect(labels).toContain('00:16:40');
    // Where all there is are moments, the step is fine and the times are not.
    const moments = axisOf('active', [0, 60 * SECOND], [0, 60 * SECOND]);
    const fine = ticksOf({ from: 0, to: 4, width: 900 }, moments, at(1, 2, 3)).map((tick) => tick.label);
    expect(fine[0]).toBe('01:03:03');
  });

  it('are folded at first only where they are most of the session', () => {
    const spans = starts.map((start, index) =>
      tool(index, { startUs: start, durationUs: (ends[index] ?? 0) - start }),
    );
    expect(bestMode(spans)).toBe('active');
    expect(bestMode(spans.slice(0, 2))).toBe('wall');
    expect(bestMode([user(0)])).toBe('order');
  });
});

describe('motion', () => {
  it('stays on the axis', () => {
    expect(clamp({ from: -50, to: 50 }, 1000, 4)).toEqual({ from: 0, to: 100 });
    expect(clamp({ from: 950, to: 1050 }, 1000, 4)).toEqual({ from: 900, to: 1000 });
    expect(clamp({ from: -5, to: 5000 }, 1000, 4)).toEqual({ from: 0, to: 1000 });
    expect(clamp({ from: 500, to: 501 }, 1000, 4)).toEqual({ from: 498.5, to: 502.5 });
  });

  it('zooms about a place that stays where it is', () => {
    const view: View = { from: 100, to: 300, width: 400 };
    const next = zoomBy(view, 2, 150, 1000, 4);
    expect(next).toEqual({ from: 125, to: 225 });
    expect(toPixel({ ...next, width: 400 }, 150)).toBe(toPixel(view, 150));
    expect(toAxis(view, toPixel(view, 222))).toBeCloseTo(222);
  });

  it('moves only for what is not seen', () => {
    const view: View = { from: 100, to: 200, width: 400 };
    expect(reveal(view, 120, 130, 1000, 4)).toEqual({ from: 100, to: 200 });
    expect(reveal(view, 500, 510, 1000, 4)).toEqual({ from: 455, to: 555 });
    expect(reveal(view, 990, 1000, 1000, 4)).toEqual({ from: 900, to: 1000 });
    expect(reveal(view, 50, 900, 1000, 4)).toEqual({ from: 100, to: 200 });
  });
});

describe('context window', () => {
  const spans = [
    user(0, { startUs: 0 }),
    spanRow(1, { startUs: 10, contextTokens: 1000 }),
    spanRow(2, { startUs: 20, contextTokens: 9000, depth: 1, agentId: 'a' }),
    spanRow(3, { startUs: 30, contextTokens: 4000 }),
  ];
  const layout = layOut(spans, 'wall');

  it('follows the main agent', () => {
    const line = contextLine(spans, layout, 8000);
    expect(line && [...line.tokens]).toEqual([1000, 4000]);
    expect(line).toMatchObject({ limit: 8000, isLimitKnown: true });
    expect(line && [5, 10, 29, 99].map((at) => tokensAt(line, at))).toEqual([null, 1000, 1000, 4000]);
  });

  it('does not believe a window smaller than what was in it', () => {
    expect(contextLine(spans, layout, 2000)).toMatchObject({ limit: 4000, isLimitKnown: false });
    expect(contextLine([user(0)], layOut([user(0)], 'order'), 8000)).toBeNull();
  });
});
