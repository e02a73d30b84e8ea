import { sayDay, sayMoney } from '../calendar';
import type { Conversation } from './conversation';
import { callSteadily } from './flow';
import { type Membership, membershipRecord } from './world';

/** The facts of a matter of the feature `billing`. */
export interface BillingScene {
  membership: Membership;
  slots: Record<string, string | number>;
}

export function billingScene(membership: Membership): BillingScene {
  const slots = {
    plan: membership.plan,
    price: sayMoney(membership.price),
    renewal: sayDay(membership.renewal),
    card: membership.cardEnding,
    invoiceNo: membership.invoiceNo,
    invoiceDay: sayDay(membership.invoiceDay),
    company: membership.company,
    vatId: membership.vatId,
    month: sayDay(membership.invoiceDay).replace(/^\d+ /, ''),
  };
  return { membership, slots };
}

export function getMembership(c: Conversation, s: BillingScene): void {
  callSteadily(c, 'get_membership', {}, membershipRecord(s.membership));
}
