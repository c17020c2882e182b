import type { Value } from '../single-decree/messages.ts'

/** What a client asks of the register, as data: functions cannot be sent, stored or compared. */
export type RegisterChange =
  | { readonly op: 'read' }
  | { readonly op: 'write'; readonly value: Value }
  | { readonly op: 'cas'; readonly from: Value; readonly to: Value }

/**
 * The change function of a register. An empty register holds null. A read is the identity, and a compare-and-set
 * that does not find what it expects leaves the register as it is: both go through consensus like any change.
 */
export function changeRegister(state: Value, change: RegisterChange): Value {
  switch (change.op) {
    case 'read':
      return state
    case 'write':
      return change.value
    case 'cas':
      return state === change.from ? change.to : state
  }
}
