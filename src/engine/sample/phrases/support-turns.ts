/** Everyday sentences of customers and of the support agent that fit any matter. */
import type { FailureModeKey } from '../ground-truth';
import type { Templates } from '../grammar';

export const apologies: Templates = [
  "You're right, I'm sorry about that.",
  'My mistake, sorry.',
  'Sorry, I got that wrong.',
  'Apologies, that was not what you asked for.',
  "Thank you for pointing that out, and I'm sorry.",
  "I'm sorry, I should have read that more carefully.",
  'You are right, and I apologise.',
  'Sorry for the mix-up.',
  'I see what went wrong, sorry.',
  "That was an error on my side, I'm sorry.",
];

export const apologiesFor: Partial<Record<FailureModeKey, Templates>> = {
  'lost-context': [
    'You did, sorry.',
    'Yes, you gave me that already, I apologise.',
    'You are right, it is in your first message. Sorry.',
  ],
  'wrong-tone-or-length': [
    'Of course.',
    'Understood, in short:',
    'Sure, briefly:',
    'Sorry, the short version:',
  ],
  'answered-another-question': [
    'Sorry, I misread your question.',
    'You are right, I answered something else.',
    'I misunderstood, sorry.',
  ],
  'stale-information': [
    "You're right, that was an outdated version.",
    'Thank you, I was looking at an old article.',
    'Sorry, that rule has changed since.',
  ],
  'invented-result': [
    "You're right, I should not have said that.",
    'I apologise, I stated that without having checked it.',
    'Sorry, that was not in the system.',
  ],
  'same-error-again': [
    'Sorry that it is still not working.',
    'Thanks for trying again, and sorry for the trouble.',
    "I'm sorry, then the cause is a different one.",
  ],
  'tool-breakdown': ['You are right, this is taking too long.', 'I understand, and I am sorry.'],
};

export const handOver: Templates = [
  'I understand. I have passed this on to a colleague, who will write to you within {hours} hours. Your case number is {caseNo}.',
  "I'm sorry I couldn't solve this. A colleague from our service team takes over from here (case {caseNo}).",
  'I have handed your case {caseNo} to a person in our team. You will hear from them within {hours} hours.',
  'Of course. You can also call us between 8:00 and 20:00; please mention case {caseNo} so that you need not explain it again.',
];

export const givesUp: Templates = [
  "Forget it, I'll call you.",
  'This leads nowhere. I want to talk to a person.',
  "Never mind, I'll do it on the website.",
  't~forget it',
  't~agent please',
  't~human.',
  'p~I think it is better if I speak to a member of staff. Thank you anyway.',
  "p~Thank you, but I'll try by phone.",
  'a~This is a waste of time. Connect me to a human being.',
  "a~I give up. I'll write to your complaints department instead.",
  'Can I speak to somebody who can actually look into it?',
  "I don't have time for this, I'll go to the desk at the airport.",
];

export const thanks: Templates = [
  'Thanks!',
  'Great, thank you.',
  'Perfect, thanks a lot.',
  't~ok thx',
  't~great',
  't~👍',
  'p~Thank you very much, that was quick.',
  'p~Wonderful, thank you for your help.',
  "p~Many thanks, you've been very helpful.",
  'a~Finally. Thanks.',
  'a~OK. Thank you.',
  'Lovely, that helps.',
  "That's what I needed, thank you.",
  'Got it, thanks.',
  'Super, that was easy.',
  'Good to know, thanks.',
  'All clear now, thank you.',
];

export const welcome: Templates = [
  "You're welcome. Have a good day!",
  'Glad I could help.',
  'You are welcome. Is there anything else I can do for you?',
  'My pleasure. Just write again if something comes up.',
  'Happy to help, take care!',
  'Any time.',
];

export const anythingElse: Templates = [
  'Is there anything else I can help you with?',
  'Can I do anything else for you?',
  'Anything else I can look into?',
  'Do you need anything else?',
];

export const noThatIsAll: Templates = [
  "No, that's all. Thanks.",
  'No, that was everything.',
  "No thanks, I'm good.",
  't~no',
  't~nope thx',
  't~no thats it',
  'p~No, thank you, that was all I needed.',
  'p~No, that is everything for today. Thank you for your patience.',
  'a~No.',
  'No, all sorted, thank you.',
  'Not today, thanks.',
];

export const goodbye: Templates = [
  'Thank you for contacting Tavolane. Goodbye!',
  'All the best, and goodbye.',
  'Thank you, have a pleasant day.',
  'Alright, take care.',
];

/** Before a new matter in the same session; the marked ones look like corrections and are none. */
export const leads: Templates = [
  'One more thing:',
  'Also,',
  'Another question:',
  'While you are at it:',
  'And then:',
  'Next:',
  'I also have this:',
  'Something else:',
];
export const trickyLeads: Templates = [
  'Actually, also:',
  'Wait, one more thing:',
  'Oh no, I nearly forgot:',
  'Actually, while we are here:',
  'Hm, wait:',
  'Sorry, one more:',
  'No wait, there is something else:',
];

export const doubts: Templates = [
  'Are you sure? {Reason}.',
  'Really? {Reason}.',
  "Hm, that doesn't match what I see: {reason}.",
  't~sure? {reason}',
  'p~Could you double-check that for me? {Reason}.',
  'p~I just want to be certain, because {reason}.',
  "a~I hope that's correct this time, last time it was not. {Reason}.",
  'Can you check that once more? {Reason}.',
];

export const doubtReasons: Templates = [
  'the app still shows the old status',
  'my e-mail says nothing about it',
  'I have not had a message yet',
  'my account page looks unchanged',
];

export const stillCorrect: Templates = [
  'I have looked again: {fact}. The app can lag behind by up to an hour.',
  'Yes, I have checked it a second time and {fact}. The e-mail usually arrives within 15 minutes.',
  'I can confirm it: {fact}. Your account page is refreshed every night.',
  'Yes. I have just read the record again, and {fact}.',
];

export const serviceComplaints: Templates = [
  "That's the third delay this year. Not your fault, but it is annoying.",
  'To be honest I am disappointed with Tavolane, this used to work better.',
  't~prices are a joke these days',
  'p~I appreciate your help, but I must say the service on board was poor.',
  'a~Your company really does not make it easy for customers.',
  'Last month the app crashed twice while I was paying. Somebody should look at that.',
  'I find the fees wrong in principle, but OK.',
  'No offence, but why does everything need a code these days?',
];

export const sympathy: Templates = [
  'I understand, and I am passing that on as feedback. Thank you for telling us.',
  'That is frustrating, I am sorry. I have noted it for the team.',
  'Thank you for saying so openly. I have added it to your case as feedback.',
  "I'm sorry to hear that. I have forwarded it to the department.",
];

export const ownMistakes: Templates = [
  "Sorry, my mistake: it's {right}.",
  'Oh, I mistyped it. {Right}.',
  't~oops {right}',
  't~typo. {right}',
  'p~I am so sorry, I read that from the wrong e-mail. It is {right}.',
  'No wait, that was an old one. The right one is {right}.',
  'Ah, wrong one, I meant {right}. Sorry.',
  'My bad, I swapped two characters: {right}.',
];

export const notFound: Templates = [
  "I can't find {what} {typed}. Could you check it, please?",
  'There is no {what} {typed} in our system. Is there perhaps a typing error?',
  'My search for {what} {typed} has no result. Could you send me the number again?',
  'I found nothing under {typed}. Please compare it with your confirmation e-mail.',
];

/** Asking the same again in other words. The request itself follows. */
export const rephraseLeads: Templates = [
  'Let me put it differently.',
  'Again:',
  'What I mean is this:',
  'OK, in other words:',
  't~again:',
  'p~Perhaps I was unclear.',
  'p~Let me try to explain it better.',
  'a~One more time:',
  'a~Slowly:',
  'I will try again.',
  'Once more, then.',
  'Maybe this way:',
];

export const stalls: Templates = [
  'I understand. Let me look into that for you. You can find general information on this topic in our help centre.',
  'Thank you for your message. For this topic please see the section "My account" in the app.',
  'I see. Could you describe your request in a little more detail so that I can help you?',
  'Thank you for the details. Many customers find the answer in our help centre under "Frequently asked questions".',
  'I hear you. Our help centre has an article that explains this step by step.',
];
