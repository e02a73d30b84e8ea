/**
 * Facts in words, for the history and for what undo says it did. Owns the wording only.
 */
import type { Act, Fact } from '../../shared/model/journal';
import type { Projection } from './projection';

/** One sentence, without a full stop, for what a fact says was done; `state` knows the names of things. */
export function sentence(fact: Fact, state: Projection): string {
  const { act } = fact;
  switch (act.type) {
    case 'act.undone':
    case 'act.redone': {
      const target = state.fact(act.factId);
      const what = target ? sentence(target, state) : 'an act this journal does not hold';
      return `${act.type === 'act.undone' ? 'Undid' : 'Redid'}: ${lowerFirst(what)}`;
    }
    case 'correction.judged':
    case 'correction.added':
    case 'correction.assigned':
    case 'correction.set-aside':
      return correctionSentence(act, state);
    case 'cluster.named':
    case 'cluster.ran':
    case 'cluster.merged':
    case 'cluster.moved':
      return clusterSentence(act, state);
    case 'workspace.created':
      return `Created the workspace ${quoted(act.name)}`;
    case 'finding.judged':
    case 'session.judged':
    case 'signal.tuned':
    case 'signal.saved':
    case 'signal.removed':
      return signalSentence(act);
    case 'codebook.saved': {
      const { version, failureModes, note } = act.codebook;
      const what = `Saved version ${version} of the codebook with ${count(failureModes.length, 'failure mode')}`;
      return note === '' ? what : `${what}: ${note}`;
    }
    case 'pillar.changed':
      return act.pillar === null
        ? `Returned the tool ${quoted(act.toolName)} to the built-in pillar rules`
        : `Put the tool ${quoted(act.toolName)} into the pillar ${act.pillar}`;
    case 'mapping.saved':
      return `Saved the mapping ${quoted(act.profile.name)}`;
    case 'view.saved':
      return `Saved the view ${quoted(act.name)} of ${act.screen}`;
    case 'view.removed':
      return `Removed the view ${quoted(act.name)} of ${act.screen}`;
    case 'annotation.imported':
      return `Took in ${count(act.annotations.length, 'annotation')} from ${quoted(act.sourceName)}`;
    case 'import.removed':
      return `Removed the import ${act.importId}`;
  }
}

function correctionSentence(act: Extract<Act, { type: `correction.${string}` }>, state: Projection): string {
  if (act.type === 'correction.added') return `Made a user turn of session ${act.sessionId} a correction`;
  const corrections = count(act.correctionIds.length, 'correction');
  switch (act.type) {
    case 'correction.judged':
      if (act.verdict === null) return `Took back the verdict on ${corrections}`;
      return `${act.verdict === 'confirmed' ? 'Confirmed' : 'Rejected'} ${corrections}`;
    case 'correction.set-aside':
      return act.isSetAside
        ? `Set ${corrections} aside`
        : `Brought back ${corrections} that had been set aside`;
    case 'correction.assigned': {
      const mode = quoted(state.failureModeName(act.failureModeId));
      if (act.mode === 'remove') return `Took ${mode} off ${corrections}`;
      return act.mode === 'set' ? `Sorted ${corrections} under ${mode}` : `Added ${mode} to ${corrections}`;
    }
  }
}

function signalSentence(
  act: Extract<Act, { type: `signal.${string}` | 'finding.judged' | 'session.judged' }>,
): string {
  switch (act.type) {
    case 'finding.judged': {
      const findings = count(act.findingIds.length, 'finding');
      return act.verdict === null
        ? `Took back the verdict on ${findings}`
        : `Judged ${findings} ${act.verdict}`;
    }
    case 'session.judged': {
      const sessions = count(act.sessionIds.length, 'session');
      if (act.failed === null) return `Took back the verdict on ${sessions}`;
      return `Judged ${sessions} ${act.failed ? 'failed' : 'a success'}`;
    }
    case 'signal.tuned': {
      if (!act.isEnabled) return `Switched the signal ${act.signal} off`;
      const changed = Object.keys(act.parameters);
      return changed.length === 0
        ? `Returned the signal ${act.signal} to its own parameters`
        : `Set ${changed.join(', ')} of the signal ${act.signal}`;
    }
    case 'signal.saved':
      return `Saved the signal ${quoted(act.query.title)}`;
    case 'signal.removed':
      return `Removed the signal ${act.signal}`;
  }
}

function clusterSentence(act: Extract<Act, { type: `cluster.${string}` }>, state: Projection): string {
  const cluster = (id: string) => {
    const name = state.clusterNames.get(id);
    return name === undefined ? `cluster ${id}` : `cluster ${quoted(name)}`;
  };
  switch (act.type) {
    case 'cluster.ran':
      return `Clustered ${count(act.result.itemCount, 'correction')} into ${count(act.result.clusters.length, 'cluster')}`;
    case 'cluster.named':
      return act.name === null
        ? `Took the name off cluster ${act.clusterId}`
        : `Named cluster ${act.clusterId} ${quoted(act.name)}`;
    case 'cluster.merged':
      return `Merged ${count(act.clusterIds.length, 'cluster')} into ${cluster(act.intoId)}`;
    case 'cluster.moved':
      return `Moved ${count(act.correctionIds.length, 'correction')} to ${cluster(act.clusterId)}`;
  }
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString('en')} ${noun}${n === 1 ? '' : 's'}`;
}

function quoted(text: string): string {
  return `“${text}”`;
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}
