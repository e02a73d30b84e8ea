import { z } from 'zod';
import { actSchema } from '../model/journal';
import { base, handleSchema, pageOf, pageSchema } from './base';

export const workspaceInfoSchema = z.object({
  name: z.string(),
  path: z.string(),
  isSample: z.boolean(),
  createdAt: z.string(),
  sessionCount: z.number().int(),
  importCount: z.number().int(),
  correctionCount: z.number().int(),
  codebookVersion: z.number().int(),
  factCount: z.number().int(),
  lastFactAt: z.string().nullable(),
  rebuilt: z.string().nullable().describe('why the index was rebuilt when it was opened, if it was'),
  warnings: z
    .array(z.string())
    .optional()
    .describe('what was wrong with the journal when it was opened, in sentences'),
});
export type WorkspaceInfo = z.infer<typeof workspaceInfoSchema>;

export const recentWorkspaceSchema = z.object({
  id: z.string().describe('opaque; pass to workspace.openRecent'),
  name: z.string(),
  path: z.string(),
  openedAt: z.string(),
  exists: z.boolean(),
});

export const historyItemSchema = z.object({
  factId: z.string(),
  seq: z.number().int(),
  at: z.string(),
  author: z.string(),
  sentence: z.string().describe('what was done, in words'),
  type: z.string(),
  isUndone: z.boolean(),
  act: actSchema,
});

const undoResultSchema = z.object({
  sentence: z.string().nullable().describe('what was undone or redone; null when there is nothing'),
  canUndo: z.boolean(),
  canRedo: z.boolean(),
});

export const workspace = {
  current: base.output(workspaceInfoSchema.nullable()),
  recent: base.output(z.array(recentWorkspaceSchema)),
  create: base.input(z.object({ name: z.string().trim().min(1).max(80) })).output(workspaceInfoSchema),
  open: base.input(z.object({ handle: handleSchema })).output(workspaceInfoSchema),
  openRecent: base.input(z.object({ id: z.string() })).output(workspaceInfoSchema),
  forgetRecent: base.input(z.object({ id: z.string() })).output(z.null()),
  openSample: base.output(workspaceInfoSchema),
  close: base.output(z.null()),
  saveAs: base.input(z.object({ name: z.string().trim().min(1).max(80) })).output(workspaceInfoSchema),
  /** Packs the workspace into one .faultline.zip; the shell saves it where the person says. */
  pack: base.output(z.object({ handle: handleSchema, name: z.string(), bytes: z.number() })),
  undo: base.output(undoResultSchema),
  redo: base.output(undoResultSchema),
  history: base
    .input(pageSchema)
    .output(pageOf(historyItemSchema).extend({ canUndo: z.boolean(), canRedo: z.boolean() })),
  views: base
    .input(z.object({ screen: z.string() }))
    .output(z.array(z.object({ name: z.string(), state: z.string() }))),
  saveView: base
    .input(
      z.object({ screen: z.string(), name: z.string().trim().min(1).max(60), state: z.string().max(20_000) }),
    )
    .output(z.null()),
  removeView: base.input(z.object({ screen: z.string(), name: z.string() })).output(z.null()),
};
