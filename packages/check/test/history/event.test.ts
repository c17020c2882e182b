import { describe, expect, test } from 'vitest'
import type { EventType, HistoryEvent } from '../../src/index.ts'
import { operationsFromEvents } from '../../src/index.ts'

function event(client: number, type: EventType, value?: string, line?: number): HistoryEvent<string, string> {
  return {
    client,
    type,
    ...(value !== undefined && (type === 'invoke' ? { input: value } : { output: value })),
    ...(line !== undefined && { line }),
  }
}

describe('what became of an operation', () => {
  test('ok happened between its two events; times are positions', () => {
    const events = [
      event(1, 'invoke', 'a'),
      event(2, 'invoke', 'b'),
      event(2, 'ok', 'B'),
      event(1, 'ok', 'A'),
    ]
    expect(operationsFromEvents(events)).toEqual([
      { client: 1, input: 'a', output: 'A', call: 0, return: 3 },
      { client: 2, input: 'b', output: 'B', call: 1, return: 2 },
    ])
  })

  test('fail never happened', () => {
    expect(operationsFromEvents([event(1, 'invoke', 'a'), event(1, 'fail')])).toEqual([])
  })

  test('info, and an invocation without completion, stay open for ever', () => {
    const events = [event(1, 'invoke', 'a'), event(1, 'info'), event(2, 'invoke', 'b')]
    expect(operationsFromEvents(events)).toEqual([
      { client: 1, input: 'a', output: undefined, call: 0, return: Infinity },
      { client: 2, input: 'b', output: undefined, call: 2, return: Infinity },
    ])
  })

  test('after info the client may invoke again, and what it completes is the new operation', () => {
    const events = [event(1, 'invoke', 'a'), event(1, 'info'), event(1, 'invoke', 'b'), event(1, 'ok', 'B')]
    expect(operationsFromEvents(events)).toEqual([
      { client: 1, input: 'a', output: undefined, call: 0, return: Infinity },
      { client: 1, input: 'b', output: 'B', call: 2, return: 3 },
    ])
  })
})

describe('what no clients can have recorded', () => {
  test('a second invocation while the first is under way', () => {
    expect(() => operationsFromEvents([event(1, 'invoke', 'a', 4), event(1, 'invoke', 'b', 9)])).toThrow(
      'line 9: client 1 invokes again while its operation (line 4) is under way; expected its ok, fail or info first',
    )
  })

  test('a completion of nothing, or after info', () => {
    const message = 'line 6: ok of client 1 completes nothing; expected an invoke of that client before it'
    expect(() => operationsFromEvents([event(1, 'ok', 'A', 6)])).toThrow(message)
    const afterInfo = [event(1, 'invoke', 'a', 1), event(1, 'info', undefined, 2), event(1, 'ok', 'A', 6)]
    expect(() => operationsFromEvents(afterInfo)).toThrow(message)
  })

  test('the completion of another operation', () => {
    const events = [
      { client: 1, type: 'invoke', name: 'read', line: 1 },
      { client: 1, type: 'ok', name: 'write', line: 2 },
    ] as const
    expect(() => operationsFromEvents(events)).toThrow(
      'line 2: client 1 completes write, but invoked read (line 1); expected the completion of read',
    )
  })
})
