/** Handlers of sql. */
import { act } from '../open-workspace';
import { describeViews, exportQuery, runQuery } from '../report/sql-console';
import type { RouteContext } from './implementer';
import { redactionSettings } from './redaction';
import { QueryProblem } from '../workspace/guarded-select';

/** The screen under which saved queries are kept as views of a screen. */
const SCREEN = 'sql';

export function sqlRoutes({ os, engine }: RouteContext) {
  const context = () => ({ db: engine.workspace.db, importsDir: engine.workspace.importsDir });
  return {
    sql: {
      views: os.sql.views.handler(() => describeViews(context())),
      run: os.sql.run.handler(async ({ input, signal }) => {
        try {
          const options = { limit: input.limit, timeoutMs: input.timeoutSeconds * 1000, signal };
          return { kind: 'result' as const, result: await runQuery(context(), input.query, options) };
        } catch (error) {
          if (!(error instanceof QueryProblem)) throw error;
          return { kind: 'problem' as const, message: error.message, position: error.position };
        }
      }),
      export: os.sql.export.handler(async ({ input }) => {
        const { workspace } = engine;
        const settings = input.redact ? await redactionSettings(engine) : null;
        const written = await exportQuery(
          context(),
          workspace.exportsDir,
          input.query,
          input.format,
          settings,
        );
        const { path, ...file } = written;
        return { handle: engine.grants.grant(path), ...file };
      }),
      saved: os.sql.saved.handler(() =>
        engine.workspace.state.views(SCREEN).map(({ name, state }) => ({ name, query: state })),
      ),
      save: os.sql.save.handler(async ({ input: { name, query } }) => {
        await act(engine.workspace, [{ type: 'view.saved', screen: SCREEN, name, state: query }]);
        return null;
      }),
      remove: os.sql.remove.handler(async ({ input }) => {
        await act(engine.workspace, [{ type: 'view.removed', screen: SCREEN, name: input.name }]);
        return null;
      }),
    },
  };
}
