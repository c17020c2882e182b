// Engine-only throughput: replicas in one thread, in memory, 256-byte commands. Run after a build:
//   node packages/zab/test/support/throughput.mjs [outstanding…]
import { performance } from 'node:perf_hooks'
import { majorityOf } from '@quorate/core'
import { zab } from '../../dist/index.js'

const now = { wall: 1, monotonic: 1 }
const data = new Uint8Array(256)

function makeLoop(size) {
  const ids = Array.from({ length: size }, (_, i) => i + 1)
  const definition = zab()
  const image = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }
  const nodes = ids.map((self) => ({
    id: self,
    engine: definition.create({ self, membership: majorityOf(ids), image, applied: 0 }),
    inbox: [],
    writing: [],
  }))
  for (const { engine, id } of nodes)
    for (const peer of ids) if (peer !== id) engine.step({ type: 'peerUp', peer }, now)
  return { nodes, leader: undefined, sequence: 0, underWay: 0, commits: 0, messages: 0 }
}

function turn(loop, node) {
  const { inbox, writing, engine } = node
  node.inbox = []
  node.writing = []
  for (const { from, message } of inbox) engine.step({ type: 'receive', from, message }, now)
  for (const { token, held } of writing) {
    engine.step({ type: 'persisted', token }, now)
    deliver(loop, node.id, held)
  }
  const output = engine.take()
  deliver(loop, node.id, output.send)
  if (output.persist !== undefined) node.writing.push({ token: output.persist.token, held: [] })
  for (const { token, envelopes } of output.sendAfter) {
    const write = node.writing.find((one) => one.token.sequence >= token.sequence)
    if (write === undefined) deliver(loop, node.id, envelopes)
    else write.held.push(...envelopes)
  }
  if (node === loop.leader) loop.commits += output.apply.length
}

function deliver(loop, from, envelopes) {
  loop.messages += envelopes.length
  for (const { to, message } of envelopes) loop.nodes[to - 1].inbox.push({ from, message })
}

function elect(loop) {
  while (loop.leader === undefined) {
    for (const node of loop.nodes) turn(loop, node)
    loop.leader = loop.nodes.find(({ engine }) => engine.observe().established)
  }
}

function run(loop, count, outstanding) {
  const end = loop.commits + count
  const { engine, id } = loop.leader
  while (loop.commits < end) {
    for (; loop.underWay < outstanding; loop.underWay++) {
      engine.step({ type: 'propose', request: { replica: id, sequence: ++loop.sequence }, data }, now)
    }
    const before = loop.commits
    for (const node of loop.nodes) turn(loop, node)
    loop.underWay -= loop.commits - before
  }
  for (const node of loop.nodes) {
    const { commitIndex: index, epoch, membership } = node.engine.observe()
    node.engine.step({ type: 'snapshotBuilt', meta: { index, epoch, membership } }, now)
    turn(loop, node)
  }
}

const settings = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1, 64, 512]
for (const outstanding of settings) {
  const loop = makeLoop(3)
  elect(loop)
  run(loop, 100_000, outstanding)
  const rates = []
  const cpu = []
  for (let round = 0; round < 7; round++) {
    const began = performance.now()
    const used = process.cpuUsage()
    run(loop, 100_000, outstanding)
    rates.push(Math.round((100_000 * 1000) / (performance.now() - began)))
    const { user, system } = process.cpuUsage(used)
    cpu.push(Number(((user + system) / 100_000).toFixed(2)))
  }
  rates.sort((a, b) => a - b)
  cpu.sort((a, b) => a - b)
  console.log(
    JSON.stringify({
      outstanding,
      commitsPerSecond: rates[3],
      best: rates[6],
      cpuMicrosecondsPerCommit: cpu[3],
    }),
  )
}
