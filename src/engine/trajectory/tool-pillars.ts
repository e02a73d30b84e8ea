/** The workspace's tools with the pillar each is in and the rule that put it there. */
import type { Pillar } from '../../shared/model/pillar';
import type { Database } from '../workspace/database';
import { assignPillars } from './index-imports';
import { rulesInForce } from './pillar-rules';

export interface ToolPillar {
  toolName: string;
  pillar: Pillar;
  ruleId: string;
  spanCount: number;
  isChanged: boolean;
}

/** Tools by how often they are called. */
export async function listToolPillars(
  db: Database,
  overrides: ReadonlyMap<string, Pillar>,
): Promise<ToolPillar[]> {
  return db.transaction(async (tx) => {
    await assignPillars(tx, '(SELECT * FROM span WHERE tool_name IS NOT NULL)', rulesInForce(overrides));
    const rows = await tx.all<Omit<ToolPillar, 'isChanged'>>(
      `SELECT s.tool_name AS "toolName", mode(r.pillar) AS pillar, mode(r.rule_id) AS "ruleId", count(*)::INTEGER AS "spanCount"
       FROM span AS s JOIN pillar_of AS r ON r.kind = s.kind AND r.name = s.name AND r.operation IS NOT DISTINCT FROM s.operation AND r.tool_name = s.tool_name
       GROUP BY s.tool_name ORDER BY "spanCount" DESC, "toolName"`,
    );
    return rows.map((row) => ({ ...row, isChanged: overrides.has(row.toolName) }));
  });
}
