import { describe, expect, it } from 'vitest'
import { parseCcf, playMoves, runCcf, type RunCcfOptions } from '@quorate/scenario'
import { raftEngine, zabEngine } from './engines.ts'

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
    [['start_node,0', 'trust_node,2,1', 'trust_nodes,2,2,1'], 'line 3: node 1 is there already'],
    [['start_node,0', 'trust_node,2,0'], 'line 2: node 0 is there already'],
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
      'periodic_one,0,10',
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
      'periodic_one,1,10',
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

  it('makes a leader without touching the links', () => {
    const lines = [
      'nodes,0,1,2',
      'connect,0,1',
      'assume_primary,2',
      'assert_is_primary,2',
      'assert_is_backup,0',
    ]
    const result = run([
      ...lines,
      'replicate,1,lonely',
      'periodic_one,2,10',
      'dispatch_all',
      'assert_detail,0,last_idx,0',
    ])
    expect(result.failures).toEqual([])
  })

  it('is its moves, too', () => {
    const { moves, names } = run(three)
    const definition = raftEngine.create({
      heartbeatInterval: 10,
      electionTimeout: { min: 100, max: 110 },
      preVote: false,
      leaderStickiness: false,
    })
    expect(playMoves({ definition, replicas: names.length }, moves).moves).toEqual(moves)
  })
})

/** The same with five nodes and PreVote. */
const five = three.with(0, 'pre_vote_enabled,true').with(3, 'trust_nodes,2,1,2,3,4')

describe("CCF's ways", () => {
  it('entries leave with the next period of their leader, in one message with its heartbeat', () => {
    const result = run([
      ...three,
      'emit_signature,2',
      'drop_pending,0',
      'dispatch_all',
      'assert_last_txid,1,2.4',
      'emit_signature,2',
      'periodic_one,0,10',
      'dispatch_single,0,1',
      'assert_last_txid,1,2.6',
      'dispatch_single,1,0',
      'assert_commit_idx,0,6',
      'dispatch_single,0,1',
      'assert_commit_idx,1,4',
    ])
    expect(result.failures).toEqual([])
  })

  it('entries that wait are lost with their leader’s office', () => {
    const result = run([
      ...three,
      'emit_signature,2',
      'periodic_one,0,100',
      'assert_is_backup,0',
      'drop_pending,0',
      'emit_signature,latest',
      'periodic_one,0,10',
      'dispatch_all',
      'assert_last_txid,0,2.5',
      'assert_last_txid,1,2.4',
    ])
    expect(result.failures).toEqual([])
  })

  it('a leader that nobody answers steps down at the end of an election timeout', () => {
    const lines = [...three, 'disconnect,0,1', 'periodic_one,0,50', 'dispatch_all', 'periodic_one,0,50']
    const served = run([...lines, 'assert_is_primary,0', 'dispatch_all', 'periodic_one,0,50'])
    expect(served.failures).toEqual([])
    const alone = run([
      ...lines,
      'disconnect,0,2',
      'dispatch_all',
      'periodic_one,0,100',
      'assert_is_backup,0',
    ])
    expect(alone.failures).toEqual([])
  })

  it('a live leader is no reason to refuse a vote, not even for the leader', () => {
    const lines = [
      ...five,
      'disconnect_node,3',
      'disconnect_node,4',
      'periodic_one,1,100',
      'assert_detail,1,leadership_state,PreVoteCandidate',
      'dispatch_one,1',
      'dispatch_one,0',
      'assert_detail,1,leadership_state,PreVoteCandidate',
      'dispatch_one,2',
      'assert_detail,1,leadership_state,Candidate',
      'assert_is_primary,0',
      'dispatch_one,1',
      'assert_is_backup,0',
    ]
    expect(run(lines).failures).toEqual([])
    expect(run(lines, { leaderStickiness: true }).failures).toMatchObject([{ line: lines.length - 3 }])
  })

  it('knows which configurations are in force', () => {
    const lines = ['start_node,0', 'emit_signature,2', 'trust_node,2,1', 'emit_signature,2']
    const more = ['assert_config,0,1,0', 'assert_config,0,3,1,0', 'assert_absent_config,1,2']
    const late = ['periodic_all,10', 'dispatch_all', 'assert_absent_config,0,1', 'assert_config,0,3,0,1']
    expect(run([...lines, 'mark_seed,here', ...more, ...late])).toMatchObject({ failures: [], met: 5 })
    expect(run([...lines, 'assert_config,0,3,0']).failures[0]!.message).toBe(
      'node 0 has the configuration 0, 1 of index 3, not 0',
    )
    expect(run([...lines, 'assert_absent_config,0,3']).failures[0]!.message).toBe(
      'node 0 has the configuration 0, 1 of index 3, not none',
    )
    expect(run([...lines, 'assert_config,0,2,0']).failures[0]!.message).toBe(
      'node 0 has no configuration of index 2, not 0',
    )
  })

  it.each([
    [['start_node,0'], 'PreVoteCandidate'],
    [['pre_vote_enabled,false', 'start_node,0'], 'Candidate'],
    [['start_node'], 'Candidate'],
    [['pre_vote_enabled,true', 'start_node'], 'PreVoteCandidate'],
  ])('PreVote, of %j: %s', (first, state) => {
    const lines = [...first, 'trust_node,latest,1', 'disconnect,0,1', 'periodic_one,1,100']
    expect(run([...lines, `assert_detail,1,leadership_state,${state}`]).failures).toEqual([])
  })

  it('has the same options for all nodes', () => {
    expect(() => run([...three, 'pre_vote_enabled,true'])).toThrow(
      'line 12: pre_vote_enabled changes its mind',
    )
    expect(() => run(['pre_vote_enabled,on', 'start_node,0'])).toThrow(
      'line 1: pre_vote_enabled takes true or false, and this is "on"',
    )
  })
})

describe('what does not hold ends the run', () => {
  it.each([
    ['assert_commit_idx,0,9', 'node 0 has commit_idx 4, not 9'],
    ['assert_isnot_primary,0', 'node 0 has leadership_state Leader, and is to have another'],
    ['assert_detail,0,mood,good', 'the detail mood is not known here'],
    ['assert_is_primary,7', 'there is no node 7'],
    ['replicate,9,x', 'nobody leads term 9'],
    ['periodic_all,soon', '"soon" is no number of milliseconds from 0 to 100000'],
  ])('%s', (line, message) => {
    const { ok, failures } = run([...three, line, 'replicate,nobody,x'])
    expect({ ok, failures }).toEqual({ ok: false, failures: [{ line: three.length + 1, message }] })
  })

  it('a script for another protocol is refused', () => {
    const message = "scripts in CCF's format are for Raft, and zab is not"
    expect(() => runCcf(three.join('\n'), { engine: zabEngine })).toThrow(message)
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
