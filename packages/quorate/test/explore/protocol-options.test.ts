import { describe, expect, it } from 'vitest'
import { protocolAsked } from '../../src/explore/protocols/protocol-asked.ts'
import { parseQuorums } from '../../src/explore/protocols/protocol-options.ts'

const defaults = { order: 'bfs', states: 10, symmetry: false, crashes: 1 } as const

describe('options of quorate explore', () => {
  it('without --protocol are an engine’s', () => {
    expect(protocolAsked(defaults, (name) => name === 'replicas')).toBeUndefined()
  })

  it('with --protocol leave open what was not said', () => {
    const asked = protocolAsked(
      { ...defaults, protocol: 'paxos', acceptors: 5 },
      (name) => name === 'acceptors',
    )
    expect(asked).toMatchObject({ protocol: 'paxos', acceptors: 5, crashes: undefined, states: 10 })
  })

  it('take over crashes that were asked for', () => {
    const asked = protocolAsked({ ...defaults, protocol: 'paxos', crashes: 0 }, (name) => name === 'crashes')
    expect(asked).toMatchObject({ crashes: 0 })
  })

  it.each([
    ['replicas', '--replicas goes with an engine, not with --protocol; say --proposers and --acceptors'],
    ['maxEpoch', '--max-epoch goes with an engine, not with --protocol; say --rounds'],
    ['drops', '--drops goes with an engine, not with --protocol; any message may be lost'],
    ['scenario', '--scenario goes with an engine, not with --protocol; the counterexample is printed'],
    ['engine', '--engine goes with an engine, not with --protocol'],
  ])('of an engine do not go with --protocol: %s', (name, message) => {
    expect(() => protocolAsked({ ...defaults, protocol: 'paxos' }, (given) => given === name)).toThrow(
      message,
    )
  })

  it.each(['proposers', 'acceptors', 'rounds', 'quorums', 'unsafe'])(
    'of a protocol do not go without it: %s',
    (name) => {
      expect(() => protocolAsked(defaults, (given) => given === name)).toThrow(
        `--${name} goes with --protocol`,
      )
    },
  )

  it('sizes of quorums are two numbers', () => {
    expect(parseQuorums('3,1')).toEqual([3, 1])
    expect(() => parseQuorums('3')).toThrow('"3" are no sizes of quorums; write 2,2')
  })
})
