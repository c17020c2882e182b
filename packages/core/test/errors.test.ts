import { describe, expect, it } from 'vitest'
import { InvariantViolation, QuorateError, assert, firstSequence, unreachable } from '../src/index.ts'

describe('QuorateError', () => {
  it('has a code, and is not retryable and says nothing of the outcome unless told', () => {
    const error = new QuorateError('DECODE', 'bad bytes')
    expect(error).toMatchObject({
      name: 'QuorateError',
      message: 'bad bytes',
      code: 'DECODE',
      retryable: false,
      outcome: undefined,
      details: {},
    })
    expect('cause' in error).toBe(false)
  })

  it('carries cause, outcome and details', () => {
    const cause = new Error('disk')
    const error = new QuorateError('STORAGE', 'no', {
      cause,
      outcome: 'unknown',
      retryable: true,
      details: { file: 'a' },
    })
    expect(error).toMatchObject({ cause, outcome: 'unknown', retryable: true, details: { file: 'a' } })
  })
})

describe('assert', () => {
  it('does nothing for what holds', () => {
    assert(true, 'holds')
  })

  it('throws what is no QuorateError, with message and context', () => {
    const check = (): void => assert(false, 'two leaders', { term: 3 })
    expect(check).toThrow(InvariantViolation)
    expect(check).toThrow('two leaders {"term":3}')
    expect(new InvariantViolation('x', { term: 3 }).context).toEqual({ term: 3 })
    expect(new InvariantViolation('x')).not.toBeInstanceOf(QuorateError)
  })

  it('throws the violation even if its context has no JSON', () => {
    const cycle: Record<string, unknown> = {}
    cycle['self'] = cycle
    expect(() => assert(false, 'a cycle', { cycle, at: 1 })).toThrow(InvariantViolation)
    expect(() => assert(false, 'a cycle', { cycle, at: 1 })).toThrow('a cycle {cycle,at}')
    expect(() => assert(false, 'a session', { id: 2n ** 63n })).toThrow(
      'a session {"id":"9223372036854775808n"}',
    )
  })

  it('ends an exhaustive switch', () => {
    expect(() => unreachable('left' as never, 'direction')).toThrow('unreachable: direction {"value":"left"}')
  })
})

describe('firstSequence', () => {
  it('gives each incarnation 2^32 sequences of its own, all of them safe integers', () => {
    expect(firstSequence(1)).toBe(2 ** 32)
    expect(firstSequence(2) - firstSequence(1)).toBe(2 ** 32)
    expect(Number.isSafeInteger(firstSequence(2 ** 21) - 1)).toBe(true)
  })
})
