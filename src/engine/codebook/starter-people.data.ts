// Categories of what people notice and say, and of why systems fail, one a line: id | name | pillar | severity (1 to 4) | definition.
// Names of categories follow the work named in starters.ts; definitions are ours.

export const classic = `
planning-failure | Planning failure | llm | 3 | The steps are wrong, missing or in the wrong order before the first of them is taken.
silent-tool-use-error | Silent tool-use error | tools | 3 | A call succeeds in form and brings nothing, something stale or something wrong, and nobody notices.
ambiguity-collapse | Ambiguity collapse | llm | 3 | A request that can be read in several ways is taken in one of them, without saying so or asking.
`;

export const causes = `
cause-data | Data failure | memory | 3 | What the agent was given or fetched is wrong, stale, missing or contradictory.
cause-shift | Distribution shift | llm | 3 | The request is of a sort the agent was not made or tested for, or the world has changed since.
cause-adversarial | Adversarial failure | environment | 4 | Somebody shaped an input so that the agent fails.
cause-specification | Specification failure | llm | 3 | The agent does what it was told, and what it was told is not what was wanted.
cause-long-tail | Long-tail failure | llm | 2 | A rare case that is handled as if it were the common one.
`;

export const dissatisfaction = `
ud-intent | Intent not understood | llm | 3 | The answer is about something else than what the person wanted.
ud-depth | Shallow or unoriginal | llm | 2 | The answer is general, obvious or says again what was known.
ud-accuracy | Inaccurate | llm | 4 | What is said is wrong, outdated or contradicts itself.
ud-transparency | Not transparent | llm | 2 | Where the answer comes from, or how sure it is, is not said.
ud-refusal | Refuses to answer | llm | 2 | The agent declines, or says that it cannot, where it should have helped.
ud-ethics | Ethics and integrity | llm | 4 | The answer is unfair, harmful or improper.
ud-form | Form and attitude | llm | 1 | Length, structure, tone or manner do not fit.
`;

export const feedback = `
ur-1 | UR1 Repeat or rephrase | llm | 2 | The person asks the same again, in the same or other words.
ur-2 | UR2 Make aware with correction | llm | 3 | The person says that something is wrong and what would be right.
ur-3 | UR3 Make aware without correction | llm | 3 | The person says that something is wrong and not what would be right.
ur-4 | UR4 Ask for clarification | llm | 2 | The person asks what the answer means.
ur-5 | UR5 Positive feedback | llm | 1 | The person says that the answer was good. No failure; there to be told apart.
`;

export const pillars = `
pillar-llm | LLM | llm | 3 | The model: an instruction is not followed, or an answer is unsafe.
pillar-memory | Memory | memory | 3 | Something is stored wrongly, or not found when it is needed, in one step, over several, or over time.
pillar-tools | Tools | tools | 3 | The wrong tool, the wrong arguments, or the wrong order of calls.
pillar-environment | Environment | environment | 3 | The workflow, the guardrails or the configuration around the agent fail it.
`;

/** Built-in crosswalk, one link a line: from | relation | to. The relation reads "from is … to". */
export const crosswalk = `
reasoning-drift | same | mast-2-3
reasoning-drift | same | trail-goal-deviation
tool-call-failure | broader | silent-tool-use-error
tool-call-failure | broader | arx-invalid-invocation
tool-call-failure | broader | trail-tool-selection
tool-call-failure | narrower | pillar-tools
context-window-saturation | same | trail-context
context-window-saturation | broader | mast-1-4
context-window-saturation | narrower | pillar-memory
goal-misalignment | related | aet-progress
goal-misalignment | related | mast-3-1
intent-misalignment | same | ud-intent
intent-misalignment | same | arx-intent-plan
intent-misalignment | broader | ambiguity-collapse
intent-misalignment | related | trail-wrong-problem
specification-drift | same | mast-1-1
specification-drift | same | trail-instruction
specification-drift | related | aet-constraint
proxy-metric-collapse | related | mast-3-3
proxy-metric-collapse | related | cause-specification
ambiguity-collapse | same | mast-2-2
ambiguity-collapse | related | arx-underspecified
planning-failure | related | trail-orchestration
planning-failure | related | aet-impossible
silent-tool-use-error | related | trail-output-misread
trail-output-misread | same | arx-output-misread
trail-language-hallucination | same | arx-invention
trail-language-hallucination | same | ms-hallucination
trail-resource-abuse | broader | mast-1-3
mast-2-6 | same | aet-misalignment
aet-false-action | related | trail-tool-hallucination
ms-misread | same | ud-intent
ud-accuracy | related | ur-2
ud-form | related | trail-formatting
cause-data | related | trail-poor-retrieval
cause-adversarial | broader | ms-cross-prompt
`;
