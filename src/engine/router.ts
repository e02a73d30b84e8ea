/** Contract -> rooms. Each handler is a few lines; what it takes to answer is the rooms' business. */
import type { EngineState } from './engine';
import { codebookRoutes } from './routes/codebook';
import { codeRoutes } from './routes/codes';
import { correctionRoutes } from './routes/corrections';
import { extractRoutes } from './routes/extract';
import { implementer } from './routes/implementer';
import { importRoutes } from './routes/imports';
import { objectiveRoutes } from './routes/objectives';
import { overviewRoutes } from './routes/overview';
import { redactionRoutes } from './routes/redaction';
import { regressionRoutes } from './routes/regression';
import { reportRoutes } from './routes/report';
import { reviewRoutes } from './routes/review';
import { sessionRoutes } from './routes/sessions';
import { sqlRoutes } from './routes/sql';
import { signalRoutes } from './routes/signals';
import { workspaceRoutes } from './routes/workspace';

/** The router over one engine. */
export function createRouter(engine: EngineState) {
  const os = implementer();
  const context = { os, engine };
  return os.router({
    ...workspaceRoutes(context),
    ...importRoutes(context),
    ...extractRoutes(context),
    ...sessionRoutes(context),
    ...signalRoutes(context),
    ...correctionRoutes(context),
    ...codeRoutes(context),
    ...codebookRoutes(context),
    ...overviewRoutes(context),
    ...reportRoutes(context),
    ...reviewRoutes(context),
    ...objectiveRoutes(context),
    ...regressionRoutes(context),
    ...sqlRoutes(context),
    ...redactionRoutes(context),
  });
}
export type Router = ReturnType<typeof createRouter>;
