import { describe, expect, it } from 'vitest'
import { parseCcf, playMoves, runCcf, type RunCcfOptions } from '@quorate/scenario'
import { raftEngine } from './engines.ts'

function run(lines: readonly string[], options: RunCcfOptions['options'] = {}) {
  return runCcf(lines.join('\n'), { engine: raftEngine, options })
}

const three = [
  'pre_vote_enabled,false',
  'start_node,0',
  'emit_signature,2',
  'trust_nodes,2,1,2',
  'emit_signature,2',
  'periodic_all,10',
  'dispatch_all',
  'assert_commit_idx,0,4',
  'periodic_all,10',
  'dispatch_all',
  'assert_state_sync',
]

describe('the format', () => {
  it('has a command a line, comments, and an end', () => {
    expect(parseCcf('# first\n\nstart_node,0  # then\nreplicate,2,two words\n====\nnonsense')).toEqual([
      { line: 3, name: 'start_node', args: ['0'] },
      { line: 4, name: 'replicate', args: ['2', 'two words'] },
    ])
  })

  it.each([
    ['dispatch_al', 'line 1: "dispatch_al" is no command; did you mean "dispatch_all"?'],
    ['toString', 'line 1: "toString" is no command'],
    ['\nreplicate,2', 'line 2: replicate takes 2 arguments, and there are 1'],
    ['trust_nodes,2', 'line 1: trust_nodes takes 2 to 32 arguments, and there are 1'],
    [
      'swap_node,2,0,3',
      'line 1: swap_node: changes of membership and transfers of leadership are not supported',
    ],
    ['cleanup_nodes,2,1', 'changes of membership and transfers of leadership are not supported'],
    ['nominate_successor,0', 'changes of membership and transfers of leadership are not supported'],
  ])('%j is refused', (script, message) => {
    expect(() => parseCcf(script)).toThrow(message)
  })

  it.each([
    [['replicate,2,x'], 'line 1: a script begins with start_node or nodes'],
    [[...three, 'trust_node,2,3'], undefined],
    [
      [...three, 'disconnect,0,1', 'trust_node,2,3'],
      'line 13: trust_node would change the membership of a running',
    ],
    [['start_node,0', 'swap_nodes,2,out,0,in,1'], 'line 2: swap_nodes would change the membership'],
    [['nodes,0,1', 'trust_node,1,2'], 'line 2: trust_node would change the membership'],
  ])('a cluster grows only at the start: %j', (lines, message) => {
    if (message === undefined) expect(run(lines).names).toEqual(['0', '1', '2', '3'])
    else expect(() => run(lines)).toThrow(message)
  })
})

describe('a script', () => {
  it('elects, replicates and commits up to signatures', () => {
    const result = run([
      ...three,
      'replicate,2,hello',
      'replicate,2,world',
      'assert_detail,0,last_idx,6',
      'periodic_all,10',
      'dispatch_all',
      'assert_commit_idx,0,4',
      'emit_signature,2',
      'dispatch_all',
      'assert_commit_idx,0,7',
      'assert_!commit_idx,1,7',
      'periodic_all,10',
      'dispatch_all',
      'assert_commit_idx,1,7',
      'assert_last_txid,2,2.7',
      'assert_commit_safety,0',
      'assert_state_sync',
      'state_all',
    ])
    expect(result.failures).toEqual([])
    expect(result.met).toBe(10)
  })

  it('partitions a leader and elects another', () => {
    const result = run([
      ...three,
      'disconnect_node,0',
      'replicate,2,lost',
      'emit_signature,2',
      'dispatch_all',
      'assert_commit_idx,0,4',
      'periodic_one,1,100',
      'assert_is_candidate,1',
      'dispatch_single,1,2',
      'dispatch_single,2,1',
      'assert_is_primary,1',
      'assert_isnot_primary,2',
      'assert_detail,1,current_view,3',
      'assert_!detail,0,current_view,3',
      'replicate,latest,kept',
      'emit_signature,3',
      'dispatch_all',
      'assert_commit_idx,1,6',
      'reconnect_node,0',
      'loop_until_sync',
      'assert_is_backup,0',
      'assert_last_txid,0,3.7',
      'assert_state_sync',
    ])
    expect(result.failures).toEqual([])
  })

  it('loses what is pending, and shuffles the same way each time', () => {
    const lines = [
      ...three,
      'replicate,2,a',
      'drop_pending_to,0,1',
      'replicate,2,b',
      'replicate,2,c',
      'shuffle_one,0',
      'dispatch_all_once',
      'drop_pending,2',
      'shuffle_all',
      'loop_until_sync',
    ]
    const result = run(lines)
    expect(result.failures).toEqual([])
    expect(run(lines)).toEqual(result)
  })

  it('begins without a leader after `nodes`', () => {
    const lines = ['nodes,0,1,2', 'connect,0,1', 'connect,0,2', 'periodic_one,0,110', 'dispatch_all']
    const result = run([
      ...lines,
      'assert_is_primary,0',
      'assert_detail,0,current_view,1',
      'assert_detail,0,last_idx,0',
    ])
    expect(result.failures).toEqual([])
  })

  it('is its moves, too', () => {
    const { moves, names } = run(three)
    const definition = raftEngine.create({
      heartbeatInterval: 10,
      electionTimeout: { min: 90, max: 100 },
      preVote: false,
      checkQuorum: false,
    })
    expect(playMoves({ definition, replicas: names.length }, moves).moves).toEqual(moves)
  })
})

describe('what does not hold ends the run', () => {
  it.each([
    ['assert_commit_idx,0,9', 'node 0 has commit_idx 4, not 9'],
    ['assert_isnot_primary,0', 'node 0 has leadership_state Leader, and is to have another'],
    ['assert_detail,0,mood,good', 'the detail mood is not known here'],
    ['assert_is_primary,7', 'there is no node 7'],
    ['replicate,9,x', 'nobody leads term 9'],
    ['periodic_all,soon', '"soon" is no number of milliseconds'],
  ])('%s', (line, message) => {
    const { ok, failures } = run([...three, line, 'replicate,nobody,x'])
    expect({ ok, failures }).toEqual({ ok: false, failures: [{ line: three.length + 1, message }] })
  })

  it('assert_state_sync says who differs', () => {
    const { failures } = run([...three, 'replicate,2,x', 'assert_state_sync'])
    expect(failures[0]!.message).toBe(
      'node 1 is in term 2, with a log up to 4, committed up to 4 and node 0 is in term 2, with a log up to 5, committed up to 4',
    )
  })

  it('an invariant, as well', () => {
    const lines = [...three, 'periodic_one,1,100', 'dispatch_single,1,2']
    const forgetful = [...lines, 'periodic_one,0,10', 'dispatch_single,0,2']
    expect(run(forgetful, { unsafe: { persistNoVote: true } }).ok).toBe(true)
    const unsafe = {
      name: 'unchecked',
      create: (options: object) => raftEngine.create(options),
      checks: {
        validate: () => {
          throw new Error('never right')
        },
      },
    }
    expect(runCcf(three.join('\n'), { engine: unsafe }).failures).toMatchObject([
      { line: 1, message: expect.stringContaining('engine: replica 1: never right') },
    ])
  })
})
