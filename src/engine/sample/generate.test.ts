import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type SampleFiles, generateSample } from './generate';
import { type GroundTruth, plantedFailureModes } from './ground-truth';
import { groundTruthFile, writeSample } from './write-sample';

interface Otlp {
  resourceSpans: { scopeSpans: { spans: OtlpSpan[] }[] }[];
}
interface OtlpSpan {
  traceId: string;
  spanId: string;
  parentSpanId: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: { stringValue?: string } }[];
}
interface TranscriptLine {
  type: string;
  uuid?: string;
  parentUuid?: string | null;
  sessionId?: string;
  message?: { id?: string; content?: unknown; usage?: object };
}

const sample = generateSample({});
const { truth } = sample;
const transcripts = sample.files.slice(1);

function linesOf(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

function spansOf(files: SampleFiles['files']): OtlpSpan[] {
  return linesOf(files[0]!.text).flatMap((line) =>
    (JSON.parse(line) as Otlp).resourceSpans.flatMap((batch) =>
      batch.scopeSpans.flatMap((scope) => scope.spans),
    ),
  );
}

function attribute(span: OtlpSpan, key: string): string | undefined {
  return span.attributes.find((pair) => pair.key === key)?.value.stringValue;
}

/** What a session's own files call the things ground truth may point at: span ids and uuids. */
function idsBySession(): Map<string, Set<string>> {
  const ids = new Map<string, Set<string>>();
  const add = (session: string | undefined, id: string | undefined): void => {
    if (session === undefined || id === undefined) return;
    ids.set(session, (ids.get(session) ?? new Set()).add(id));
  };
  for (const span of spansOf(sample.files)) add(attribute(span, 'gen_ai.conversation.id'), span.spanId);
  for (const file of transcripts) {
    for (const line of linesOf(file.text).map((text) => JSON.parse(text) as TranscriptLine))
      add(line.sessionId, line.uuid);
  }
  return ids;
}

function everyId(ground: GroundTruth): [session: string, id: string][] {
  return [
    ...ground.sessions.flatMap((session) =>
      session.turns.map((turn) => [session.sessionId, turn.id] as [string, string]),
    ),
    ...ground.corrections.map((one) => [one.sessionId, one.id] as [string, string]),
    ...ground.failures.flatMap((one) => one.evidence.map((id) => [one.sessionId, id] as [string, string])),
    ...ground.signals.flatMap((one) => one.ids.map((id) => [one.sessionId, id] as [string, string])),
    ...ground.decoys.flatMap((one) => one.ids.map((id) => [one.sessionId, id] as [string, string])),
  ];
}

describe('the built-in sample', () => {
  it('gives the same bytes for the same seed and others for another', () => {
    const small = { seed: 7, sessions: 40 };
    expect(generateSample(small)).toEqual(generateSample(small));
    expect(generateSample({ ...small, seed: 8 }).files[0]!.text).not.toBe(
      generateSample(small).files[0]!.text,
    );
    expect(generateSample({})).toEqual(sample);
  });

  it('has 190 support and 110 coding sessions in 6 to 12 MB', () => {
    const of = (agent: string): number => truth.sessions.filter((session) => session.agent === agent).length;
    expect([of('support-agent'), of('coding-agent')]).toEqual([190, 110]);
    const bytes = sample.files.reduce((sum, file) => sum + Buffer.byteLength(file.text), 0);
    expect(bytes).toBeGreaterThan(6e6);
    expect(bytes).toBeLessThan(12e6);
    const names = new Set(sample.files.map((file) => file.name));
    expect(names.size).toBe(sample.files.length);
    expect([...names].sort()).toEqual(
      [...new Set(truth.sessions.flatMap((session) => session.files))].sort(),
    );
  });

  it('keeps 55 to 60 per cent of the sessions free of failures and plants one to three in the others', () => {
    const fine = truth.sessions.filter((session) => !session.hasFailure).length / truth.sessions.length;
    expect(fine).toBeGreaterThanOrEqual(0.55);
    expect(fine).toBeLessThanOrEqual(0.6);
    for (const session of truth.sessions) {
      const count = truth.failures.filter((failure) => failure.sessionId === session.sessionId).length;
      expect(session.hasFailure).toBe(count > 0);
      expect(count).toBeLessThanOrEqual(4);
    }
    expect(new Set(truth.failures.map((failure) => failure.mode))).toEqual(
      new Set(Object.keys(plantedFailureModes)),
    );
  });

  it('has valid spans: every line parses, parents are in the trace, nothing ends before it starts', () => {
    for (const line of linesOf(sample.files[0]!.text)) {
      const spans = (JSON.parse(line) as Otlp).resourceSpans.flatMap((batch) =>
        batch.scopeSpans.flatMap((scope) => scope.spans),
      );
      const ids = new Set(spans.map((span) => span.spanId));
      expect(ids.size).toBe(spans.length);
      expect(spans.filter((span) => span.parentSpanId === '')).toHaveLength(1);
      for (const span of spans) {
        expect(span.spanId).toMatch(/^[0-9a-f]{16}$/);
        expect(span.parentSpanId === '' || ids.has(span.parentSpanId)).toBe(true);
        expect(BigInt(span.endTimeUnixNano) >= BigInt(span.startTimeUnixNano)).toBe(true);
        for (const key of ['gen_ai.input.messages', 'gen_ai.output.messages', 'gen_ai.tool.call.arguments']) {
          const value = attribute(span, key);
          if (value !== undefined) JSON.parse(value);
        }
      }
    }
  });

  it('has valid transcripts: every line parses, every parent exists, each tool result answers a tool call', () => {
    for (const file of transcripts) {
      const lines = linesOf(file.text).map((text) => JSON.parse(text) as TranscriptLine);
      const uuids = new Set(lines.map((line) => line.uuid));
      const calls = new Set<unknown>();
      for (const line of lines) {
        if (typeof line.parentUuid === 'string') expect(uuids).toContain(line.parentUuid);
        const blocks = Array.isArray(line.message?.content)
          ? (line.message.content as Record<string, unknown>[])
          : [];
        for (const block of blocks) {
          if (block['type'] === 'tool_use') calls.add(block['id']);
          if (block['type'] === 'tool_result') expect(calls).toContain(block['tool_use_id']);
        }
        if (line.type === 'assistant') expect(line.message?.usage).toBeDefined();
      }
    }
  });

  it('points with every id of the ground truth at something in the files of that session', () => {
    const ids = idsBySession();
    const missing = everyId(truth).filter(([session, id]) => ids.get(session)?.has(id) !== true);
    expect(missing).toEqual([]);
  });

  it('has the text of every user turn where the ground truth says', () => {
    const asked = new Map(
      spansOf(sample.files)
        .filter((span) => span.parentSpanId === '')
        .map((span) => [span.spanId, attribute(span, 'gen_ai.input.messages')] as const),
    );
    const said = new Map<string, unknown>();
    for (const line of transcripts
      .flatMap((file) => linesOf(file.text))
      .map((text) => JSON.parse(text) as TranscriptLine)) {
      if (line.uuid !== undefined) said.set(line.uuid, line.message?.content);
    }
    for (const session of truth.sessions) {
      for (const turn of session.turns) {
        if (session.agent === 'coding-agent') expect(said.get(turn.id)).toBe(turn.text);
        else expect(asked.get(turn.id)).toContain(JSON.stringify(turn.text));
      }
      const path = session.turns.filter((turn) => turn.isRewound !== true).map((turn) => turn.turnNo);
      expect(path).toEqual(path.map((_, i) => i + 1));
    }
  });

  it('corrects in at least 150 different ways, over all failure modes', () => {
    expect(new Set(truth.corrections.map((correction) => correction.text)).size).toBeGreaterThanOrEqual(150);
    expect(new Set(truth.corrections.map((correction) => correction.mode)).size).toBe(14);
    expect(truth.corrections.some((correction) => correction.via === 'tool-rejection')).toBe(true);
  });

  it('speaks German, French and Spanish too, and leaves no hole in a sentence', () => {
    expect(new Set(truth.sessions.map((session) => session.language))).toEqual(
      new Set(['en', 'de', 'fr', 'es']),
    );
    for (const turn of truth.sessions.flatMap((session) => session.turns)) {
      expect(turn.text).not.toMatch(/\{\w+\}|undefined|NaN|\[object|^[tpa]~|^\s*$/);
    }
  });

  it('plants what detectors must find and what must not deceive them', () => {
    const signals = new Set(truth.signals.map((signal) => signal.signal));
    expect(signals).toEqual(
      new Set([
        'tool-error',
        'silent-tool-failure',
        'retry-loop',
        'rephrase-loop',
        'user-interruption',
        'correction',
      ]),
    );
    const traps = new Set([
      ...truth.sessions.flatMap((session) => session.turns.map((turn) => turn.trap)),
      ...truth.signals.map((signal) => signal.trap),
      ...truth.decoys.map((decoy) => decoy.trap),
    ]);
    for (const trap of [
      'no-as-answer',
      'actually-also',
      'own-mistake',
      'doubt',
      'service-complaint',
    ] as const) {
      expect(traps).toContain(trap);
    }
    for (const trap of ['honest-empty-result', 'retry-succeeded', 'expected-failure'] as const)
      expect(traps).toContain(trap);
    expect(truth.sessions.some((session) => session.turns.some((turn) => turn.isRewound === true))).toBe(
      true,
    );
  });

  it('holds for other seeds and sizes', () => {
    for (const seed of [1, 2, 3]) {
      const other = generateSample({ seed, sessions: 30 + seed });
      expect(other.truth.sessions).toHaveLength(30 + seed);
    }
    expect(() => generateSample({ sessions: 1 })).toThrow(RangeError);
  });

  it('is written as files with the ground truth next to them', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'faultline-sample-'));
    try {
      const paths = await writeSample(dir, { sessions: 6 });
      expect(paths.at(-1)).toBe(join(dir, groundTruthFile));
      const written = JSON.parse(await readFile(join(dir, groundTruthFile), 'utf8')) as GroundTruth;
      expect(written).toEqual(generateSample({ sessions: 6 }).truth);
      for (const session of written.sessions) {
        for (const name of session.files)
          expect((await readFile(join(dir, name), 'utf8')).length).toBeGreaterThan(0);
      }
    } finally {
      await rm(dir, { recursive: true });
    }
  });
});
