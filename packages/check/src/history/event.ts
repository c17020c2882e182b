import { HistoryError } from './history-error.ts'
import type { ClientId, Operation } from './operation.ts'

/** What became of an operation, in Jepsen's words. */
export type EventType = 'invoke' | 'ok' | 'fail' | 'info'

/** One line of a history in event form. The order of events is the order of time. */
export interface HistoryEvent<Input = unknown, Output = unknown> {
  readonly client: ClientId
  readonly type: EventType
  /** The operation's name; when a completion has one too, the two must agree. */
  readonly name?: string
  /** Of an `invoke`. */
  readonly input?: Input
  /** Of an `ok`. */
  readonly output?: Output
  /** Where it stands in its file, for messages. */
  readonly line?: number
}

/** An operation with what became of it; one that failed for certain is there too. */
export interface OperationOutcome<Input = unknown, Output = unknown> extends Operation<Input, Output> {
  readonly outcome: Exclude<EventType, 'invoke'>
}

/** An operation that is being put together. */
interface Draft<Input, Output> {
  readonly invocation: HistoryEvent<Input, Output>
  readonly call: number
  output: Output | undefined
  return: number
  outcome: Exclude<EventType, 'invoke'>
}

/**
 * Events to operations, by Jepsen's rules: `ok` happened between its two events; `fail` never happened and
 * is left out; `info`, and an invocation with no completion, may have happened at any time after the
 * invocation, or never. Times are positions in the list. After `info` a client may invoke again: the old
 * operation stays open for ever.
 *
 * @throws HistoryError when a client invokes while it waits, or completes what it did not invoke
 */
export function operationsFromEvents<Input, Output>(
  events: Iterable<HistoryEvent<Input, Output>>,
): Operation<Input, Output>[] {
  return happened(outcomesFromEvents(events))
}

/** Those that happened or may have happened. */
export function happened<Input, Output>(
  outcomes: readonly OperationOutcome<Input, Output>[],
): Operation<Input, Output>[] {
  return outcomes
    .filter(({ outcome }) => outcome !== 'fail')
    .map((operation) => {
      const { outcome: _, ...rest } = operation
      return rest
    })
}

/**
 * As {@link operationsFromEvents}, with those that failed: another client may have seen what they had done. What
 * failed returned at its event.
 *
 * @throws HistoryError when a client invokes while it waits, or completes what it did not invoke
 */
export function outcomesFromEvents<Input, Output>(
  events: Iterable<HistoryEvent<Input, Output>>,
): OperationOutcome<Input, Output>[] {
  const drafts: Draft<Input, Output>[] = []
  const open = new Map<ClientId, Draft<Input, Output>>()
  let time = 0
  for (const event of events) {
    const draft = open.get(event.client)
    if (event.type === 'invoke') {
      if (draft !== undefined) throw alreadyWaiting(event, draft)
      const opened = newDraft(event, time)
      drafts.push(opened)
      open.set(event.client, opened)
    } else {
      if (draft === undefined) throw nothingToComplete(event)
      complete(draft, event, time)
      open.delete(event.client)
    }
    time++
  }
  return drafts.map(outcomeOf)
}

function newDraft<Input, Output>(
  invocation: HistoryEvent<Input, Output>,
  call: number,
): Draft<Input, Output> {
  return { invocation, call, output: undefined, return: Infinity, outcome: 'info' }
}

function complete<Input, Output>(
  draft: Draft<Input, Output>,
  event: HistoryEvent<Input, Output>,
  time: number,
): void {
  const { name } = draft.invocation
  if (name !== undefined && event.name !== undefined && name !== event.name) {
    throw new HistoryError({
      found: `client ${event.client} completes ${event.name}, but invoked ${name}${at(draft.invocation)}`,
      expected: `the completion of ${name}`,
      line: event.line,
    })
  }
  if (event.type !== 'ok' && event.type !== 'fail') return
  draft.outcome = event.type
  draft.return = time
  if (event.type === 'ok') draft.output = event.output
}

function outcomeOf<Input, Output>({
  invocation: { client, input },
  ...draft
}: Draft<Input, Output>): OperationOutcome<Input, Output> {
  return { client, input: input as Input, ...draft }
}

function alreadyWaiting(event: HistoryEvent, draft: Draft<unknown, unknown>): HistoryError {
  return new HistoryError({
    found: `client ${event.client} invokes again while its operation${at(draft.invocation)} is under way`,
    expected: 'its ok, fail or info first',
    line: event.line,
  })
}

function nothingToComplete(event: HistoryEvent): HistoryError {
  return new HistoryError({
    found: `${event.type} of client ${event.client} completes nothing`,
    expected: 'an invoke of that client before it',
    line: event.line,
  })
}

function at(event: HistoryEvent): string {
  return event.line === undefined ? '' : ` (line ${event.line})`
}
