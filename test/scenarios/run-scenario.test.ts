import type { AnyEngineDefinition, Engine, MonitorDefinition, Observation, Output } from '@quorate/core'
import { raft } from '@quorate/raft'
import { describe, expect, it } from 'vitest'
import { runScenario, type ScenarioEngine } from '@quorate/scenario'
import { raftEngine, zabEngine } from './engines.ts'

function run(script: string, engine: ScenarioEngine = raftEngine) {
  return runScenario(script, { engine })
}

function failureOf(script: string, engine: ScenarioEngine = raftEngine): string | undefined {
  const { failures, ok } = run(script, engine)
  expect(ok).toBe(failures.length === 0)
  return failures.map(({ line, message }) => `${line}: ${message}`)[0]
}

it('a script without a statement is refused: nothing would be shown by it', () => {
  for (const script of ['', '# nothing but words\n', 'replicas 3']) {
    expect(() => run(script)).toThrow('the script has no statements')
  }
})

describe('a statement that cannot be carried out fails the run, with its line', () => {
  it.each([
    ['elect 3\nstart 1', '2: node 1 is running'],
    ['crash 1\nelect 3\npropose 1 x', '3: node 1 is down'],
    ['timeout 1 heartbeat', '1: node 1 has no timer "heartbeat" running, but election'],
    ['deliver', '1: nothing is under way that may arrive'],
    ['deliver 1 -> 2', '1: no message is under way from 1 to 2; there is nothing'],
    [
      'timeout 1\ndeliver 1 -> 2 AppendEntries',
      '2: no AppendEntries is under way from 1 to 2; there is RequestPreVote',
    ],
    ['timeout 1\ndeliver 1 -> 2 #2', '2: no message #2 is under way from 1 to 2; there is RequestPreVote'],
    ['cut 1 2\ncut 2 1', '2: the link between 2 and 1 is cut'],
    ['heal 1 2', '1: the link between 1 and 2 is not cut'],
    ['heal 1 -> 2', '1: the link from 1 to 2 is not cut'],
    ['cut 1 -> 2\ncut 1 -> 2', '2: the link from 1 to 2 is cut'],
    ['persist 1', '1: node 1 has no writes under way'],
    ['persist 1 all', '1: node 1 has no writes under way'],
    ['crash 1 keeping 1', '1: node 1 is down, or has fewer than 1 writes under way'],
    ['snapshot 1', '1: node 1 has applied nothing since its last snapshot, or is down'],
    ['clock 1 rate 1', '1: the clock of node 1 goes at rate 1 already'],
    ['clock 2 rate 2\nclock all rate 2\nclock 1 rate 2', '3: the clock of node 1 goes at rate 2 already'],
    ['release', '1: nothing is held'],
    ['hold 1 -> 2\nrelease 1 -> 3', '2: nothing is held by these very words'],
    ['thaw 1', '1: node 1 is not frozen'],
    ['freeze 1\nfreeze 1', '2: node 1 is frozen'],
    ['expect applied 1 nothing\ncrash 1\nexpect applied 1 nothing', '3: it is not so: node 1 is down'],
    ['crash 1,2\nexpect same logs', '2: it is not so: fewer than two nodes run'],
    ['crash 1,2\nelect', '2: no leader elected within 20 seconds: nobody leads'],
    ['run 50ms until leader 1', '1: what is waited for does not come: nobody is an established leader'],
    ['deliver until writing 1', '1: what is waited for does not come: node 1 has 0 writes under way'],
  ])('%j', (script, failure) => {
    expect(failureOf(script)).toBe(failure)
  })

  it('on links that keep order, too', () => {
    expect(failureOf('deliver 1 -> 2\ndrop 2 -> 3', zabEngine)).toContain('2: the link from 2 to 3')
  })
})

describe('an expectation that is not met says what is the case', () => {
  const elected = 'elect 3\npropose 3 "a"\nsettle\nrun 100ms\n'

  it.each([
    ['leader 1', 'node 3 is the established leader of epoch 1'],
    ['no leader', 'node 3 is the established leader of epoch 1'],
    ['not leader 3', 'node 3 is the established leader of epoch 1'],
    ['role 1 leader', 'node 1 has role follower'],
    ['phase 3 candidate', 'node 3 has phase leader'],
    ['commit 1 9', 'node 1 has commit 2'],
    ['last 1 9', 'node 1 has last 2'],
    ['epoch 1 9', 'node 1 has epoch 1'],
    ['applied 1 nothing', 'node 1 has applied "a"'],
    ['disk 2 "a" "b"', 'node 2 has on disk "a"'],
    ['not same logs', 'all have applied the same'],
    ['not running 1', 'node 1 is running'],
    ['writing 1', 'node 1 has 0 writes under way'],
    ['under way Heartbeat', 'nothing is under way'],
    ['answer "a" waiting', '"a" is committed at index 2'],
    ['answer "b" waiting', 'there is no request "b", only "a"'],
    ['violation', 'nothing is violated'],
  ])('%s', (expectation, found) => {
    expect(failureOf(`${elected}expect ${expectation}`)).toBe(`5: it is not so: ${found}`)
  })

  it('and one that is met is counted', () => {
    expect(run(`${elected}expect leader 3\nexpect not leader 2`)).toMatchObject({ ok: true, met: 2 })
  })

  it('knows what is under way, and where', () => {
    const script =
      'timeout 1\nexpect under way RequestPreVote 1 -> 2\nexpect not under way RequestPreVote 2 -> 1\n'
    expect(failureOf(`${script}expect under way RequestPreVote 2 1`)).toBeUndefined()
    expect(failureOf(`${script}expect under way Heartbeat`)).toBe(
      '4: it is not so: under way are RequestPreVote 1 -> 2, RequestPreVote 1 -> 3',
    )
  })

  it('knows how requests end', () => {
    const script = [
      'read 1 linearizable as early',
      'expect answer early rejected no-leader',
      'propose 2 "early"',
      'expect answer "early" rejected',
      'elect 3',
      'hold 3 -> 1,2',
      'propose 3 "a"',
      'settle',
      'crash 3',
      'expect answer "a" lost',
    ]
    expect(failureOf(script.join('\n'))).toBeUndefined()
  })
})

describe('what is left to itself', () => {
  it('elects whom the script wants', () => {
    for (const node of [1, 2, 3, 4, 5]) {
      expect(failureOf(`replicas 5\nelect ${node}\nexpect leader ${node}`)).toBeUndefined()
    }
  })

  it('goes by the clock of each node', () => {
    expect(failureOf('elect\nexpect leader 1')).toBeUndefined()
    expect(failureOf('clock 3 rate 2\nelect\nexpect leader 3')).toBeUndefined()
    expect(failureOf('clock 1,2 rate 0.5\nelect\nexpect leader 3')).toBeUndefined()
    const electedAt = (script: string): number => {
      const { events } = run(`${script}elect 2`)
      return events.find((event) => event.type === 'timer' && event.node === 2)!.time
    }
    expect(electedAt('clock all rate 0.5\n')).toBe(2 * electedAt(''))
  })

  it('does not touch what is held, until it is released', () => {
    const script =
      'elect 3\nhold 3 -> 1\npropose 3 "x"\nrun 200ms\nexpect disk 1 nothing\nexpect disk 2 "x"\n'
    expect(failureOf(`${script}release 3 -> 1\nrun 200ms\nexpect disk 1 "x"`)).toBeUndefined()
  })

  it('holds what comes behind a held message, where links keep order', () => {
    const script = 'elect 3\nhold 3 -> 1 PROPOSAL\npropose 3 "x"\nsettle\n'
    const { failures } = run(`${script}expect under way COMMIT 3 -> 1\nexpect applied 2 "x"`, zabEngine)
    expect(failures).toEqual([])
  })

  it('lets nothing happen at a frozen node', () => {
    const script =
      'elect 3\nfreeze 3\nelect\nexpect not leader 3\nexpect epoch 3 1\nthaw 3\nrun 500ms\nexpect not epoch 3 1'
    for (const engine of [raftEngine, zabEngine]) expect(failureOf(script, engine)).toBeUndefined()
  })

  it('takes the same course each time', () => {
    const script =
      'replicas 5\nelect\npropose 2 "x"\nrun 1s\ncrash 1\nisolate 5\nrun 2s\nheal\nrestart 1\nrun 1s'
    for (const engine of [raftEngine, zabEngine]) expect(run(script, engine)).toEqual(run(script, engine))
  })
})

describe('options', () => {
  it('come from the line of the engine', () => {
    expect(failureOf('engine raft {preVote=false}\ntimeout 1\nexpect epoch 1 1')).toBeUndefined()
    expect(failureOf('timeout 1\nexpect epoch 1 0')).toBeUndefined()
  })

  it('that the engine refuses are an error', () => {
    expect(() => run('engine raft {heartbeatInterval=0}\nsettle')).toThrow(
      'raft: heartbeatInterval must be above 0',
    )
  })

  it('that nobody knows are an error, if it is known which there are', () => {
    const engine = { ...raftEngine, options: ['preVote', 'electionTimeout.min', 'unsafe.*'] }
    expect(() => run('engine raft {prevote=false}\nsettle', engine)).toThrow(
      'line 1: "prevote" is no option of raft; did you mean "preVote"?',
    )
    expect(() => run('engine raft {electionTimeout.mean=1}', engine)).toThrow(
      'line 1: "electionTimeout.mean" is no',
    )
    expect(run('engine raft {unsafe.commitOldTerms=true preVote=false}\nsettle', engine).ok).toBe(true)
  })

  it('name whom the script is for', () => {
    expect(() => run('engine zab\nsettle')).toThrow('the script is for zab, not for raft')
  })
})

/** Raft, with what one turn of replica 1 says changed. */
function lying(
  change: (output: Output, at: Observation) => Partial<Output>,
  observation?: (at: Observation) => Partial<Observation>,
): ScenarioEngine {
  const wrap = (engine: Engine): Engine => ({
    step: (input, at) => engine.step(input, at),
    take: () => {
      const output = engine.take()
      const at = engine.observe()
      return at.node === 1 ? { ...output, ...change(output, at) } : output
    },
    observe: () => {
      const at = engine.observe()
      return at.node === 1 ? { ...at, ...observation?.(at) } : at
    },
    capture: () => engine.capture(),
  })
  return {
    name: 'lying raft',
    create: (options: object): AnyEngineDefinition => {
      const definition = raft(options)
      return { ...definition, create: (init) => wrap(definition.create(init)) }
    },
  }
}

describe('a violation ends the run', () => {
  const script = 'elect 1\npropose 1 "a"\nsettle\npropose 1 "b"\nsettle\nrun 100ms'

  it('where a request is answered twice', () => {
    const twice = lying(({ apply }) => ({
      replies: apply.flatMap(({ request }) =>
        request === undefined ? [] : [{ type: 'readReady', sequence: request.sequence, index: 0 } as const],
      ),
    }))
    expect(failureOf(script, twice)).toBe('3: one-answer is violated: "a" is answered twice')
  })

  it('where what was refused is applied', () => {
    let turns = 0
    const refusing = lying((_, { lastIndex }) => {
      if (lastIndex !== 2 || turns > 0) return {}
      turns += 1
      return {
        replies: [
          { type: 'rejected', sequence: 1, reason: 'overloaded', outcome: 'definitely-not', leader: 1 },
        ],
      }
    })
    expect(failureOf(script, refusing)).toContain('definitely-not is violated: "a" was refused for good')
  })

  it('where an index is skipped, or comes out of order', () => {
    const skipping = lying(({ apply }) => ({ apply: apply.filter(({ index }) => index !== 2) }))
    expect(failureOf(script, skipping)).toContain(
      'apply-order is violated: replica 1 applies index 3 where 2 is next',
    )
  })

  it('where another entry is applied', () => {
    const forging = lying(({ apply }) => ({
      apply: apply.map((entry) => ({ ...entry, data: Uint8Array.of(1), encoded: undefined })),
    }))
    expect(failureOf(script, forging)).toContain('agreement is violated')
  })

  it('where the commit goes back, or ahead', () => {
    const back = lying(
      () => ({}),
      ({ commitIndex }) => ({ commitIndex: commitIndex === 3 ? 0 : commitIndex }),
    )
    expect(failureOf(script, back)).toContain('commit-monotone is violated')
    const ahead = lying(
      () => ({}),
      () => ({ commitIndex: 99 }),
    )
    expect(failureOf(script, ahead)).toContain(
      'index-order is violated: replica 1: more is committed than there is',
    )
  })

  it('where two lead an epoch', () => {
    const usurping = lying(
      () => ({}),
      () => ({ established: true }),
    )
    expect(failureOf('elect 3', usurping)).toContain('election-safety is violated')
  })

  it('where an engine finds itself broken: it is deaf and mute from then on', () => {
    const broken = lying(({ apply }) => {
      if (apply.some(({ index }) => index === 2)) throw new Error('the sky falls')
      return {}
    })
    expect(failureOf(script, broken)).toBe('3: assertion is violated: replica 1: the sky falls')
    const expected = `${script.replace(/\npropose 1 "b"[^]*/, '')}\nexpect violation assertion\nexpect not running 1\nelect\nexpect not leader 1`
    expect(failureOf(expected, broken)).toBeUndefined()
  })

  it("where the engine's own checks fail", () => {
    const strict = {
      ...raftEngine,
      checks: {
        validate: () => {},
        checkDelta: () => {
          throw new Error('not like this')
        },
      },
    }
    expect(failureOf('elect 3', strict)).toMatch(/^1: engine is violated: replica \d: not like this$/)
  })

  it("where the engine's monitor finds something, by its own name", () => {
    const create = (options: object): AnyEngineDefinition => {
      const monitor: MonitorDefinition = {
        invariants: ['toy third'],
        create: (blame) => ({
          created: () => {},
          given: () => {},
          taken: (node, { apply }) => {
            if (!apply.some(({ index }) => index === 3)) return
            blame({ invariant: 'toy third', message: `replica ${node} is at 3`, node, context: {} })
          },
        }),
      }
      return { ...raft(options), monitor }
    }
    const monitored: ScenarioEngine = { ...raftEngine, create }
    const three = 'elect 1\npropose 1 "a"\npropose 1 "b"\nsettle'
    expect(failureOf(three, monitored)).toMatch(/toy third is violated: replica \d is at 3$/)
    expect(failureOf(`${three}\nexpect violation "toy third"`, monitored)).toBeUndefined()
    expect(failureOf(three, { ...monitored, checks: { monitor: false } })).toBeUndefined()
  })

  it('where a replica cannot start from its disk', () => {
    const wrong: ScenarioEngine = {
      name: 'raft',
      create: (options: object) => {
        const definition = raft(options)
        return {
          ...definition,
          create: (init) => {
            const snapshot = { index: 7, epoch: 1, membership: init.membership }
            return definition.create(init.image.incarnation > 1 ? { ...init, snapshot } : init)
          },
        }
      },
    }
    expect(failureOf('elect 3\ncrash 1\nstart 1\nsettle', wrong)).toContain(
      '3: recovery is violated: replica 1 cannot start',
    )
  })

  it('unless it is expected there', () => {
    const usurping = lying(
      () => ({}),
      () => ({ established: true }),
    )
    expect(failureOf('elect 3\nexpect violation election-safety\nexpect leader 3', usurping)).toBeUndefined()
    expect(failureOf('elect 3\nexpect violation agreement', usurping)).toContain(
      'it is not so: election-safety is violated',
    )
  })
})
