/** Handlers of overview. */
import { currentCodebook } from '../codebook/codebook';
import { correctionSignal } from '../corrections/find-corrections';
import { overviewOf, summaryOf } from '../report/overview';
import { listSignals } from '../signals/findings';
import type { RouteContext } from './implementer';

export function overviewRoutes({ os, engine }: RouteContext) {
  return {
    overview: {
      get: os.overview.get.handler(async () => {
        const { db, state } = engine.workspace;
        return overviewOf(db, currentCodebook(state), await listSignals(db, state, [correctionSignal]));
      }),
      summary: os.overview.summary.handler(() => {
        const { db, state, path } = engine.workspace;
        return summaryOf(db, path, currentCodebook(state));
      }),
    },
  };
}
