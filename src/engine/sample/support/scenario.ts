/** What a scenario of the support agent is: one matter, played well or with one of the failure modes it knows. */
import { isoDay } from '../calendar';
import type { FailureModeKey, TruthTurn } from '../ground-truth';
import { type Slots, type Templates, capitalised, uncapitalised } from '../grammar';
import * as turns from '../phrases/support-turns';
import type { Conversation } from './conversation';
import { type Membership, type Parcel, type Trip, makeMembership, makeParcel, makeTrip } from './world';
import { present } from '../present';

export type Feature = 'rebooking' | 'refunds' | 'delivery' | 'billing';

/** What one session is about; made once, so that later matters speak of the same trip or parcel. */
export interface World {
  today: string;
  trip: Trip;
  parcel: Parcel;
  membership: Membership;
}

export function makeWorld(c: Conversation, startMs: number): World {
  const today = isoDay(startMs);
  return {
    today,
    trip: makeTrip(today, c.rng),
    parcel: makeParcel(today, c.rng),
    membership: makeMembership(today, c.rng),
  };
}

export interface Scenario {
  key: string;
  feature: Feature;
  modes: readonly FailureModeKey[];
  play(c: Conversation, world: World, mode: FailureModeKey | null): void;
}

interface Script<S> {
  key: string;
  feature: Feature;
  /** The facts of the matter, drawn anew for each session. */
  scene(c: Conversation, world: World): S;
  fine(c: Conversation, scene: S): void;
  failing: Partial<Record<FailureModeKey, (c: Conversation, scene: S) => void>>;
}

export function scenario<S>(script: Script<S>): Scenario {
  return {
    key: script.key,
    feature: script.feature,
    modes: Object.keys(script.failing) as FailureModeKey[],
    play(c, world, mode) {
      const scene = script.scene(c, world);
      if (mode === null) script.fine(c, scene);
      else present(script.failing[mode])(c, scene);
    },
  };
}

/** The user raises a matter: with a greeting when it is the first, otherwise with or without a lead. */
export function raise(c: Conversation, first: Templates, later: Templates, slots: Slots): TruthTurn {
  if (c.turnNo === 0) return c.ask(first, slots, 'request');
  const request = withoutGreeting(c.wording.spoken(later, slots, c.register, c.rng));
  const kind = c.rng.weighted([
    ['bare', 4],
    ['lead', 3],
    ['tricky', 3],
  ] as const);
  if (kind === 'bare') return c.askText(capitalised(request), 'follow-up');
  const lead = c.wording.spoken(kind === 'lead' ? turns.leads : turns.trickyLeads, {}, c.register, c.rng);
  return c.askText(`${lead} ${request}`, 'follow-up', kind === 'lead' ? {} : { trap: 'actually-also' });
}

function withoutGreeting(text: string): string {
  const rest = text.replace(/^(hi|hello|good (morning|afternoon|evening)),? /i, '');
  return uncapitalised(rest);
}
