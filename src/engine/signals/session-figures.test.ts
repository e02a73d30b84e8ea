import { describe, expect, it } from 'vitest';
import { answer, tool, trajectory, user } from '../../../test/support/trajectory';
import { locate } from './locate-failure';
import { changeRow, figureRows, readFigures } from './session-figures';

const failed = { status: 'error' as const };

describe('the figures of a session', () => {
  const session = trajectory(
    user('Move my seat, please.'),
    answer('Which booking?\n1. BK-7\n2. BK-9'),
    user('No, the other one, and not the window.'),
    tool('get_booking', '{"id":"BK-9"}', '{"seat":"4A"}'),
    tool('get_booking', '{"id":"BK-9"}', '{"seat":"4A"}'),
    tool('find_seats', '{"id":"BK-9"}', '[]'),
    tool('update_seat', '{"id":"BK-9","seat":"7C"}', '{"ok":true}'),
    tool('update_seat', '{"id":"BK-9","seat":"9C"}', '{"ok":true}'),
    tool('transfer_to_human_agents', '{"summary":"seat 9C"}', 'done'),
    tool('send_receipt', '{"id":"BK-9"}', 'Error: no address', failed),
  );

  it('are as counted by hand, with the spans they come from', () => {
    const figures = readFigures(session);
    expect(figures.listAnswers).toEqual({ value: 1, spanIds: ['s1'] });
    expect(figures.objections).toEqual({ value: 1, spanIds: ['s2'] });
    expect(figures.repeatedCalls).toEqual({ value: 1, spanIds: ['s4'] });
    expect(figures.emptyResults).toEqual({ value: 1, spanIds: ['s5'] });
    // BK-9, 7C, 9C; what failed and what went to a person changed nothing.
    expect(figures.thingsChanged).toEqual({ value: 3, spanIds: ['s6', 's7'] });
    expect(figures.changedAgain).toEqual({ value: 1, spanIds: ['s7'] });
    expect(figures.toolArguments.value).toBe(3);
    expect(figures.modelCalls.value).toBe(1);
    expect(figures.unresolvedErrors).toEqual({ value: 1, spanIds: ['s9'] });
    expect(figures.endsInError).toEqual({ value: 1, spanIds: ['s9'] });
    expect(figures.lateToolErrors.value).toBe(1);
  });

  it('count words of doubt in five languages, whole words alone', () => {
    const said = (text: string) => {
      const { unsureWords, impossibleWords } = readFigures(trajectory(user('x'), answer(text)));
      return [unsureWords.value, impossibleWords.value];
    };
    expect(said('It seems the seat is taken; I’m unable to move it and can’t refund it.')).toEqual([1, 2]);
    expect(said('Vielleicht morgen. Ich kann das leider nicht buchen.')).toEqual([1, 1]);
    expect(said('Je pense que ce n’est pas possible.')).toEqual([1, 1]);
    expect(said('Tal vez. No puedo cambiarlo.')).toEqual([1, 1]);
    expect(said('Acho que não consegui reservar.')).toEqual([1, 1]);
    expect(said('The mighty unlikely cannoteers perhapsed.')).toEqual([0, 0]);
  });

  it('look at no labels, and keep counts of nothing but no flags that are not set', () => {
    const quiet = trajectory(user('Hello'), answer('Hello, how can I help?'));
    const label = {
      spanId: null,
      traceId: null,
      name: 'reward',
      kind: 'outcome',
      annotatorKind: 'code',
    } as const;
    const labelled = { ...quiet, labels: [{ ...label, value: 0, text: 'fail', explanation: null }] };
    expect(readFigures(labelled)).toEqual(readFigures(quiet));
    const rows = figureRows(quiet);
    expect(rows.find((row) => row[1] === 'repeatedCalls')).toEqual(['session', 'repeatedCalls', 0, true]);
    expect(rows.some((row) => row[1] === 'endsInError')).toBe(false);
  });

  it('read objections in five languages, and none in thanks', () => {
    const second = (text: string) =>
      readFigures(trajectory(user('x'), answer('y'), user(text))).objections.value;
    for (const text of [
      'Nein, das ist falsch',
      'Mais non',
      'Pero eso no',
      'Não, está errado',
      'I don’t want that',
    ])
      expect(second(text)).toBe(1);
    expect(second('Great, thank you very much')).toBe(0);
  });
});

describe('the place of a failure', () => {
  it('is likelier where the agent supposes what it could have looked up, and chances add up to 1', () => {
    const places = locate(
      trajectory(
        user('What did the ticket cost?'),
        answer('I will look at the invoice.'),
        tool('read_invoice', '{"id":"A1"}', '{"total":81}'),
        answer('The invoice is read.'),
        answer('Let us assume the ticket cost 40, as is typically the case.'),
        answer('So it was 40.'),
      ),
      [],
    );
    expect(places[0]?.spanId).toBe('s4');
    expect(places[0]?.reasons).toContain('supposes something');
    expect(places.reduce((sum, one) => sum + one.probability, 0)).toBeCloseTo(1, 9);
    expect(places.map((one) => one.spanId)).not.toContain('s0');
  });

  it('is nowhere in a session without steps', () => {
    expect(locate(trajectory(user('Hello?')), [])).toEqual([]);
  });
});

describe('what a session changed', () => {
  const hashOf = (...calls: ReturnType<typeof tool>[]) =>
    changeRow(trajectory(user('Go.'), ...calls)).slice(1);
  const seat = tool('update_seat', '{"id":"BK-9","seat":"7C"}', '{"ok":true}');
  const meal = tool('update_meal', '{"id":"BK-9","meal":"M2"}', '{"ok":true}');
  const look = tool('get_booking', '{"id":"BK-1"}', '{"seat":"4A"}');

  it('is one value, whatever the order and whatever was only read', () => {
    expect(hashOf(seat, meal)).toEqual(hashOf(look, meal, seat, seat));
    expect(hashOf(seat)[0]).toBe(2);
    expect(hashOf(seat)).not.toEqual(hashOf(meal));
  });

  it('is nothing where changes failed or a shell wrote', () => {
    const nothing = hashOf(look);
    expect(nothing[0]).toBe(0);
    expect(hashOf(tool('update_seat', '{"id":"BK-9"}', 'Error: gone', failed))).toEqual(nothing);
    const shell = tool('bash', '{"command":"echo 1 > a.txt"}', '', { pillar: 'environment' });
    expect(hashOf(shell)).toEqual(nothing);
  });
});
