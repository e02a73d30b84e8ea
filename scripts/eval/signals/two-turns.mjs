// Small sessions for detectors out of labelled dialogues, which hold texts alone.

const nothing = {
  parentSpanId: null,
  traceId: null,
  origin: null,
  pillar: 'llm',
  name: '',
  operation: null,
  toolName: null,
  toolCallId: null,
  agentId: null,
  spawnsAgentId: null,
  isRewound: false,
  isDerived: false,
  status: 'unset',
  statusMessage: null,
  errorType: null,
  finishReason: null,
  startMs: null,
  endMs: null,
  model: null,
  textTail: null,
  input: null,
  callHash: null,
  inputTokens: null,
  outputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  contextTokens: null,
  costUsd: null,
};

/** A span of which only some fields are known. */
export function spanOf(fields) {
  return { ...nothing, ...fields };
}

/** A session of messages: [{ isUser, text }], in order; the last one is what a detector is asked about. */
export function sessionOf(messages, workspace) {
  let turnNo = 0;
  const spans = messages.map(({ isUser, text }, position) => {
    if (isUser) turnNo++;
    return {
      ...nothing,
      spanId: `s${position}`,
      position,
      turnNo,
      kind: isUser ? 'user' : 'llm',
      origin: isUser ? 'human' : null,
      text,
      textLength: text.length,
    };
  });
  return {
    sessionId: 'session',
    format: 'dialogue',
    model: null,
    feature: null,
    userId: null,
    flags: [],
    labels: [],
    declaredTools: null,
    workspace,
    spans,
  };
}

/** Whether a detector fires, with its defaults, at the last message of the session. */
export function firesAtEnd(detector, session) {
  const last = session.spans.at(-1);
  return detector
    .inspect(session, detector.parameters.parse({}))
    .some((finding) => finding.evidence[0] === last.spanId);
}

/** The workspace detectors see: how rare words are in these user turns. */
export function contextOf(engine, texts) {
  const counts = new Map();
  for (const text of texts)
    for (const word of new Set(engine.tokenize(text))) counts.set(word, (counts.get(word) ?? 0) + 1);
  const idf = (word) => Math.log((1 + texts.length) / (1 + (counts.get(word) ?? 0))) + 1;
  return { ...engine.EMPTY_CONTEXT, idf };
}
