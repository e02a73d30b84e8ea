/** Handlers of redaction, and what an export needs to know of it. */
import type { RedactionChoice } from '../../shared/contract/redaction';
import type { EngineState } from '../engine';
import { act } from '../open-workspace';
import { maskKinds } from '../report/redaction/kinds';
import { previewRedaction } from '../report/redaction/preview';
import { pseudonymKey } from '../report/redaction/pseudonym-key';
import type { RedactionSettings } from '../report/redaction/redact';
import type { RouteContext } from './implementer';

/** What is masked: the workspace's choice, everything until one was made. */
function choiceOf(engine: EngineState): RedactionChoice {
  return engine.workspace.state.redaction ?? { kinds: [...maskKinds], ownTerms: [] };
}

/** A choice with the key of this machine. */
export async function redactionSettings(
  engine: EngineState,
  choice: RedactionChoice = choiceOf(engine),
): Promise<RedactionSettings> {
  return {
    kinds: new Set(choice.kinds),
    ownTerms: choice.ownTerms.map((text) => ({ text })),
    key: await pseudonymKey(engine.options.dataDir),
  };
}

export function redactionRoutes({ os, engine }: RouteContext) {
  return {
    redaction: {
      get: os.redaction.get.handler(() => choiceOf(engine)),
      set: os.redaction.set.handler(async ({ input }) => {
        await act(engine.workspace, [{ type: 'redaction.set', choice: input }]);
        return null;
      }),
      preview: os.redaction.preview.handler(async ({ input: { choice, ...page } }) =>
        previewRedaction(engine.workspace.db, await redactionSettings(engine, choice), page),
      ),
    },
  };
}
