/** Handlers of redaction, and what an export needs to know of it. */
import type { RedactionChoice } from '../../shared/model/redaction';
import type { EngineState } from '../engine';
import { act } from '../open-workspace';
import { maskKinds } from '../report/redaction/kinds';
import { checkPatterns } from '../report/redaction/own-patterns';
import { previewRedaction } from '../report/redaction/preview';
import { pseudonymKey } from '../report/redaction/pseudonym-key';
import type { RedactionSettings } from '../report/redaction/redact';
import type { RouteContext } from './implementer';

/** What is masked: the workspace's choice, everything until one was made. */
function choiceOf(engine: EngineState): RedactionChoice {
  return engine.workspace.state.redaction ?? { kinds: [...maskKinds], ownTerms: [], ownPatterns: [] };
}

/** Users a workspace may know by name before the list is cut. */
const MAX_PEOPLE = 100_000;

/** A choice with the key of this machine, and the names by which the sources call users. */
export async function redactionSettings(
  engine: EngineState,
  choice: RedactionChoice = choiceOf(engine),
): Promise<RedactionSettings> {
  const people = await engine.workspace.db.all<{ name: string }>(
    `SELECT DISTINCT user_id AS name FROM session WHERE user_id IS NOT NULL ORDER BY name LIMIT ${String(MAX_PEOPLE)}`,
  );
  return {
    kinds: new Set(choice.kinds),
    ownTerms: choice.ownTerms.map((text) => ({ text })),
    ownPatterns: choice.ownPatterns,
    people: people.map((one) => one.name),
    key: await pseudonymKey(engine.options.dataDir),
  };
}

export function redactionRoutes({ os, engine }: RouteContext) {
  return {
    redaction: {
      get: os.redaction.get.handler(() => choiceOf(engine)),
      set: os.redaction.set.handler(async ({ input }) => {
        checkPatterns(input.ownPatterns);
        await act(engine.workspace, [{ type: 'redaction.set', choice: input }]);
        return null;
      }),
      preview: os.redaction.preview.handler(async ({ input: { choice, ...page } }) =>
        previewRedaction(engine.workspace.db, await redactionSettings(engine, choice), page),
      ),
    },
  };
}
