/**
 * Plans an agent makes: to-do lists it keeps with a tool (`TodoWrite`, `update_plan` and their like) and numbered steps it
 * announces in a message. Reads leniently, since arguments may be cut off; knows nothing of what became of the steps.
 */
export type PlanStep = { text: string; isDone: boolean };

const planTools = /todo|update_plan|write_plan|task_?list|taskcreate|plan_?update/iu;
const item = /"(?:content|step|title|text|description|task)"\s*:\s*"((?:[^"\\]|\\.){1,400})"/gu;
const status = /"status"\s*:\s*"([a-zA-Z_ -]{1,20})"/u;
const done = /^(?:completed?|done|cancell?ed|skipped|finished|deleted)$/iu;

/** Whether a tool keeps a list of what is to be done. */
export function isPlanTool(toolName: string | null): boolean {
  return toolName !== null && planTools.test(toolName);
}

/** The items of a to-do list in a call's arguments that carry a status; those cut off are left out. */
export function stepsOfCall(input: string | null): PlanStep[] {
  if (input === null) return [];
  const items = [...input.matchAll(item)];
  return items.flatMap((match, i): PlanStep[] => {
    const end = match.index + match[0].length;
    const after = input.slice(end, items[i + 1]?.index ?? input.length);
    const before = input.slice(
      i === 0 ? 0 : (items[i - 1]?.index ?? 0) + (items[i - 1]?.[0].length ?? 0),
      match.index,
    );
    // The status stands behind the text in most tools, before it in some.
    const word =
      status.exec(after.split('}')[0] ?? '')?.[1] ?? status.exec(before.split('{').at(-1) ?? '')?.[1];
    return word === undefined
      ? []
      : [{ text: (match[1] ?? '').replaceAll('\\n', ' '), isDone: done.test(word) }];
  });
}

const announced =
  /(?<!\p{L})(?:plan|steps?|i(?:'ll|’ll| will|'m going to|’m going to| am going to)|let me|approach|schritte?n?|werde ich|ich werde|vorgehen|gehe ich|ich gehe|folgendes|[ée]tapes?|je vais|je proc[èé]der?ai|je ferai|pasos|voy a|har[ée]|siguiente|passos|vou|farei|seguinte)(?!\p{L})[^\n]{0,120}:\s*\n/iu;
const numbered = /^[ \t]*(\d{1,2})[.)][ \t]+(.{8,300})$/gmu;

/** Numbered steps an agent announces: a lead-in that ends in a colon, then at least `minSteps` numbers in order. */
export function announcedSteps(text: string, minSteps: number): string[] {
  const lead = announced.exec(text.slice(0, 2000));
  if (!lead) return [];
  const steps: string[] = [];
  for (const match of text.slice(lead.index + lead[0].length, 2000).matchAll(numbered)) {
    if (Number(match[1]) !== steps.length + 1) break;
    steps.push((match[2] ?? '').replaceAll('*', '').trim());
  }
  return steps.length >= minSteps ? steps : [];
}
