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
    case 'correction.coded':
    case 'correction.set-aside':
      return correctionSentence(act, state);
    case 'code.placed':
      return act.failureModeId === null
        ? `Took the code ${quoted(act.code)} out of its failure mode`
        : `Put the code ${quoted(act.code)} under ${quoted(state.failureModeName(act.failureModeId))}`;
    case 'cluster.named':
    case 'cluster.ran':
    case 'cluster.merged':
    case 'cluster.moved':
    case 'cluster.linked':
      return clusterSentence(act, state);
    case 'workspace.created':
      return `Created the workspace ${quoted(act.name)}`;
    case 'session.joined': {
      const what = act.carried.map((one) => `${one.count.toLocaleString('en')} × ${one.what}`).join(', ');
      return `Carried over into the sessions that import ${act.importId} joined: ${what}`;
    }
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
    case 'acts.grouped': {
      const [first = '', ...rest] = act.acts.map((one) => sentence({ ...fact, act: one }, state));
      return [first, ...rest.map(lowerFirst)].join(', and ');
    }
    case 'crosswalk.changed': {
      const pair = `${quoted(state.failureModeName(act.fromId))} and ${quoted(state.failureModeName(act.toId))}`;
      return act.relation === null
        ? `Took away the link between ${pair}`
        : `Linked ${pair} (${act.relation})`;
    }
    case 'pillar.changed':
      return act.pillar === null
        ? `Returned the tool ${quoted(act.toolName)} to the built-in pillar rules`
        : `Put the tool ${quoted(act.toolName)} into the pillar ${act.pillar}`;
    case 'context-window.changed':
      return act.tokens === null
        ? `Returned the context window of ${quoted(act.model)} to the built-in table`
        : `Set the context window of ${quoted(act.model)} to ${act.tokens.toLocaleString('en')} tokens`;
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
    case 'objective.saved':
      return `Saved version ${act.objective.version} of the objective ${quoted(act.objective.name)}`;
    case 'objective.retired':
      return `${act.isRetired ? 'Retired' : 'Brought back'} the objective ${objectiveName(act.objectiveId, state)}`;
    case 'objective.evaluated': {
      const { objectiveId, version, passedIds, failedIds } = act.evaluation;
      return `Evaluated ${objectiveName(objectiveId, state)} (version ${version}): ${count(passedIds.length, 'session')} passed, ${failedIds.length} failed`;
    }
    case 'redaction.set':
      return `Chose ${count(act.choice.kinds.length, 'kind')} of things to mask in exports`;
    case 'regression.saved':
      return `Saved version ${act.set.version} of the regression set ${quoted(act.set.name)} with ${count(act.set.cases.length, 'case')}`;
    case 'regression.retired':
      return `${act.isRetired ? 'Retired' : 'Brought back'} the regression set ${quoted(state.regressionSets.get(act.setId)?.versions.at(-1)?.set.name ?? act.setId)}`;
    case 'judge.set':
      return act.judge === null
        ? 'Switched the local judge off'
        : `Set the local judge to ${quoted(act.judge.model)} at ${act.judge.address}`;
    case 'review.queued':
    case 'review.archived':
    case 'review.claimed':
    case 'review.skipped':
    case 'review.returned':
    case 'review.completed':
    case 'review.settled':
    case 'review.merged':
      return reviewSentence(act, state);
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
    case 'correction.coded':
      return act.mode === 'add'
        ? `Coded ${corrections} ${quoted(act.code)}`
        : `Took the code ${quoted(act.code)} off ${corrections}`;
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
    case 'cluster.linked': {
      const corrections = count(act.correctionIds.length, 'correction');
      if (act.link === null) return `Took back what was said of ${corrections} together`;
      return `Said that ${corrections} ${act.link === 'must' ? 'belong together' : 'do not belong together'}`;
    }
    case 'cluster.moved':
      return `Moved ${count(act.correctionIds.length, 'correction')} to ${cluster(act.clusterId)}`;
  }
}

function objectiveName(objectiveId: string, state: Projection): string {
  return quoted(state.objectives.get(objectiveId)?.versions.at(-1)?.objective.name ?? objectiveId);
}

function reviewSentence(act: Extract<Act, { type: `review.${string}` }>, state: Projection): string {
  const queue = (id: string) => quoted(state.queue(id)?.queue.name ?? id);
  switch (act.type) {
    case 'review.queued':
      return `Queued ${count(act.queue.items.length, 'session')} for review as ${quoted(act.queue.name)}`;
    case 'review.archived':
      return `${act.isArchived ? 'Archived' : 'Brought back'} the queue ${queue(act.queueId)}`;
    case 'review.merged':
      return `Took in ${count(act.facts.length, 'fact')} of reviewing from ${quoted(act.sourceName)}`;
    case 'review.settled':
      return act.review === null
        ? `Took back the decision on session ${act.sessionId} in ${queue(act.queueId)}`
        : `Settled session ${act.sessionId} in ${queue(act.queueId)}`;
    case 'review.claimed':
    case 'review.skipped':
    case 'review.returned':
    case 'review.completed': {
      const verbs = {
        'review.claimed': 'took up',
        'review.skipped': 'skipped',
        'review.returned': 'gave back',
        'review.completed': 'reviewed',
      };
      return `${act.reviewer} ${verbs[act.type]} session ${act.sessionId} in ${queue(act.queueId)}`;
    }
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
