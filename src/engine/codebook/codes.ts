/**
 * Free codes: the words a person puts on corrections while reading, before there are failure modes for them (open coding), and
 * the failure modes the codes are put under later (axial coding; Corbin & Strauss, Basics of Qualitative Research).
 * Owns which acts one step of coding takes, so that undo takes all of it back. What is under a failure mode by way of a code says
 * so, and goes with the code; what was sorted there directly stays.
 */
import type { CodeUse } from '../../shared/model/code';
import type { SingleAct } from '../../shared/model/journal';
import { BadInput } from '../workspace/problem';
import { placeUnder } from '../workspace/mode-place';
import type { Projection } from '../workspace/projection';
import type { Queries } from '../workspace/queries';
import { addFailureMode, currentCodebook } from './codebook';

/** All codes on corrections in force or put under a failure mode, the most used first. */
export async function listCodes(db: Queries, state: Projection): Promise<CodeUse[]> {
  const rows = await db.all<{ code: string; count: number; sessions: number; authors: string[] }>(
    `SELECT k.code, count(*)::INTEGER AS count, count(DISTINCT c.session_id)::INTEGER AS sessions, list_sort(list(DISTINCT k.author)) AS authors
     FROM coding AS k
     JOIN correction_state AS c ON c.correction_id = k.correction_id AND c.state <> 'rejected' AND NOT c.is_set_aside
     GROUP BY k.code ORDER BY count DESC, k.code`,
  );
  const known = new Set(rows.map((row) => row.code));
  const unused = [...state.codePlaces.keys()]
    .filter((code) => !known.has(code))
    .map((code) => ({ code, count: 0, sessions: 0, authors: [] }));
  const { version } = currentCodebook(state);
  return [...rows, ...unused].map((row) => {
    const placed = state.codePlaces.get(row.code);
    return {
      ...row,
      failureModeId: placed === undefined ? null : placeUnder(state.codebooks, version, placed),
    };
  });
}

/** The code as it is written already, where only capitals and spaces differ. */
function knownSpelling(state: Projection, code: string): string {
  const plain = (text: string) => text.trim().replace(/\s+/gu, ' ').toLowerCase();
  const wanted = plain(code);
  for (const known of state.codePlaces.keys()) if (plain(known) === wanted) return known;
  for (const say of state.corrections.values())
    for (const one of say.codes) if (plain(one.code) === wanted) return one.code;
  return code.trim().replace(/\s+/gu, ' ');
}

/** What stands today for a failure mode of any version. */
function modeInForce(state: Projection, failureModeId: string): string {
  return placeUnder(state.codebooks, currentCodebook(state).version, failureModeId) ?? failureModeId;
}

/** The failure mode a code is under today; null where it is under none. */
function modeOf(state: Projection, code: string): string | null {
  const placed = state.codePlaces.get(code);
  return placed === undefined ? null : modeInForce(state, placed);
}

function assigned(
  state: Projection,
  mode: 'add' | 'remove',
  correctionIds: string[],
  failureModeId: string,
  code?: string,
): SingleAct[] {
  if (correctionIds.length === 0) return [];
  const codebookVersion = currentCodebook(state).version;
  const by = code === undefined ? {} : { code };
  return [{ type: 'correction.assigned', correctionIds, failureModeId, codebookVersion, mode, ...by }];
}

/** Takes corrections out of the failure mode a code had brought them to; what another of their codes brings there stays. */
function withdrawn(state: Projection, code: string, correctionIds: string[]): SingleAct[] {
  const gone = new Map<string, string[]>();
  const kept = new Map<string, { failureModeId: string; code: string; ids: string[] }>();
  for (const id of correctionIds) {
    const say = state.correction(id);
    for (const { failureModeId } of say.assignments.filter((one) => one.code === code)) {
      gone.set(failureModeId, [...(gone.get(failureModeId) ?? []), id]);
      const other = say.codes.find(
        (one) => one.code !== code && modeOf(state, one.code) === modeInForce(state, failureModeId),
      );
      if (other === undefined) continue;
      const name = JSON.stringify([failureModeId, other.code]);
      const ids = [...(kept.get(name)?.ids ?? []), id];
      kept.set(name, { failureModeId, code: other.code, ids });
    }
  }
  return [
    ...[...gone].flatMap(([failureModeId, ids]) => assigned(state, 'remove', ids, failureModeId)),
    ...[...kept.values()].flatMap((one) => assigned(state, 'add', one.ids, one.failureModeId, one.code)),
  ];
}

function coded(state: Projection, code: string): string[] {
  return [...state.corrections].flatMap(([id, say]) =>
    say.codes.some((one) => one.code === code) ? [id] : [],
  );
}

/** Puts a code on corrections or takes it off; where the code is under a failure mode, they come or go with it. */
export function codingActs(
  state: Projection,
  wanted: { correctionIds: string[]; code: string; mode: 'add' | 'remove' },
): SingleAct[] {
  const code = knownSpelling(state, wanted.code);
  const { correctionIds, mode } = wanted;
  const acts: SingleAct[] = [{ type: 'correction.coded', correctionIds, code, mode }];
  if (mode === 'remove') return [...acts, ...withdrawn(state, code, correctionIds)];
  const place = modeOf(state, code);
  return place === null ? acts : [...acts, ...assigned(state, 'add', correctionIds, place, code)];
}

/** Puts a code under a failure mode with all corrections that have it, or (null) takes both out. Throws BadInput where there is no such mode in force. */
export function placingActs(state: Projection, code: string, failureModeId: string | null): SingleAct[] {
  if (failureModeId !== null) {
    const mode = currentCodebook(state).failureModes.find((one) => one.id === failureModeId);
    if (mode === undefined || mode.isRetired)
      throw new BadInput(`There is no failure mode “${failureModeId}” to put “${code}” under.`);
  }
  const ids = coded(state, code);
  return [
    { type: 'code.placed', code, failureModeId },
    ...withdrawn(state, code, ids),
    ...(failureModeId === null ? [] : assigned(state, 'add', ids, failureModeId, code)),
  ];
}

/** Makes a failure mode of a code: the next version of the codebook, with the code and its corrections under it. */
export function promotingActs(
  state: Projection,
  code: string,
  author: string,
): { acts: SingleAct[]; failureModeId: string } {
  const { codebook, failureModeId } = addFailureMode(state, { name: code }, author);
  const ids = coded(state, code);
  const acts: SingleAct[] = [
    { type: 'codebook.saved', codebook },
    { type: 'code.placed', code, failureModeId },
    ...withdrawn(state, code, ids),
  ];
  if (ids.length > 0)
    acts.push({
      type: 'correction.assigned',
      correctionIds: ids,
      failureModeId,
      codebookVersion: codebook.version,
      mode: 'add',
      code,
    });
  return { acts, failureModeId };
}

/** Gives a code another name; where there is one of that name already, the two become one, under the failure mode of the latter. */
export function renamingActs(state: Projection, from: string, to: string): SingleAct[] {
  const code = knownSpelling(state, to) === from ? to.trim().replace(/\s+/gu, ' ') : knownSpelling(state, to);
  if (code === from) throw new BadInput(`The code is called “${from}” already.`);
  const correctionIds = coded(state, from);
  const fromPlace = state.codePlaces.get(from);
  const place = state.codePlaces.get(code) ?? fromPlace;
  if (correctionIds.length === 0 && fromPlace === undefined)
    throw new BadInput(`There is no code “${from}”.`);
  const acts: SingleAct[] = [];
  if (fromPlace !== undefined) {
    acts.push({ type: 'code.placed', code: from, failureModeId: null });
    acts.push(...withdrawn(state, from, correctionIds));
  }
  if (correctionIds.length > 0)
    acts.push(
      { type: 'correction.coded', correctionIds, code: from, mode: 'remove' },
      { type: 'correction.coded', correctionIds, code, mode: 'add' },
    );
  if (place === undefined) return acts;
  if (!state.codePlaces.has(code)) acts.push({ type: 'code.placed', code, failureModeId: place });
  return [...acts, ...assigned(state, 'add', correctionIds, modeInForce(state, place), code)];
}
