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

/** An operation that is being put together. */
interface Draft<Input, Output> {
  readonly invocation: HistoryEvent<Input, Output>
  readonly call: number
  output: Output | undefined
  return: number
  failed: boolean
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
  const drafts: Draft<Input, Output>[] = []
  const open = new Map<ClientId, Draft<Input, Output>>()
  let time = 0
  for (const event of events) {
    const draft = open.get(event.client)
    if (event.type === 'invoke') {
      if (draft !== undefined) throw alreadyWaiting(event, draft)
      const opened = { invocation: event, call: time, output: undefined, return: Infinity, failed: false }
      drafts.push(opened)
      open.set(event.client, opened)
    } else {
      if (draft === undefined) throw nothingToComplete(event)
      complete(draft, event, time)
      open.delete(event.client)
    }
    time++
  }
  return drafts.filter((draft) => !draft.failed).map(operationOf)
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
  if (event.type === 'fail') draft.failed = true
  if (event.type !== 'ok') return
  draft.output = event.output
  draft.return = time
}

function operationOf<Input, Output>(draft: Draft<Input, Output>): Operation<Input, Output> {
  const { client, input } = draft.invocation
  return { client, input: input as Input, output: draft.output, call: draft.call, return: draft.return }
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
