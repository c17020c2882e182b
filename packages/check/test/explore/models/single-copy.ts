import { initialValue, type Server } from './register-system.ts'

/** Servers that each keep a value of their own: a register with one of them, none with two. */
export const singleCopy: Server<string> = {
  start: () => initialValue,
  receive(_self, state, from, [type, request, value], send) {
    if (type === 'Put') send(from, ['PutOk', request])
    if (type === 'Get') send(from, ['GetOk', request, state])
    return type === 'Put' ? (value as string) : undefined
  },
}
