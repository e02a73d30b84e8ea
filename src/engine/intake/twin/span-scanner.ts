/**
 * Scans lines with a kernel (assembly/span-lines) into a Parquet file, a row per span: the bytes are looked at once, and no span
 * becomes an object. Owns the kernel's memory, and what its shapes and surroundings mean; what it leaves, line by line or as a
 * whole, is for SQL and the record function. Must not judge what spans mean (shape-table.ts).
 */
import { unwrapEntity } from '../../../shared/trace/genai-content';
import type { GenAiMessage } from '../../../shared/trace/genai-message';
import { toolResultFailed, toolResultText } from '../../../shared/trace/genai-parts';
import { MESSAGE_KEY } from '../../../shared/trace/indexed-messages';
import { DECIDING_KEYS } from '../../../shared/trace/span-shape';
import { callHash } from '../collect';
import { writeMessageFrames, type MessageKernel } from './message-frames';
import { layMessages, messageOfValue, messagesOfElement } from './element-messages';
import { SpanFrames, type ColumnKernel, type KernelOutput, type SpanFiles } from './span-frames';
import { spanKernel } from './span-kernel.data';
import { MAX_SHAPES, SHAPE_FIELDS, shapeRow, type Around } from './shape-table';

interface Kernel extends MessageKernel, ColumnKernel {
  begin(names: number): void;
  allocate(size: number): number;
  scan(from: number, to: number, areFlat: number): number;
  leaveLines(): number;
}

/** Lines to be scanned into new files. */
export interface ScanTask extends SpanFiles {
  text: Uint8Array;
  lineCount: number;
  /** However many lines are left of it. */
  isAsked: boolean;
}

/** What came of a chunk, with what was learned on the way. */
export interface Scanned {
  /** Null where the chunk had better be parsed in SQL. */
  scan: Scan | null;
  /** How many lines would be left of it, where that is why. */
  doubted: number | null;
  /** No chunk is for the kernel any more. */
  isOff: boolean;
  /** Rows of table shape that are new, in the order of their numbers. */
  shapes: Record<string, unknown>[];
  /** Fields that any shape so far has a value for, such as `input`. */
  used: string[];
}

/** What the scan of a chunk gave. */
export interface Scan {
  rows: number;
  /** Lines that are left, by their place in the chunk from 1. */
  left: number[];
}

/** Characters of a failed result that are its message. */
const HEAD_CHARACTERS = 500;

const PAGE = 65_536;
/** Where things lie, as the kernel has them. */
const NAMES = 0x1000;
const NAME_SIZE = 32;
const PRESENT = 0x190000;
const RESULT = 0x198000;
const BAD = 0x1a0000;
const MOST_BAD = 90_000;
const OUT = 0xa00000;
const INPUT = 0xc700000;
/** Where texts lie in the layout of a shape, and where the places of fields begin. */
const L_TOOL = 28;
const L_CALL_ID = 40;
const L_METHOD = 52;
const FIELDS = 56;
/** What is read beyond the last byte at once. */
const BEHIND = 64;

/** Member names in the kernel's order, before those whose value decides. */
const MEMBERS =
  'resourceSpans resource scopeSpans schemaUrl scope spans traceId spanId parentSpanId traceState flags name kind startTimeUnixNano endTimeUnixNano droppedAttributesCount events droppedEventsCount links droppedLinksCount attributes status code message stringValue intValue doubleValue boolValue arrayValue values trace_id span_id parent_span_id name kind start_time end_time status status_code status_message attributes resource scope events span_events links role content parts finish_reason tool_calls tool_call_id type content id name arguments response function text tool_call tool_call_response user assistant system tool name timeUnixNano timestamp attributes droppedAttributesCount dropped_attributes_count exception'.split(
    ' ',
  );

const STATUS = ['unset', 'ok', 'error'];
const PART = '\u001e';
const FIELD = '\u001f';
const LINKS =
  /^\[((\{"traceId":"[0-9A-Za-z+/=]*","spanId":"[0-9A-Za-z+/=]*"(,"traceState":"([^"\\]|\\.)*")?(,"attributes":\[\])?(,"droppedAttributesCount":(0|[1-9]\d{0,8}))?(,"flags":(0|[1-9]\d{0,8}))?\}|,)*)\]$/;

/** A chunk of which more than this share of lines is left had better be parsed in SQL, if that leaves less. */
const MOST_LEFT = 0.1;
/** Messages in keys are laid together in SQL. */
const FOLDED = new RegExp(MESSAGE_KEY);

let compiled: WebAssembly.Module | null = null;

export class SpanScanner {
  private readonly shapes: Record<string, unknown>[] = [];
  /** Shapes that were told of. */
  private toldShapes = 0;
  private readonly arounds: (Around | null)[] = [];
  private readonly aroundNos = new Map<string, number>();
  private readonly kept = new Map<string, number>();
  private readonly used = new Set<string>();
  private readonly memory: WebAssembly.Memory;
  private readonly kernel: Kernel;
  private frames: SpanFrames | null = null;
  private readonly output: KernelOutput;
  private isOff = false;
  /** The chunk before was not parsed in SQL: the next one is likely not to be. */
  private wasKept = true;
  /** What was told last of settings beside messages. */
  private settings = { text: '', are: false };
  /** `readAround` tells what spans share by its JSON text, null where that is not known for sure. */
  constructor(
    private readonly way: 'otlp' | 'flat',
    private readonly readAround: (text: string) => Around | null,
  ) {
    this.memory = new WebAssembly.Memory({ initial: INPUT / PAGE, maximum: 32_768 });
    compiled ??= new WebAssembly.Module(Buffer.from(spanKernel, 'base64'));
    const env = {
      memory: this.memory,
      shapeOf: (key: number, size: number) => this.shapeOf(this.text(key, size)),
      aroundOf: (resource: number, resourceSize: number, scope: number, scopeSize: number) =>
        this.aroundOf(
          `{"resource":${this.text(resource, resourceSize) || 'null'},"scope":${this.text(scope, scopeSize) || 'null'}}`,
        ),
      groupIsFull: (rows: number) => {
        if (!this.isOff) this.frames?.write(rows);
      },
      isShortest: (from: number, size: number) => {
        const text = this.text(from, size);
        return String(Number(text)) === text ? 1 : 0;
      },
      resultOf: (from: number, size: number, out: number, room: number) =>
        this.resultOf(this.text(from, size), out, room),
      readElement: (speaker: number, from: number, size: number, out: number, room: number) =>
        layMessages(readElement(this.text(from, size), speaker), out, room, (at, length) =>
          this.bytes(at, length),
        ),
      areSettings: (from: number, size: number) => (this.areSettings(this.text(from, size)) ? 1 : 0),
      callHashOf: (name: number, nameSize: number, args: number, argsSize: number, out: number) =>
        this.bytes(out, 16).write(callHash(this.text(name, nameSize), this.text(args, argsSize)), 'hex'),
      areLinks: (from: number, size: number) => (LINKS.test(this.text(from, size)) ? 1 : 0),
    };
    this.kernel = new WebAssembly.Instance(compiled, { env }).exports as unknown as Kernel;
    this.output = {
      kernel: this.kernel,
      written: (size, behind = 0) => this.bytes(OUT + behind, size),
      present: (rows) => this.bytes(PRESENT, (rows + 7) >> 3),
    };
    const names = [...MEMBERS, ...DECIDING_KEYS];
    for (const [i, name] of names.entries()) {
      const entry = this.bytes(NAMES + i * NAME_SIZE, NAME_SIZE);
      entry[0] = name.length;
      entry.write(name, 1, 'latin1');
    }
    this.kernel.begin(names.length);
  }

  private bytes(from: number, size: number): Buffer {
    return Buffer.from(this.memory.buffer, from, size);
  }

  private text(from: number, size: number): string {
    return this.bytes(from, size).toString();
  }

  /** Scans lines into a new file. Throws as the file system does. */
  scan(task: ScanTask): Scanned {
    const before = this.toldShapes;
    const found = this.isLeft() ? { scan: null, doubted: null } : this.write(task);
    this.toldShapes = this.shapes.length;
    return { ...found, isOff: this.isOff, shapes: this.shapes.slice(before), used: [...this.used] };
  }

  private isLeft(): boolean {
    return this.isOff;
  }

  private write(task: ScanTask): Pick<Scanned, 'scan' | 'doubted'> {
    const { text, lineCount, path, isAsked } = task;
    const missing = INPUT + text.length + BEHIND - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE));
    this.bytes(INPUT, text.length).set(text);
    const frames = new SpanFrames(task, this.output, this.wasKept);
    this.frames = frames;
    this.wasKept = false;
    try {
      const count = this.kernel.scan(INPUT, INPUT + text.length, this.way === 'flat' ? 1 : 0);
      if (this.isLeft() || count > MOST_BAD) return { scan: null, doubted: null };
      if (!isAsked && count > lineCount * MOST_LEFT) return { scan: null, doubted: count };
      frames.end();
      const more = this.kernel.leaveLines();
      if (more < 0) return { scan: null, doubted: null };
      const left = [...new Set([...this.numbers(BAD, count), ...this.numbers(OUT, more)])];
      if (!isAsked && left.length > lineCount * MOST_LEFT) return { scan: null, doubted: left.length };
      writeMessageFrames(this.kernel, path, this.output);
      this.wasKept = true;
      return { scan: { rows: frames.rows, left: left.sort((a, b) => a - b) }, doubted: null };
    } finally {
      frames.close();
    }
  }

  private numbers(from: number, count: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, from, count);
  }

  /** Whether what stands behind the list of messages in a request does not change them. */
  private areSettings(text: string): boolean {
    if (this.settings.text !== text) this.settings = { text, are: areSettings(text) };
    return this.settings.are;
  }

  /** What a tool gave as JSON, or what may be read as such; 0 where it names its call, or wraps a result, and is more than a result. */
  private resultOf(output: string, out: number, room: number): number {
    if (output.includes('tool_call_id') || unwrapEntity(output, 'output') !== output) return 0;
    const text = toolResultText(output);
    const head = text.slice(0, HEAD_CHARACTERS);
    // A character is three bytes at most.
    if ((text.length + head.length) * 3 + BEHIND > room) return 0;
    const size = this.bytes(out, text.length * 3).write(text);
    const told = this.bytes(RESULT, 12);
    told.writeUInt32LE(size, 0);
    told.writeUInt32LE(toolResultFailed(output) ? 1 : 0, 4);
    told.writeUInt32LE(this.bytes(out + size, head.length * 3).write(head), 8);
    return 1;
  }

  private aroundOf(text: string): number {
    const known = this.aroundNos.get(text);
    if (known !== undefined) return known;
    let around: Around | null = null;
    try {
      if (this.way === 'otlp' || isWrittenOut(text)) around = this.readAround(text);
    } catch {
      // No JSON: the whole line is for the record function, which says so.
    }
    const no = around === null ? -1 : this.arounds.push(around) - 1;
    this.aroundNos.set(text, no);
    if (this.aroundNos.size > MAX_SHAPES) this.isOff = true;
    return no;
  }

  /** Where the layout of a new shape lies; 0 where its spans are for the record function. */
  private shapeOf(key: string): number {
    const [around = '', status, hasMessage, hasParent, name = '', keys = '', tags = '', said = ''] =
      key.split(PART);
    if (keys.split(FIELD).some((one) => FOLDED.test(one)) || this.shapes.length > MAX_SHAPES)
      this.isOff = true;
    if (this.isOff) return 0;
    const shape = [
      `scanned ${around}`,
      STATUS[Number(status)],
      hasMessage === '1',
      hasParent === '1',
      '',
      name,
      keys,
      tags,
      said.slice(0, -1),
    ].join(PART);
    const row = shapeRow(shape, () => this.arounds[Number(around)] ?? null);
    if (row['is_clear'] !== true) return 0;
    const layout = this.layOut(row, tags.length);
    if (layout === 0) this.isOff = true;
    else this.shapes.push({ ...row, scan_no: this.shapes.length });
    return layout;
  }

  /** Where a text lies in the kernel's memory; 0 where there is no room. */
  private keep(text: string): number {
    const known = this.kept.get(text);
    if (known !== undefined) return known;
    const size = Buffer.byteLength(text);
    const at = this.kernel.allocate(size + BEHIND);
    if (at !== 0) this.bytes(at, size).write(text);
    this.kept.set(text, at);
    return at;
  }

  /** The place of a text among the attributes, or the text that all spans of a shape have. */
  private layKnown(layout: Buffer, at: number, row: Record<string, unknown>, field: string): boolean {
    const place = (row[`${field}_at`] ?? null) as number | null;
    const text = (row[`${field}_is`] ?? null) as string | null;
    const textAt = text === null ? 0 : this.keep(text);
    layout.writeInt32LE(place === null ? -1 : place - 1, at);
    layout.writeInt32LE(textAt, at + 4);
    layout.writeInt32LE(text === null ? -1 : Buffer.byteLength(text), at + 8);
    return text === null || textAt !== 0;
  }

  private layOut(row: Record<string, unknown>, attributes: number): number {
    const tail = (row['tail'] as string[]).join(',');
    const tailSize = Buffer.byteLength(tail);
    const tailAt = this.keep(tail);
    if (tailAt === 0) return 0;
    const size = FIELDS + SHAPE_FIELDS.length * 4 + attributes;
    const at = this.kernel.allocate(size);
    if (at === 0) return 0;
    const layout = this.bytes(at, size);
    layout.fill(0);
    layout.writeInt32LE(this.shapes.length, 0);
    layout.writeInt32LE(tailAt, 4);
    layout.writeInt32LE(tailSize, 8);
    layout.writeInt32LE(howOf(row), 12);
    layout.writeInt32LE(((row['method_at'] ?? 0) as number) - 1, L_METHOD);
    for (const [i, name] of ['instructions_at', 'input_at', 'output_at'].entries())
      layout.writeInt32LE(((row[name] ?? 0) as number) - 1, 16 + i * 4);
    const isLaid =
      this.layKnown(layout, L_TOOL, row, 'tool_name') &&
      this.layKnown(layout, L_CALL_ID, row, 'tool_call_id');
    if (!isLaid) return 0;
    for (const [i, field] of SHAPE_FIELDS.entries()) {
      // SQL counts from 1.
      const place = (row[`${field}_at`] ?? null) as number | null;
      if (place !== null) this.used.add(field);
      layout.writeInt32LE(place === null ? -1 : place - 1, FIELDS + i * 4);
    }
    for (const place of row['kept_at'] as number[]) layout[FIELDS + SHAPE_FIELDS.length * 4 + place - 1] = 1;
    return at;
  }
}

/** What an element of a list says, or a value in the mouth of a speaker: 1 the user, 2 the model. */
function readElement(text: string, speaker: number): GenAiMessage[] | null {
  return speaker === 0 ? messagesOfElement(text) : messageOfValue(text, speaker === 1 ? 'user' : 'assistant');
}

const SETTINGS: ReadonlySet<string> = new Set(
  'model tools tool_choice temperature top_p max_tokens stream'.split(' '),
);

function areSettings(text: string): boolean {
  try {
    return Object.keys(JSON.parse(`{${text}`) as object).every((key) => SETTINGS.has(key));
  } catch {
    return false;
  }
}

/** What a shape says of its spans, a bit each: a model call, one that lists its messages, a tool, one whose result may be JSON, one whose text is what was said, or what was returned. */
function howOf(row: Record<string, unknown>): number {
  const isTool = row['kind'] === 'tool';
  const mayResult = isTool && (row['output_tag'] === 'j' || row['output_tag'] === 'u');
  return (
    (row['kind'] === 'llm' ? 1 : 0) |
    (row['lists_messages'] === true ? 2 : 0) |
    (isTool ? 4 : 0) |
    (mayResult ? 8 : 0) |
    (row['text_from'] === 'spoken' ? 16 : 0) |
    (row['text_from'] === 'result' ? 32 : 0)
  );
}

/** Whether what is around a flat span, which is part of its record, is written as JSON.stringify writes it, without objects in objects. */
function isWrittenOut(text: string): boolean {
  const value = JSON.parse(text) as Record<string, object | null>;
  const holdsObject = (one: unknown): boolean =>
    Array.isArray(one) ? one.some(holdsObject) : typeof one === 'object' && one !== null;
  const isPlain = Object.values(value).every(
    (part) => part === null || !Object.values(part).some(holdsObject),
  );
  return isPlain && JSON.stringify(value) === text;
}
