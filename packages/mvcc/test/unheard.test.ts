import { describe, expect, it } from 'vitest'
import { type MvccChange, type MvccCommand, mvcc } from '../src/index.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const put = (key: string, value: string, prevKv = false): MvccCommand => {
  return { type: 'put', key: bytes(key), value: bytes(value), prevKv }
}

/** Applies commands, with somebody who listens or without. */
function run(commands: readonly MvccCommand[], isUnheard: boolean): unknown {
  const machine = mvcc().create()
  const changes: MvccChange[] = []
  const sink = { push: (change: MvccChange) => void changes.push(change), isUnheard }
  const results = commands.map((command, i) =>
    machine.apply(command, { index: i + 1, epoch: 1, time: 0, request: undefined }, sink),
  )
  return { results, digest: machine.digest(), heard: changes.length }
}

describe('a machine that nobody listens to', () => {
  it('gives the same results and state, and makes no changes of puts', () => {
    const commands = [put('a', '1'), put('a', '2', true), put('b', '3', true), put('a', '4')]
    const heard = run(commands, false)
    expect(heard).toMatchObject({ heard: 4 })
    expect(run(commands, true)).toEqual({ ...(heard as object), heard: 0 })
  })
})
