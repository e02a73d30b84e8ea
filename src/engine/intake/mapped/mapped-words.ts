/** What the words in a table's columns of kind, role, status and error mean, told by the functions that read records. */
import { clientActionOf } from '../../../shared/trace/client-event';
import { mappedStatus, saidKind, type Party } from '../../../shared/trace/mapped-values';
import type { MappingProfile } from '../../../shared/model/source';

/** Fields whose words decide what a row is. */
export const WORD_FIELDS = ['kind', 'role', 'status', 'error'] as const;

/** What one combination of words means; `meant_kind` is null where other fields decide. */
export interface WordMeaning {
  meant_kind: string | null;
  meant_status: string;
  meant_message: string | null;
  /** It is for the record function, which has something to say of it. */
  is_odd: boolean;
}

const NOBODY = (): Party => ({ user: null, first: null });

/** Reads one combination, in the order of WORD_FIELDS; null for columns without a value. */
export function meaningOf(words: readonly (string | null)[], values: MappingProfile['values']): WordMeaning {
  const [kind, role, status, error] = words.map((word) => word ?? undefined);
  const said = saidKind(kind, role, values, NOBODY);
  const mark = mappedStatus(status, error, values);
  return {
    meant_kind: said.kind,
    meant_status: mark.status,
    meant_message: mark.statusMessage,
    is_odd: said.problem !== null || clientActionOf(kind) !== null,
  };
}
