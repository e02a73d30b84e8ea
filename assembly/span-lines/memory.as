// AssemblyScript, not TypeScript: the files of this folder are compiled together by `npm run kernels`, in their order there, into
// src/engine/intake/twin/span-kernel.data.ts, which a test compares with a fresh compilation. Lines of spans are read into the
// values of Parquet columns, a group of spans at a time; src/engine/intake/twin/span-scanner.ts holds the memory and writes them
// down. Only what is certain to mean what JavaScript makes of it is taken; every other line is named as bad and is for others to
// read. This file owns where things lie.

// @ts-ignore: decorator
@external("env", "shapeOf")
declare function shapeOf(key: usize, size: i32): usize;
// @ts-ignore: decorator
@external("env", "aroundOf")
declare function aroundOf(resource: usize, resourceSize: i32, scope: usize, scopeSize: i32): i32;
// @ts-ignore: decorator
@external("env", "groupIsFull")
declare function groupIsFull(rows: i32): void;
// @ts-ignore: decorator
@external("env", "isShortest")
declare function isShortest(from: usize, size: i32): i32;
// @ts-ignore: decorator
@external("env", "areLinks")
declare function areLinks(from: usize, size: i32): i32;
// @ts-ignore: decorator
@external("env", "resultOf")
declare function resultOf(from: usize, size: i32, out: usize, room: i32): i32;
// @ts-ignore: decorator
@external("env", "readElement")
declare function readElement(speaker: u32, from: usize, size: i32, out: usize, room: i32): i32;
// @ts-ignore: decorator
@external("env", "areSettings")
declare function areSettings(from: usize, size: i32): i32;
// @ts-ignore: decorator
@external("env", "callHashOf")
declare function callHashOf(name: usize, nameSize: i32, args: usize, argsSize: i32, out: usize): void;

// Where things lie; the first page is for member names. span-scanner.ts knows the same numbers.
const NAMES: usize = 0x1000;
const NAME_SIZE: usize = 32;
const SCRATCH: usize = 0x10000;
const SCRATCH_END: usize = 0x110000;
const TABLE: usize = 0x110000;
const TABLE_SLOTS: u32 = 65536;
const PRESENT: usize = 0x190000;
// What a result says, as span-scanner.ts has told: the size of its text, whether it failed, and the size of its beginning.
const RESULT: usize = 0x198000;
const BAD: usize = 0x1a0000;
const RECORDS: usize = 0x200000;
const RECORDS_END: usize = 0xa00000;
const OUT: usize = 0xa00000;
const ARENA: usize = 0x4a00000;
const ARENA_END: usize = 0x6a00000;
// What is known of a chunk's messages: the different ones, found by their bytes and by what they say; where they stand, and for which
// spans; the list that was last in a trace, found by its id; and what messages say.
const SLOTS: u32 = 262144;
const WORD_SLOTS: usize = 0x6a00000;
const SAID_SLOTS: usize = 0x6b00000;
const WORDS: usize = 0x6c00000;
const MOST_WORDS: i32 = 131072;
const PLACES: usize = 0x7b00000;
const MOST_PLACES: i32 = 1048576;
const SPEAKERS: usize = 0x8300000;
const MOST_SPEAKERS: i32 = 131072;
const LAST_LISTS: usize = 0x8c00000;
const MOST_LISTS: u32 = 4096;
const CALLED_SLOTS: usize = 0x8c04000;
const MOST_CALLED: u32 = 4096;
// Lines with spans whose messages are not known for sure.
const UNSURE_LINES: usize = 0x8c08000;
const MOST_UNSURE: i32 = 8192;
const SNAPPY_SLOTS: usize = 0x8c10000;
// Speakers by what they work for; once that is known, the texts that are new, each with its first span.
const GROUP_SLOTS: usize = 0x8d00000;
const NEW_TEXTS: usize = 0x8d00000;
// Hashes of texts that chunks before had, as far as there is room for them.
const SEEN_TEXTS: usize = 0x8e00000;
const MOST_SEEN: u32 = 524288;
// Which place was the first of its words.
const FIRST_SLOTS: usize = 0x9600000;
const HEAP: usize = 0xa600000;
const HEAP_END: usize = 0xc700000;

const GROUP_ROWS: i32 = 2048;
const GROUP_BYTES: usize = 4 << 20;

// Member names, by their place among those at NAMES.
const RESOURCE_SPANS = 0;
const RESOURCE = 1;
const SCOPE_SPANS = 2;
const SCHEMA_URL = 3;
const SCOPE = 4;
const SPANS = 5;
const TRACE_ID = 6;
const SPAN_ID = 7;
const PARENT_SPAN_ID = 8;
const TRACE_STATE = 9;
const FLAGS = 10;
const NAME = 11;
const KIND = 12;
const START = 13;
const END = 14;
const DROPPED_ATTRIBUTES = 15;
const EVENTS = 16;
const DROPPED_EVENTS = 17;
const LINKS = 18;
const DROPPED_LINKS = 19;
const ATTRIBUTES = 20;
const STATUS = 21;
const CODE = 22;
const MESSAGE = 23;
const STRING_VALUE = 24;
const INT_VALUE = 25;
const DOUBLE_VALUE = 26;
const BOOL_VALUE = 27;
const ARRAY_VALUE = 28;
const VALUES = 29;
// Members of flat spans, in their order.
const FLAT = 30;
const FLAT_TRACE_ID = 30;
const FLAT_SPAN_ID = 31;
const FLAT_PARENT = 32;
const FLAT_NAME = 33;
const FLAT_KIND = 34;
const FLAT_START = 35;
const FLAT_END = 36;
const FLAT_STATUS = 37;
const FLAT_STATUS_CODE = 38;
const FLAT_STATUS_MESSAGE = 39;
const FLAT_ATTRIBUTES = 40;
const FLAT_RESOURCE = 41;
const FLAT_SCOPE = 42;
const FLAT_EVENTS = 43;
const FLAT_SPAN_EVENTS = 44;
const FLAT_LINKS = 45;
// Names in messages (messages.as) come behind them, then those in events, and then attributes whose value is part of the shape.
const EVENT_NAME = 66;
const EVENT_TIME = 67;
const FLAT_EVENT_TIME = 68;
const EVENT_ATTRIBUTES = 69;
const DROPPED_IN_EVENT = 70;
const FLAT_DROPPED_IN_EVENT = 71;
const EXCEPTION = 72;
const FIRST_DECIDING = 73;

// How a string is written: as it is read, with escapes as JSON.stringify writes them, with others.
const PLAIN: u32 = 0;
const ESCAPED: u32 = 1;
const FOREIGN: u32 = 2;
// How an attribute's value is written: a string in one of these ways, or as it stands there, as the protocol's list of values, with a
// fraction of zero, as a list with strings in it that are written in another way.
const BARE: u32 = 3;
const ARRAY: u32 = 4;
const WHOLE: u32 = 5;
const LIST: u32 = 6;

// A record: what is known of a span, and behind it its attributes.
const R_LAYOUT: usize = 0;
const R_ORD: usize = 4;
const R_COUNT: usize = 8;
const R_RAW: usize = 12;
const R_RAW_END: usize = 16;
const R_RAW_FORM: usize = 20;
const R_TRACE: usize = 24;
const R_SPAN: usize = 32;
const R_PARENT: usize = 40;
const R_NAME: usize = 48;
const R_MESSAGE: usize = 60;
const R_START: usize = 72;
const R_FINISH: usize = 80;
// Where times begin that are numbers: what is written of the span has them in quotation marks.
const R_START_AT: usize = 132;
const R_FINISH_AT: usize = 136;
const R_SPEAKER: usize = 92;
// What a tool gave, where that may be JSON, and its beginning; what the span is beside: R_FAILED and R_HASHED; and the hash of its call.
const R_RESULT: usize = 96;
const R_HEAD: usize = 104;
const R_WHAT: usize = 112;
const R_HASH: usize = 116;
const R_SIZE: usize = 144;
const R_FAILED: u32 = 1;
const R_HASHED: u32 = 2;
const A_KEY: usize = 0;
const A_KEY_END: usize = 4;
const A_FROM: usize = 8;
const A_TO: usize = 12;
const A_FORM: usize = 16;
const A_SIZE: usize = 20;

// A layout: what a shape means. Behind it a byte for each attribute, whether it is kept.
const L_SHAPE: usize = 0;
const L_TAIL: usize = 4;
const L_TAIL_SIZE: usize = 8;
const L_HOW: usize = 12;
const L_INSTRUCTIONS: usize = 16;
const L_INPUT: usize = 20;
const L_OUTPUT: usize = 24;
// The place of a text among the attributes, or -1; then the text that all spans have, and its size, or -1.
const L_TOOL: usize = 28;
const L_CALL_ID: usize = 40;
const L_METHOD: usize = 52;
const L_FIELDS: usize = 56;
const FIELD_COUNT: usize = 24;

// Names in and of messages, by their place among those at NAMES.
const M_ROLE = 46;
const M_CONTENT = 47;
const M_PARTS = 48;
const M_FINISH = 49;
const M_CALLS = 50;
const M_CALL_ID = 51;
const P_TYPE = 52;
const P_CONTENT = 53;
const P_ID = 54;
const P_NAME = 55;
const P_ARGUMENTS = 56;
const P_RESPONSE = 57;
const P_FUNCTION = 58;
const TYPE_TEXT = 59;
const TYPE_CALL = 60;
const TYPE_RESPONSE = 61;
const ROLE_USER = 62;
const ROLE_ASSISTANT = 63;
const ROLE_SYSTEM = 64;
const ROLE_TOOL = 65;

// What a shape says of its spans.
const IS_CALL: u32 = 1;
const LISTS_MESSAGES: u32 = 2;
const IS_TOOL: u32 = 4;
const MAY_RESULT: u32 = 8;
// What its text is: what a model said, or what a tool returned.
const HAS_SPOKEN: u32 = 16;
const HAS_RESULT: u32 = 32;

// How the bytes of a message are written: an element of a list in a string, or a string that is its content, its parts in a string, or
// an object in a string that is no message but has one.
const LISTED: u32 = 0;
const SAID_BY: u32 = 1; // and the place of the role behind that of the user: 1, 2, 3
const PARTS_OF_SYSTEM: u32 = 4;
const WHOLE_OF: u32 = 5; // and the same: 5, 6

// A different message. In HEAP what it says.
const W_FROM: usize = 0;
const W_BYTES: usize = 4;
const W_HASH: usize = 8;
const W_KIND: usize = 12;
const W_STATE: usize = 16;
const W_ROLE: usize = 20;
const W_TEXT: usize = 24;
const W_ID: usize = 32;
const W_NAME: usize = 40;
const W_ARGUMENTS: usize = 48;
const W_MD5: usize = 64;
const W_SAID: usize = 80;
const W_SPAN: usize = 84;
const W_TIMES: usize = 88;
const W_CALL_HASH: usize = 96;
const W_IS_NEW: usize = 112;
const W_MORE: usize = 116;
const W_SIZE: usize = 120;
// Its states: no JSON for sure, a message that is not read, one that is, one that stands for several others or none, one that is read but
// may mean something else than it says.
const ODD: u32 = 0;
const UNTOLD: u32 = 1;
const TOLD: u32 = 2;
const SEVERAL: u32 = 3;
const DOUBTFUL: u32 = 4;

// What few messages have, where W_MORE says: how many calls, what was thought, who wrote it, the tool's name, whether it failed; then all
// calls but the first. Of a message that stands for others how many they are, and their places among all.
const O_CALLS: usize = 0;
const O_REASONING: usize = 4;
const O_ORIGIN: usize = 12;
const O_TOOL_NAME: usize = 20;
const O_FAILED: usize = 28;
const O_SIZE: usize = 32;
// A call, as it also stands from W_ID on but for its hash.
const CALL_ID: usize = 0;
const CALL_NAME: usize = 8;
const CALL_ARGUMENTS: usize = 16;
const CALL_HASH: usize = 24;
const CALL_SIZE: usize = 40;
// A message as span-scanner.ts tells it: its role, its text, the call it answers; then the same from O_CALLS on, and all calls without hashes.
const T_ROLE: usize = 0;
const T_TEXT: usize = 4;
const T_ID: usize = 12;
const T_MORE: usize = 20;
const T_SIZE: usize = 52;
const T_CALL_SIZE: usize = 24;

// Where a span's messages stand among the places: a message and how far its list goes up to its end.
const S_ROW: usize = 0;
const S_FIRST: usize = 4;
const S_COUNT: usize = 8;
const S_INPUTS: usize = 12;
const S_HOW: usize = 16;
const S_LIST: usize = 20;
const S_LIST_END: usize = 24;
const S_LIST_FIRST: usize = 28;
const S_LIST_COUNT: usize = 32;
const S_TRACE: usize = 40;
const S_PARENT: usize = 48;
const S_START: usize = 56;
const S_GROUP: usize = 64;
const S_ORD: usize = 68;
const S_SIZE: usize = 72;
const PLACE_SIZE: usize = 8;

let names: i32 = 0;
let arena: usize = ARENA;
let at: usize = 0;
let form: u32 = PLAIN;
let record: usize = RECORDS;
let rows: i32 = 0;
let groupBytes: usize = 0;
let rowsBefore: i32 = 0;
let badCount: i32 = 0;
let around: i32 = 0;
let present: i32 = 0;
let shapes: i32 = 0;

/** Tells how many member names there are. */
export function begin(nameCount: i32): void {
  names = nameCount;
  arena = ARENA;
  shapes = 0;
  memory.fill(TABLE, 0, TABLE_SLOTS * 8);
  memory.fill(SEEN_TEXTS, 0, MOST_SEEN * 16);
}

/** Room in the arena for so many bytes; 0 where it is full. */
export function allocate(size: i32): usize {
  const from = (arena + 7) & ~7;
  if (from + <usize>size > ARENA_END) return 0;
  arena = from + <usize>size;
  return from;
}
