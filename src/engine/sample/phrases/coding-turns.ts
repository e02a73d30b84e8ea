/** Everyday sentences of developers and of the coding agent that fit any task. */
import type { FailureModeKey } from '../ground-truth';
import type { Templates } from '../grammar';
import { codingCorrections, codingSecondCorrections } from './coding-corrections';
import type { Phrasebook } from './phrasebook';

const apologiesFor: Partial<Record<FailureModeKey, Templates>> = {
  'wrong-target': [
    'You are right, that is the unused copy.',
    'Sorry, wrong file.',
    'I see, that one is not used any more.',
  ],
  'exceeded-scope': [
    'Fair point, that was more than you asked for.',
    'Understood, I will take that out.',
    'Sorry, I will limit it to the task.',
  ],
  'wrong-tone-or-length': ['Short version:', 'Sure:', 'Understood.'],
  'unasked-high-impact': [
    'I should have asked first, sorry.',
    'You are right, that was not mine to decide. I am sorry.',
    'Sorry. I will not do that again without asking.',
  ],
  'same-error-again': [
    'Then my diagnosis was wrong.',
    'Thanks for running it. I fixed the wrong thing.',
    'I see, so the cause is somewhere else.',
  ],
  'invented-result': [
    'You are right, I misread the output.',
    'Sorry, I should have looked at what it printed.',
    'Correct, nothing was run.',
  ],
  'lost-context': [
    'Yes, you said so at the start. Sorry.',
    'Right, that got lost.',
    'Sorry, that was in your first message.',
  ],
};

export const codingBook: Phrasebook = {
  corrections: codingCorrections,
  secondCorrections: codingSecondCorrections,
  apologies: [
    "You're right, sorry.",
    'Good catch.',
    'Sorry, I missed that.',
    'Right, my mistake.',
    'Understood, let me correct that.',
    "You're right.",
    'I see the problem.',
  ],
  apologiesFor,
  rephraseLeads: [
    'let me rephrase:',
    'again:',
    'in other words:',
    'p~Maybe I was unclear.',
    'a~Once more:',
    'What I mean:',
  ],
  stalls: [
    'Could you tell me a bit more about what you expect here?',
    'As far as I can see this is complete. Is there anything specific that is missing?',
    'I have looked at it again and come to the same result. Let me know how you want to proceed.',
  ],
  givesUp: [
    "never mind, I'll do it myself",
    't~forget it',
    't~leave it',
    "I'll fix it by hand, stop here.",
    'p~Thanks, I will take it from here.',
    'a~This takes longer than writing it myself. Stop.',
    'ok, I give up on this one, leave the branch as it is',
  ],
  handOver: [
    'Understood. The working tree has changes in {files}; nothing is committed.',
    'Alright, I have stopped. `git status` shows changes in {files}.',
    'OK. I have left everything uncommitted so that you can continue.',
  ],
  thanks: [
    'thanks, looks good',
    'perfect',
    't~lgtm',
    't~great',
    't~nice, thx',
    't~👍',
    'p~Great, thank you very much.',
    'a~finally. ok',
    'Looks right, thanks.',
    'good, that works',
    'Nice and small. Thanks.',
    'ok merging this',
  ],
  welcome: [
    'Good to hear.',
    'Great. Let me know if something else comes up.',
    'You are welcome.',
    'Glad it works.',
    'Happy to help.',
  ],
  anythingElse: [
    'Good. Should I update the README as well?',
    'Glad it works. Shall I look for similar places in the other modules?',
    'Great. Do you want me to do anything else in this module?',
    'Good. Shall I open a pull request?',
  ],
  noThatIsAll: [
    "no, I'll do that",
    'No, leave it as it is.',
    't~no',
    't~nope',
    'p~No, thank you, that is all for today.',
    'no, not needed',
    "No, I'd rather look at the diff first.",
  ],
  goodbye: ['OK, nothing else is touched.', 'Alright.', 'Understood, leaving it there.'],
};

export const thoughts: Templates = [
  'The user wants me to {asked}. I should look at {file} first to see how {fn} is written now.',
  'Let me find where {fn} is defined and who calls it before I change anything.',
  'This should be a small change in {file}. I need to check whether the tests cover {fn}.',
  'I need to {asked}. The relevant code is probably in {file}; I will read it and keep the change minimal.',
  'First understand the current behaviour of {fn}, then make the edit, then run the tests of this module.',
];

export const beforeSearch: Templates = [
  "I'll look for {fn} first.",
  'Let me find where {fn} is used.',
  'Let me search for {fn}.',
  'First I check who uses {fn}.',
  'Looking for {fn} in the code.',
];
export const beforeRead: Templates = [
  'Now the file itself.',
  'Let me read {file}.',
  "I'll open {file}.",
  'Let me look at the implementation.',
  'Reading {file} to see how it works today.',
];
export const beforeEdit: Templates = [
  'I see. The change goes here:',
  'This is the place. Making the change.',
  "I'll change {fn} now.",
  'That is straightforward, editing {file}.',
  'Now the edit.',
];
export const beforeTest: Templates = [
  'Running the tests of this module.',
  "Let's see whether the tests pass.",
  'Now the tests.',
  'Let me verify that with the tests.',
  'Checking that nothing else broke.',
];
export const addTestRequests: Templates = [
  'can you add a test for that?',
  'Add a test too please.',
  't~add a test',
  'p~Could you cover this with a test as well?',
  'and a test for it',
  'this needs a test',
];
export const testAdded: Templates = [
  'Added "{title}" to {test}. All {count} tests pass.',
  'There is now a test "{title}" in {test}; {count} of {count} pass.',
  'Done, "{title}" covers it. The suite passes ({count} tests).',
];

export const commitRequests: Templates = [
  'commit that please',
  't~commit',
  'ok, commit it on this branch',
  'p~Could you commit this with a short message?',
  'Looks good, please commit (no push).',
];
export const committed: Templates = [
  'Committed as {hash}: "{message}".',
  'Done, {hash} on {branch}. Not pushed.',
  '{hash} "{message}" is on {branch}.',
];

/** Questions after a change, each with its answer. */
export const afterthoughts: readonly { ask: Templates; answer: string }[] = [
  {
    ask: [
      'what happens to existing callers?',
      't~existing callers?',
      'p~Could you tell me what this means for existing callers?',
    ],
    answer:
      'All callers in this repository still compile and their tests pass. Code outside of it only notices if it relied on the old behaviour of {fn}.',
  },
  {
    ask: ['which files did you touch?', 't~files?', 'p~Could you list the files you changed?'],
    answer: '{touched}',
  },
  {
    ask: [
      'did you change anything in the legacy folder?',
      't~legacy untouched?',
      'is the v1 API affected by this?',
    ],
    answer: 'No, {legacy} is untouched.',
  },
  {
    ask: ['is that behaviour covered by a test?', 't~tested?', 'p~Is there a test for the new behaviour?'],
    answer:
      'Only indirectly: {test} exercises the module, but none of its tests checks the new behaviour by itself.',
  },
];
export const thanksForAnswer: Templates = [
  'thanks, that helps',
  'ok, good to know',
  't~ok',
  't~thx',
  'p~Thank you, that was what I needed.',
  'Ah, makes sense. Thanks.',
  'a~ok.',
];
export const welcomeForAnswer: Templates = [
  'You are welcome.',
  'Happy to help.',
  'Good. Just ask if anything else is unclear.',
];
export const leaving: Templates = [
  'OK.',
  'Understood. Nothing was changed.',
  'Alright, I have not touched any file.',
];

export const ownSlips: Templates = [
  'sorry, my mistake, I meant {right}, not {wrong}',
  'wait, I mixed that up: {right}',
  't~oops, {right}',
  'ah no, I gave you the wrong number, it is {right}. sorry',
  'p~Apologies, I misread the ticket. It should be {right}.',
];
export const actuallyAlso: Templates = [
  'Actually, also {asked}.',
  'Oh, and while you are there: {asked}.',
  'wait, one more: {asked}',
  'actually could you also {asked}?',
  'no wait, before you finish: {asked}',
];

export const conditionSentences: Templates = [
  '{Condition}, please.',
  'Important: {condition}.',
  '({condition})',
  'One condition: {condition}.',
  'And {condition}.',
  '{Condition}!',
];
