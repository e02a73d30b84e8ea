/** Handlers of session, signal and pillar. */
import { listCorrections } from '../corrections/list-corrections';
import { act, titlesOf } from '../open-workspace';
import { listFindings } from '../signals/findings';
import { scoreOf } from '../signals/score-sessions';
import { sessionDrift } from '../signals/session-drift';
import { contextWindowOf, listContextWindows } from '../trajectory/context-window';
import { findFacetValues } from '../trajectory/facet-values';
import { rulesInForce } from '../trajectory/pillar-rules';
import { listToolPillars } from '../trajectory/tool-pillars';
import { facetsOf } from '../trajectory/facets';
import { getSession, listSessions, neighbours, type SessionContext } from '../trajectory/sessions';
import { listGoals } from '../trajectory/goals';
import { forkOf, getSpan, listAgents, listLabels, listSpans, listTurns } from '../trajectory/spans';
import { NotFound } from '../workspace/problem';
import { failureModeNames } from '../codebook/codebook';
import type { RouteContext } from './implementer';

/** What a screen waits of the 100 ms an answer may take until it is shown what was found by then. */
const SCREEN_WAIT_MS = 40;

function patience({ isWhole }: { isWhole: boolean }): number | undefined {
  return isWhole ? undefined : SCREEN_WAIT_MS;
}

export function sessionRoutes({ os, engine }: RouteContext) {
  const context = (): SessionContext => {
    const { db, importsDir, state } = engine.workspace;
    return { db, importsDir, failureModeNames: failureModeNames(state) };
  };
  const sessionOf = async (sessionId: string) => {
    const found = await getSession(context(), sessionId);
    if (!found) throw new NotFound(`There is no session ${sessionId} in this workspace.`);
    return found;
  };
  return {
    session: {
      list: os.session.list.handler(({ input, signal }) =>
        listSessions(context(), input, { signal, waitMs: patience(input) }),
      ),
      facets: os.session.facets.handler(({ input, signal }) =>
        facetsOf(context(), input.filter, { signal, waitMs: patience(input) }),
      ),
      facetValues: os.session.facetValues.handler(({ input, signal }) =>
        findFacetValues(context(), input, signal),
      ),
      get: os.session.get.handler(({ input }) => sessionOf(input.sessionId)),
      outline: os.session.outline.handler(async ({ input: { sessionId } }) => {
        const { db } = engine.workspace;
        const page = { sessionId, offset: 0, limit: 10_000 };
        const [session, turns, findings, corrections, labels, agents, fork] = await Promise.all([
          sessionOf(sessionId),
          listTurns(db, sessionId),
          listFindings(db, page),
          listCorrections(db, { ...page, filter: { sessionId }, order: 'session' }),
          listLabels(db, sessionId),
          listAgents(db, sessionId),
          forkOf(db, sessionId),
        ]);
        const contextWindow = contextWindowOf(session.model, engine.workspace.state.contextWindows);
        return {
          session,
          turns,
          findings: findings.items,
          corrections: corrections.items,
          labels,
          agents,
          contextWindow,
          fork,
        };
      }),
      spans: os.session.spans.handler(({ input }) =>
        listSpans(engine.workspace.db, engine.workspace.importsDir, input),
      ),
      drift: os.session.drift.handler(async ({ input: { sessionId }, signal }) => {
        await sessionOf(sessionId);
        return sessionDrift(engine.workspace.db, sessionId, signal);
      }),
      span: os.session.span.handler(async ({ input }) => {
        const found = await getSpan(
          engine.workspace.db,
          engine.workspace.importsDir,
          input.sessionId,
          input.spanId,
        );
        if (!found) throw new NotFound(`There is no span ${input.spanId} in session ${input.sessionId}.`);
        return found;
      }),
      score: os.session.score.handler(async ({ input: { sessionId } }) => {
        const { db, state } = engine.workspace;
        const score = await scoreOf(db, sessionId, titlesOf(state));
        if (!score) throw new NotFound(`There is no session ${sessionId} in this workspace.`);
        return score;
      }),
      judge: os.session.judge.handler(async ({ input }) => {
        await act(engine.workspace, [{ type: 'session.judged', ...input }]);
        return null;
      }),
      ledger: os.session.ledger.handler(async ({ input }) => {
        await sessionOf(input.sessionId);
        return listGoals(engine.workspace.db, engine.workspace.importsDir, input);
      }),
      neighbours: os.session.neighbours.handler(({ input }) => neighbours(context(), input.sessionId, input)),
    },
    contextWindow: {
      list: os.contextWindow.list.handler(() =>
        listContextWindows(engine.workspace.db, engine.workspace.state.contextWindows),
      ),
      set: os.contextWindow.set.handler(async ({ input }) => {
        await act(engine.workspace, [{ type: 'context-window.changed', ...input }]);
        return null;
      }),
    },
    pillar: {
      rules: os.pillar.rules.handler(() => rulesInForce(engine.workspace.state.pillarOverrides)),
      tools: os.pillar.tools.handler(() =>
        listToolPillars(engine.workspace.db, engine.workspace.state.pillarOverrides),
      ),
      setTool: os.pillar.setTool.handler(async ({ input }) => {
        await act(engine.workspace, [{ type: 'pillar.changed', ...input }]);
        return null;
      }),
    },
  };
}
