/** Handlers of code. */
import { codingActs, listCodes, placingActs, promotingActs, renamingActs } from '../codebook/codes';
import { act } from '../open-workspace';
import type { SingleAct } from '../../shared/model/journal';
import type { RouteContext } from './implementer';

export function codeRoutes({ os, engine }: RouteContext) {
  // One step of undo, however many acts it takes.
  const asOne = async (acts: SingleAct[]): Promise<null> => {
    await act(engine.workspace, [{ type: 'acts.grouped', acts }]);
    return null;
  };
  return {
    code: {
      list: os.code.list.handler(() => listCodes(engine.workspace.db, engine.workspace.state)),
      apply: os.code.apply.handler(({ input }) => asOne(codingActs(engine.workspace.state, input))),
      place: os.code.place.handler(({ input }) =>
        asOne(placingActs(engine.workspace.state, input.code, input.failureModeId)),
      ),
      promote: os.code.promote.handler(async ({ input }) => {
        const { acts, failureModeId } = promotingActs(
          engine.workspace.state,
          input.code,
          engine.memory.author,
        );
        await asOne(acts);
        return { failureModeId };
      }),
      rename: os.code.rename.handler(({ input }) =>
        asOne(renamingActs(engine.workspace.state, input.code, input.to)),
      ),
    },
  };
}
