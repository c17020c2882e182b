import {
  type CasRegisterInput,
  type Operation,
  type Value,
  casRegister,
  checkLinearizability,
} from '@quorate/check'
import type { Plain } from '@quorate/core'
import type { casPaxos, singleDecree } from '@quorate/paxos'
import type { SystemProperty } from './actor-model.ts'

/** What the clients of a register see. A client asks once, so that one that is never answered blocks no other. */
export type RegisterEvent =
  | { readonly type: 'asked'; readonly client: string; readonly change: casPaxos.RegisterChange }
  | {
      readonly type: 'done'
      readonly client: string
      readonly before: singleDecree.Value
      readonly value: singleDecree.Value
    }

/** The events as operations on a register. What was never answered may have happened, or happen later. */
export function registerOperations(
  events: readonly RegisterEvent[],
): readonly Operation<CasRegisterInput, Value>[] {
  return events.flatMap((event, call) => {
    if (event.type !== 'asked') return []
    const { client, change } = event
    const end = events.findIndex((other) => other.type === 'done' && other.client === client)
    const answer = events[end]
    const output = answer?.type === 'done' ? outputOf(change, answer.before) : undefined
    return [{ client, input: change, output, call, return: end < 0 ? Infinity : end }]
  })
}

/** A cas says whether it has set the register, a write nothing. */
function outputOf(change: casPaxos.RegisterChange, before: singleDecree.Value): Value | undefined {
  if (change.op === 'read') return before
  return change.op === 'cas' ? before === change.from : undefined
}

/** Histories are few and come again in many states. */
export function linearizable<Message>(): SystemProperty<Message> {
  const verdicts = new Map<readonly Plain[], boolean>()
  const isLinearizable = (history: readonly Plain[]): boolean => {
    const known = verdicts.get(history)
    if (known !== undefined) return known
    const operations = registerOperations(history as readonly RegisterEvent[])
    const isFine =
      operations.length === 0 ||
      checkLinearizability(casRegister(), operations).verdict !== 'not linearizable'
    verdicts.set(history, isFine)
    return isFine
  }
  return {
    name: 'the register is linearizable',
    kind: 'always',
    problem: ({ history }) =>
      isLinearizable(history) ? undefined : 'what clients were told fits no order of what they asked',
  }
}

export function somethingIsDone<Message>(): SystemProperty<Message> {
  return {
    name: 'a change can be made',
    kind: 'sometimes',
    problem: ({ history }) =>
      (history as readonly RegisterEvent[]).some(({ type }) => type === 'done') ? undefined : 'none is',
  }
}
