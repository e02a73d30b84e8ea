/**
 * Built-in failure modes to start from, in our own words, each with where the category comes from.
 * Owns data only. A workspace begins with the starter as version 1 of its codebook; from then on it is the analyst's.
 */
import { crosswalkRelationSchema, type CrosswalkLink, type FailureMode } from '../../shared/model/codebook';
import { pillarSchema } from '../../shared/model/pillar';
import { agentError, agentRx, mast, microsoft, trail } from './starter-agents.data';
import { causes, classic, crosswalk, dissatisfaction, feedback, pillars } from './starter-people.data';

type Starter = Pick<
  FailureMode,
  'id' | 'name' | 'definition' | 'include' | 'exclude' | 'severity' | 'pillar'
>;

const PATTERNS = 'Production failure patterns of agents, after the four pillars of arXiv 2512.12791.';
const SEMANTIC =
  'Semantic failure categories: the run succeeds by every check and still misses what was meant.';

function mode(source: string, starter: Starter): FailureMode {
  return { ...starter, parentId: null, color: null, examples: [], source, isRetired: false };
}

/** Four production patterns and three semantic categories. */
export const starterFailureModes: readonly FailureMode[] = [
  mode(PATTERNS, {
    id: 'reasoning-drift',
    name: 'Reasoning drift',
    definition:
      'Over several steps or turns the agent moves away from what was asked, each step plausible by itself, until it works on something else.',
    include:
      'The user points back at the original request; the final answer solves a neighbouring problem; a side issue takes over the session.',
    exclude: 'A change of direction the user asked for; a single wrong fact or a single wrong step.',
    severity: 3,
    pillar: 'llm',
  }),
  mode(PATTERNS, {
    id: 'tool-call-failure',
    name: 'Tool-call failure',
    definition:
      'A tool is chosen wrongly, called with wrong arguments, fails, or brings back nothing, and the agent goes on as if it had worked.',
    include:
      'Errors the agent ignores; empty or partial results it builds on; results it made up; the same failing call again and again.',
    exclude: 'A failing call that the agent notices and works around or reports honestly.',
    severity: 3,
    pillar: 'tools',
  }),
  mode(PATTERNS, {
    id: 'context-window-saturation',
    name: 'Context-window saturation',
    definition:
      'What the agent needs is no longer in its context, or is buried there: earlier facts, files or constraints are lost as the session grows or is compacted.',
    include:
      'Asking again for what was given; repeating finished work after a compaction; forgetting a rule of the first turn late in the session.',
    exclude: 'Facts the agent never had; a rule it ignores right after it was given (specification drift).',
    severity: 3,
    pillar: 'memory',
  }),
  mode(PATTERNS, {
    id: 'goal-misalignment',
    name: 'Goal misalignment',
    definition:
      'The agent pursues or claims a goal that is not the user’s: it declares success that is none, or acts for a purpose nobody gave it.',
    include:
      '“Done” followed by the user showing that it is not; actions with consequences that were not asked for; optimising a check instead of the thing.',
    exclude: 'Honest partial results; a misreading of an ambiguous request (intent misalignment).',
    severity: 4,
    pillar: 'environment',
  }),
  mode(SEMANTIC, {
    id: 'intent-misalignment',
    name: 'Intent misalignment',
    definition:
      'The agent answers the words and misses the intention: the user wanted something else than what was understood.',
    include:
      '“That is not what I meant”; an answer to another question; a clarifying question that should have been asked and was not.',
    exclude: 'The right task done with a mistake in it.',
    severity: 3,
    pillar: 'llm',
  }),
  mode(SEMANTIC, {
    id: 'specification-drift',
    name: 'Specification drift',
    definition:
      'A requirement, limit or preference the user stated is kept at first or not at all, and broken in what is delivered.',
    include:
      '“I said no more than …”; wrong language, format, tone or length although it was given; a forbidden file or action touched.',
    exclude: 'Requirements the user adds only afterwards.',
    severity: 3,
    pillar: 'llm',
  }),
  mode(SEMANTIC, {
    id: 'proxy-metric-collapse',
    name: 'Proxy metric collapse',
    definition:
      'The agent satisfies a stand-in for success (tests pass, a form is filled, a ticket is closed) while the outcome the user cares about gets worse.',
    include:
      'Tests weakened or hard-coded to pass; a case closed without a solution; a shorter answer that leaves out what mattered.',
    exclude: 'Failures that the measure itself shows.',
    severity: 4,
    pillar: 'environment',
  }),
];

/** Failure modes of a table with one a line: id | name | pillar | severity | definition. */
function modesOf(table: string, source: string): FailureMode[] {
  return table
    .trim()
    .split('\n')
    .map((line) => {
      const [id = '', name = '', pillar = '', severity = '', definition = ''] = line.split(' | ');
      return mode(source, {
        id,
        name,
        definition,
        include: '',
        exclude: '',
        severity: Number(severity),
        pillar: pillarSchema.parse(pillar),
      });
    });
}

type StarterSet = { id: string; title: string; source: string; licence: string; failureModes: FailureMode[] };

function starter(id: string, title: string, source: string, licence: string, table: string): StarterSet {
  return { id, title, source, licence, failureModes: modesOf(table, source) };
}

const OWN = 'Definitions in our own words, under the licence of Faultline.';
const NAMES =
  'Names of the categories are the authors’; definitions in our own words, under the licence of Faultline. ';

/** The built-in sets of failure modes, each with its source and what may be done with it. */
export const starters: StarterSet[] = [
  {
    id: 'starter',
    title: 'Four production patterns and three semantic categories',
    source: `${PATTERNS} ${SEMANTIC}`,
    licence: OWN,
    failureModes: [...starterFailureModes],
  },
  starter(
    'classic',
    'Planning, silent tool use, ambiguity',
    'Three failures that agents in use show most often.',
    OWN,
    classic,
  ),
  starter(
    'causes',
    'Why it failed: data, shift, adversary, specification, long tail',
    'Causes of failure as the machine-learning literature tells them apart.',
    OWN,
    causes,
  ),
  starter(
    'mast',
    'MAST: why multi-agent systems fail',
    'MAST, arXiv 2503.13657 (14 modes).',
    `${NAMES}The authors’ labelled data is CC BY 4.0 and is not included.`,
    mast,
  ),
  starter(
    'trail',
    'TRAIL: errors in traces',
    'TRAIL, arXiv 2505.08638.',
    `${NAMES}The licence of the authors’ data was not checked; none of it is included.`,
    trail,
  ),
  starter(
    'agent-error',
    'AgentErrorTaxonomy',
    'AgentErrorTaxonomy, arXiv 2509.25370.',
    NAMES.trim(),
    agentError,
  ),
  starter(
    'agentrx',
    'AgentRx',
    'AgentRx, arXiv 2602.02475.',
    `${NAMES}The authors’ data is MIT and is not included.`,
    agentRx,
  ),
  starter(
    'microsoft',
    'Failure modes in agentic AI (Microsoft AI Red Team)',
    'Microsoft AI Red Team, taxonomy of failure modes in agentic AI systems (versions of 2025 and 2026).',
    `${NAMES}The list was taken from a secondary account; check it against the original.`,
    microsoft,
  ),
  starter(
    'dissatisfaction',
    'What leaves users dissatisfied',
    'After the categories of arXiv 2311.07434.',
    `${NAMES}The authors’ data may not be used commercially and is not included.`,
    dissatisfaction,
  ),
  starter(
    'feedback',
    'What users say back (UR1 to UR5)',
    'User feedback patterns, arXiv 2407.10944.',
    `${NAMES}The authors’ data is MIT and is not included.`,
    feedback,
  ),
  starter('pillars', 'The four pillars', 'arXiv 2512.12791.', NAMES.trim(), pillars),
];

/** Links between built-in categories, as a person reads them: `from` is the same as, broader or narrower than `to`, or related. */
export const builtInCrosswalk: readonly CrosswalkLink[] = crosswalk
  .trim()
  .split('\n')
  .map((line) => {
    const [fromId = '', relation = '', toId = ''] = line.split(' | ');
    return { fromId, toId, relation: crosswalkRelationSchema.parse(relation) };
  });
