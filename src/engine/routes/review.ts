/** Handlers of review. */
import { randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import { incompleteSignals } from '../../shared/model/signal-coverage';
import { currentCodebook } from '../codebook/codebook';
import { act } from '../open-workspace';
import { agreementOf } from '../review/agreement';
import { exportQueue, exportReviews, readReviews } from '../review/exchange';
import { drawQueue, type Draw } from '../review/draw-queue';
import {
  listDisagreements,
  listItems,
  listQueues,
  nextItem,
  queueOf,
  QueueWork,
  seenBy,
  titlesOf,
} from '../review/queues';
import { reasonsOf } from '../review/priority';
import { queueResults } from '../review/results';
import { maskQueue } from '../report/redaction/mask-queue';
import { openMasking } from '../report/redaction/redact-value';
import type { RouteContext } from './implementer';
import { redactionSettings } from './redaction';

const marks = { claimed: 'review.claimed', skipped: 'review.skipped', open: 'review.returned' } as const;
/** Items a preview shows; the queue itself may hold thousands. */
const PREVIEW_ITEMS = 50;

export function reviewRoutes({ os, engine }: RouteContext) {
  const version = () => currentCodebook(engine.workspace.state).version;
  const draw = (input: Draw) => drawQueue(engine.workspace, input);
  return {
    review: {
      queues: os.review.queues.handler(() => listQueues(engine.workspace.state)),
      preview: os.review.preview.handler(async ({ input }) => {
        const { items, frameSize, signals } = await draw(input);
        const shown = items.slice(0, PREVIEW_ITEMS);
        const titles = await titlesOf(
          engine.workspace.db,
          shown.map((item) => item.sessionId),
        );
        return {
          frameSize,
          size: items.length,
          incomplete: signals ? incompleteSignals(signals) : null,
          items: shown.map((item) => ({
            ...item,
            title: titles.get(item.sessionId) ?? '',
            reasons: reasonsOf(item, input),
          })),
        };
      }),
      createQueue: os.review.createQueue.handler(async ({ input }) => {
        const { withReviewed: _withReviewed, size: _size, ...rest } = input;
        const queue = { queueId: randomUUID(), ...rest, ...(await draw(input)), codebookVersion: version() };
        await act(engine.workspace, [{ type: 'review.queued', queue }]);
        return { queueId: queue.queueId, size: queue.items.length };
      }),
      archiveQueue: os.review.archiveQueue.handler(async ({ input }) => {
        queueOf(engine.workspace.state, input.queueId);
        await act(engine.workspace, [{ type: 'review.archived', ...input }]);
        return null;
      }),
      items: os.review.items.handler(({ input }) =>
        listItems(engine.workspace.db, engine.workspace.state, input),
      ),
      next: os.review.next.handler(({ input }) =>
        nextItem(engine.workspace.db, engine.workspace.state, input),
      ),
      mark: os.review.mark.handler(async ({ input: { state, ...place } }) => {
        const { queue } = queueOf(engine.workspace.state, place.queueId);
        const stands = new QueueWork(engine.workspace.state, queue).stateFor(place.sessionId, place.reviewer);
        // What one has reviewed already is taken back by giving it back, and by nothing else.
        if (stands === state || (stands === 'completed' && state !== 'open')) return null;
        await act(engine.workspace, [{ type: marks[state], ...place }]);
        return null;
      }),
      get: os.review.get.handler(({ input }) => seenBy(engine.workspace.state, input)),
      complete: os.review.complete.handler(async ({ input }) => {
        queueOf(engine.workspace.state, input.queueId);
        await act(engine.workspace, [{ type: 'review.completed', ...input, codebookVersion: version() }]);
        return null;
      }),
      disagreements: os.review.disagreements.handler(({ input }) =>
        listDisagreements(engine.workspace.db, engine.workspace.state, input),
      ),
      settle: os.review.settle.handler(async ({ input }) => {
        queueOf(engine.workspace.state, input.queueId);
        await act(engine.workspace, [{ type: 'review.settled', ...input, codebookVersion: version() }]);
        return null;
      }),
      results: os.review.results.handler(({ input }) => {
        const { db, state } = engine.workspace;
        return queueResults(db, state, input.queueId, (id) => state.failureModeName(id));
      }),
      agreement: os.review.agreement.handler(({ input }) =>
        agreementOf(engine.workspace.db, engine.workspace.state, input.queueId),
      ),
      exportQueue: os.review.exportQueue.handler(async ({ input }) => {
        const settings = input.redact ? await redactionSettings(engine) : null;
        const masking = await openMasking(engine.workspace.db, settings);
        const mask = masking && maskQueue(masking);
        const { path, ...file } = await exportQueue(engine.workspace, input.queueId, mask);
        return { handle: engine.grants.grant(path), ...file, redaction: mask?.report() ?? null };
      }),
      exportReviews: os.review.exportReviews.handler(async ({ input }) => {
        const { path, ...file } = await exportReviews(engine.workspace, input.queueId);
        return { handle: engine.grants.grant(path), ...file };
      }),
      merge: os.review.merge.handler(async ({ input }) => {
        const path = engine.pathOf(input.handle);
        const taken = await readReviews(engine.workspace, path, basename(path));
        if (taken.act) await act(engine.workspace, [taken.act]);
        const disputed = listQueues(engine.workspace.state).reduce((sum, one) => sum + one.disputed, 0);
        return { read: taken.read, added: taken.read - taken.known, known: taken.known, disputed };
      }),
    },
  };
}
