// Lines of OTLP JSON, https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: what is taken means what
// src/engine/intake/formats/otlp.sql makes of it. After records.as.

/** A time in nanoseconds, in quotation marks. */
function time(field: usize): bool {
  if (!takes(0x22)) return false;
  const from = at;
  if (!digits(19)) return false;
  let total: u64 = 0;
  for (let p = from; p < at; p++) total = total * 10 + (load<u8>(p) - 0x30);
  if (total == 0 || total > 0x7fffffffffffffff) return false;
  // Milliseconds or microseconds, as otel-value.ts tells them.
  if (total - 1100000000000 < 3100000000000 || total - 1100000000000000 < 3100000000000000) return false;
  store<u64>(record + field, total);
  return takes(0x22);
}

function attributes(): bool {
  if (!takes(0x5b)) return false;
  if (takes(0x5d)) return true;
  while (true) {
    const entry = record + R_SIZE + <usize>count * A_SIZE;
    if (entry + A_SIZE * 2 > RECORDS_END || tags + <usize>count + 1 > SCRATCH_END) return false;
    // {"key":"
    if (load<u64>(at) != 0x223a2279656b227b) return false;
    const key = at + 7;
    const end = endOfString(at + 8);
    if (end == 0 || form != PLAIN) return false;
    // ,"value":{
    if (load<u64>(end) != 0x2265756c6176222c || load<u16>(end, 8) != 0x7b3a) return false;
    at = end + 10;
    const kind = member(STRING_VALUE, ARRAY_VALUE + 1);
    if (kind < 0) return false;
    store<u32>(entry, <u32>key, A_KEY);
    store<u32>(entry, <u32>end, A_KEY_END);
    const tag = value(entry, kind);
    if (tag == 0) return false;
    const how = load<u32>(entry, A_FORM);
    if (how == FOREIGN || (how == ARRAY && arrayForm == FOREIGN)) rawForm = FOREIGN;
    if (how == WHOLE) cuts += 1;
    if (load<u16>(at) != 0x7d7d) return false;
    at += 2;
    store<u8>(tags + <usize>count, tag);
    count += 1;
    if (takes(0x2c)) continue;
    return takes(0x5d);
  }
}

function spanMember(name: i32): bool {
  switch (name) {
    case TRACE_ID: return id(R_TRACE, false);
    case SPAN_ID: return id(R_SPAN, false);
    case PARENT_SPAN_ID: return id(R_PARENT, true);
    case NAME:
      if (!textOf(R_NAME)) return false;
      if (form == FOREIGN) rawForm = FOREIGN;
      return true;
    case KIND: return kindOf(false);
    case START: return time(R_START);
    case END: return time(R_FINISH);
    case ATTRIBUTES: return attributes();
    case STATUS: return statusOf(false);
    case FLAGS:
    case DROPPED_ATTRIBUTES:
    case DROPPED_EVENTS:
    case DROPPED_LINKS: return digits(15);
    case TRACE_STATE:
      if (!string()) return false;
      if (form == FOREIGN) rawForm = FOREIGN;
      return true;
    case EVENTS: return events(false);
    case LINKS: {
      const from = at;
      if (!nested(0x5b) || isForeign) return false;
      return at - from == 2 || areLinks(from, <i32>(at - from)) != 0;
    }
  }
  return false;
}

// The members a span must have.
const NEEDED: u32 = (1 << TRACE_ID) | (1 << SPAN_ID) | (1 << START) | (1 << END);

/** One span, into a record; false where it is for others. */
function span(ord: i32): bool {
  const from = at;
  beginSpan();
  if (!takes(0x7b)) return false;
  let seen: u32 = 0;
  while (true) {
    const name = member(TRACE_ID, STATUS + 1);
    if (name < 0 || seen & (1 << name)) return false;
    seen |= 1 << name;
    if (!spanMember(name)) return false;
    if (takes(0x2c)) continue;
    if (!takes(0x7d)) return false;
    break;
  }
  if ((seen & NEEDED) != NEEDED) return false;
  return endSpan(ord, from);
}

function scopeOf(ord: i32, resource: usize, resourceSize: usize): bool {
  if (!takes(0x7b)) return false;
  let seen = 0;
  let scope: usize = 0;
  let scopeSize: usize = 0;
  while (true) {
    const name = member(SCHEMA_URL, SPANS + 1);
    if (name < 0 || seen & (1 << name)) return false;
    seen |= 1 << name;
    if (name == SCHEMA_URL) {
      if (!string()) return false;
    } else if (name == SCOPE) {
      // What is around spans has to be known before them.
      if (seen & (1 << SPANS)) return false;
      scope = at;
      if (!nested(0x7b)) return false;
      scopeSize = at - scope;
    } else {
      around = aroundOf(resource, <i32>resourceSize, scope, <i32>scopeSize);
      if (around < 0 || !spans(ord)) return false;
    }
    if (takes(0x2c)) continue;
    return takes(0x7d) && (seen & (1 << SPANS)) != 0;
  }
}

function spans(ord: i32): bool {
  if (!takes(0x5b)) return false;
  if (takes(0x5d)) return true;
  while (true) {
    if (isFull()) flush();
    if (!span(ord)) return false;
    if (takes(0x2c)) continue;
    return takes(0x5d);
  }
}

function resourceOf(ord: i32): bool {
  if (!takes(0x7b)) return false;
  let seen = 0;
  let resource: usize = 0;
  let resourceSize: usize = 0;
  while (true) {
    const name = member(RESOURCE, SCHEMA_URL + 1);
    if (name < 0 || seen & (1 << name)) return false;
    seen |= 1 << name;
    if (name == SCHEMA_URL) {
      if (!string()) return false;
    } else if (name == RESOURCE) {
      if (seen & (1 << SCOPE_SPANS)) return false;
      resource = at;
      if (!nested(0x7b)) return false;
      resourceSize = at - resource;
    } else if (!scopes(ord, resource, resourceSize)) return false;
    if (takes(0x2c)) continue;
    return takes(0x7d) && (seen & (1 << SCOPE_SPANS)) != 0;
  }
}

function scopes(ord: i32, resource: usize, resourceSize: usize): bool {
  if (!takes(0x5b)) return false;
  if (takes(0x5d)) return true;
  while (true) {
    if (!scopeOf(ord, resource, resourceSize)) return false;
    if (takes(0x2c)) continue;
    return takes(0x5d);
  }
}

function line(ord: i32): bool {
  if (!takes(0x7b) || member(RESOURCE_SPANS, RESOURCE_SPANS + 1) != RESOURCE_SPANS || !takes(0x5b)) return false;
  if (!takes(0x5d)) {
    while (true) {
      if (!resourceOf(ord)) return false;
      if (takes(0x2c)) continue;
      if (!takes(0x5d)) return false;
      break;
    }
  }
  if (!takes(0x7d)) return false;
  takes(0x0d);
  return load<u8>(at) == 0x0a;
}
