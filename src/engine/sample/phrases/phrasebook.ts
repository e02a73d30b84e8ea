import type { FailureModeKey } from '../ground-truth';
import type { Templates } from '../grammar';
import { supportCorrections, supportSecondCorrections } from './support-corrections';
import * as turns from './support-turns';

/** What is said around any matter, in one language. */
export interface Phrasebook {
  corrections: Partial<Record<FailureModeKey, Templates>>;
  secondCorrections: Templates;
  apologies: Templates;
  apologiesFor: Partial<Record<FailureModeKey, Templates>>;
  rephraseLeads: Templates;
  stalls: Templates;
  givesUp: Templates;
  handOver: Templates;
  thanks: Templates;
  welcome: Templates;
  anythingElse: Templates;
  noThatIsAll: Templates;
  goodbye: Templates;
}

export const english: Phrasebook = {
  corrections: supportCorrections,
  secondCorrections: supportSecondCorrections,
  apologies: turns.apologies,
  apologiesFor: turns.apologiesFor,
  rephraseLeads: turns.rephraseLeads,
  stalls: turns.stalls,
  givesUp: turns.givesUp,
  handOver: turns.handOver,
  thanks: turns.thanks,
  welcome: turns.welcome,
  anythingElse: turns.anythingElse,
  noThatIsAll: turns.noThatIsAll,
  goodbye: turns.goodbye,
};
