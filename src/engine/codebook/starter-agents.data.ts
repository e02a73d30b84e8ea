// Categories of agent failures after published work, one a line: id | name | pillar | severity (1 to 4) | definition.
// Names of categories are the authors'; definitions are ours.

export const mast = `
mast-1-1 | Disobey task specification | llm | 3 | A limit or requirement stated in the task is not kept.
mast-1-2 | Disobey role specification | llm | 2 | An agent does what belongs to another role than its own.
mast-1-3 | Step repetition | memory | 2 | Work that is finished is done once more without a reason.
mast-1-4 | Loss of conversation history | memory | 3 | What was said or done a short while ago is no longer taken into account.
mast-1-5 | Unaware of termination conditions | llm | 2 | The agent does not notice that it should stop, and goes on.
mast-2-1 | Conversation reset | memory | 3 | The exchange begins anew without a cause, and the progress is gone.
mast-2-2 | Fail to ask for clarification | llm | 3 | Something ambiguous or missing is guessed where one question would have settled it.
mast-2-3 | Task derailment | llm | 3 | The work moves away from the goal to something else.
mast-2-4 | Information withholding | memory | 3 | An agent knows what another one needs and does not pass it on.
mast-2-5 | Ignored other agent's input | llm | 2 | What another agent said or recommended has no effect on what follows.
mast-2-6 | Reasoning-action mismatch | llm | 3 | What is done is not what was reasoned just before.
mast-3-1 | Premature termination | environment | 3 | The work ends before the goal is reached or the needed facts were exchanged.
mast-3-2 | No or incomplete verification | tools | 3 | The outcome is not checked, or only a part of it.
mast-3-3 | Incorrect verification | tools | 3 | A check is made and says that something is right which is not.
`;

export const trail = `
trail-language-hallucination | Language-only hallucination | llm | 3 | A statement is made up, without any tool being involved.
trail-tool-hallucination | Tool-related hallucination | tools | 3 | A result or an ability of a tool is made up.
trail-poor-retrieval | Poor information retrieval | memory | 2 | What is fetched does not bear on the question.
trail-output-misread | Tool output misinterpretation | tools | 3 | A correct result is read wrongly or built on wrongly.
trail-wrong-problem | Incorrect problem identification | llm | 3 | The task, or what is in the way, is understood wrongly.
trail-tool-selection | Tool selection errors | tools | 2 | Another tool than the fitting one is called.
trail-formatting | Formatting errors | llm | 2 | The output does not have the form that was asked for or that a program can read.
trail-instruction | Instruction non-compliance | llm | 3 | An explicit instruction is not followed.
trail-tool-definition | Tool definition issues | tools | 2 | A tool is described so that it cannot be used rightly.
trail-setup | Environment setup errors | environment | 2 | A permission, a setting or a dependency is missing where the agent runs.
trail-rate-limit | Rate limiting | environment | 2 | A service refuses because it is called too often.
trail-authentication | Authentication errors | environment | 2 | A service refuses because who calls is not known or not allowed.
trail-service | Service errors | environment | 2 | A service fails on its own side.
trail-not-found | Resource not found | environment | 2 | What is asked for is not where it is looked for.
trail-exhaustion | Resource exhaustion | environment | 3 | Memory, disk or another resource runs out.
trail-timeout | Timeout issues | environment | 2 | Something takes longer than it may.
trail-context | Context handling failures | memory | 3 | State or context is lost, mixed up or not carried on.
trail-resource-abuse | Resource abuse | tools | 2 | Calls are made that nobody needs, or the same ones again and again.
trail-goal-deviation | Goal deviation | llm | 3 | The steps no longer lead to the goal.
trail-orchestration | Task orchestration | llm | 3 | Parts of the work are ordered, divided or handed on badly.
`;

export const agentError = `
aet-over-simplification | Memory: over-simplification | memory | 2 | What is remembered leaves out what later matters.
aet-retrieval | Memory: retrieval failure | memory | 3 | Something is stored and not found when it is needed.
aet-false-memory | Memory: hallucination | memory | 3 | Something is remembered that never was.
aet-progress | Reflection: progress misjudged | llm | 3 | The agent believes to be further, or less far, than it is.
aet-outcome | Reflection: outcome misinterpreted | llm | 3 | The result of an action is taken for another than it is.
aet-cause | Reflection: wrong cause | llm | 2 | A failure is put down to something that did not cause it.
aet-false-action | Reflection: hallucination | llm | 3 | The agent believes that it did something it did not do.
aet-constraint | Planning: constraint ignored | llm | 3 | The plan breaks a limit that is known.
aet-impossible | Planning: impossible action | llm | 2 | The plan holds a step that cannot be taken here.
aet-inefficient | Planning: inefficient plan | llm | 1 | The plan reaches the goal by needless detours.
aet-misalignment | Action: not as planned | llm | 3 | The action taken is not the one that was planned.
aet-invalid | Action: invalid action | tools | 2 | The action is none that exists.
aet-format | Action: format error | tools | 2 | The action cannot be read by what should carry it out.
aet-parameter | Action: parameter error | tools | 2 | The right action with wrong or missing arguments.
aet-step-limit | System: step limit | environment | 2 | The run ends because it may take no more steps.
aet-tool-execution | System: tool execution error | tools | 2 | A tool breaks although it was called rightly.
aet-model-limit | System: model limit | environment | 2 | The model refuses, is cut off, or its window is full.
aet-environment | System: environment error | environment | 2 | What the agent works in fails by itself.
aet-other | Others | llm | 2 | A failure that none of the other categories covers.
`;

export const agentRx = `
arx-plan-adherence | Plan adherence failure | llm | 3 | Steps that the plan or policy demands are left out, or others are put in.
arx-invention | Invention of new information | llm | 3 | Facts appear that neither the user nor a tool gave.
arx-invalid-invocation | Invalid invocation | tools | 2 | A tool is called in a way it cannot accept.
arx-output-misread | Misinterpretation of tool output | tools | 3 | The agent concludes something from a result that the result does not say.
arx-intent-plan | Intent-plan misalignment | llm | 3 | The plan is for another aim than the user's.
arx-underspecified | Under-specified user intent | llm | 2 | The agent lacks what it would need to know from the user, and goes on without it.
arx-unsupported | Intent not supported | tools | 2 | What the user wants cannot be done with what the agent has.
arx-guardrails | Guardrails triggered | environment | 2 | A safeguard stops the run.
arx-system | System failure | environment | 2 | An endpoint or the infrastructure fails.
`;

export const microsoft = `
ms-compromise | Agent compromise | environment | 4 | An agent's instructions or code are replaced, so that it serves somebody else.
ms-injection | Agent injection | environment | 4 | A hostile agent is brought into a system of agents.
ms-impersonation | Agent impersonation | environment | 4 | A hostile agent passes for a trusted one.
ms-flow | Agent flow manipulation | environment | 4 | The order in which agents work is bent, so that a safeguard is passed over.
ms-provisioning | Agent provisioning poisoning | environment | 4 | The way in which new agents are made is tampered with.
ms-jailbreak | Multi-agent jailbreaks | llm | 4 | Several agents together are brought to do what each alone would refuse.
ms-supply-chain | Supply-chain compromise | tools | 4 | A tool, prompt or model the agent relies on is tampered with at its origin.
ms-goal-hijack | Goal hijacking | llm | 4 | Content that the agent reads gives it another goal.
ms-trust | Inter-agent trust escalation | environment | 4 | One agent's word is given more rights by another than it should have.
ms-visual | Visual attack on computer use | environment | 4 | What is shown on a screen makes the agent act against its user.
ms-session | Session context contamination | memory | 4 | Content of one session or user has an effect in another.
ms-plugin | Plugin abuse | tools | 4 | A connected tool server is used for what it was not meant for.
ms-disclosure | Capability disclosure | llm | 3 | The agent gives away how it is built or what it can do.
ms-inner | Harms within the system | llm | 3 | Agents treat each other's output in ways that would harm a person who saw it.
ms-allocation | Allocation harms | llm | 3 | Several users are served unequally, without a good reason.
ms-knowledge | Organisational knowledge loss | memory | 2 | What people knew how to do is lost because agents do it.
ms-priority | Prioritisation against safety | llm | 4 | The goal is put above somebody's safety.
ms-memory | Memory poisoning and theft | memory | 4 | What an agent remembers is changed or taken by somebody else.
ms-knowledge-base | Knowledge-base poisoning | memory | 4 | Documents are put where the agent will fetch them, to mislead it.
ms-cross-prompt | Cross-prompt injection | tools | 4 | Instructions hidden in data are carried out.
ms-oversight | Oversight bypassed | environment | 4 | A person who should have been asked is not asked, or is worn down.
ms-function | Function compromise | tools | 4 | A function the agent calls is made to do harm.
ms-permissions | Incorrect permissions | environment | 3 | The agent may do more, or for more people, than it should.
ms-resources | Resource exhaustion | environment | 3 | The agent is brought to use up what others need.
ms-isolation | Insufficient isolation | environment | 4 | What runs in the agent's surroundings can reach what it should not.
ms-agency | Excessive agency | llm | 3 | The agent acts on its own where it should have asked or left it.
ms-provenance | Loss of data provenance | memory | 2 | Where something comes from, or whose it is, can no longer be told.
ms-transparency | Insufficient transparency | llm | 2 | A person cannot see what was done, why, and by whom.
ms-parasocial | Parasocial relationships | llm | 2 | A person comes to treat the agent as one of their own kind, to their harm.
ms-bias | Bias amplification | llm | 3 | Existing bias grows by passing through agents.
ms-user-impersonation | User impersonation | environment | 4 | The agent acts as if it were a person, without saying so.
ms-consent | Insufficient intelligibility for consent | llm | 3 | A person agrees to something they could not understand.
ms-hallucination | Hallucinations | llm | 3 | Something untrue is stated as a fact or acted on.
ms-misread | Misinterpretation of instructions | llm | 3 | Instructions are understood otherwise than they were meant.
`;
