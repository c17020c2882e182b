// Measures engines alone: three replicas in one thread, in memory, 256-byte commands, all durable at once.
//   node packages/raft/test/support/throughput.mjs [milliseconds per row]
import { majorityOf } from '@quorate/core'
import { raft } from '../../dist/index.js'

const duration = Number(process.argv[2] ?? 3_000)
const at = { wall: 1, monotonic: 1 }

function createCluster(size) {
  const definition = raft()
  const membership = majorityOf(Array.from({ length: size }, (_, i) => i + 1))
  const image = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }
  const engines = membership.quorums.voters.map((self) =>
    definition.create({ self, membership, image, applied: 0 }),
  )
  return { engines, applied: 0, messages: 0, inboxes: engines.map(() => []) }
}

/** One turn of one replica: what arrived, then the output, then its write, which is durable at once. */
function turn(cluster, position) {
  const engine = cluster.engines[position]
  const inbox = cluster.inboxes[position]
  cluster.inboxes[position] = []
  for (let i = 0; i < inbox.length; i++) engine.step(inbox[i], at)
  for (;;) {
    const output = engine.take()
    post(cluster, position, output.send)
    if (position === 0) cluster.applied += output.apply.length
    if (output.persist === undefined) return
    for (const { envelopes } of output.sendAfter) post(cluster, position, envelopes)
    engine.step({ type: 'persisted', token: output.persist.token }, at)
  }
}

function post(cluster, from, envelopes) {
  for (const { to, message } of envelopes) {
    cluster.messages += 1
    cluster.inboxes[to - 1].push({ type: 'receive', from: from + 1, message })
  }
}

function settle(cluster) {
  do for (let i = 0; i < cluster.engines.length; i++) turn(cluster, i)
  while (cluster.inboxes.some((inbox) => inbox.length > 0))
}

function elect(cluster) {
  for (let i = 0; i < 3 && cluster.engines[0].observe().role !== 'leader'; i++) {
    cluster.engines[0].step({ type: 'timeout', timer: 'election' }, at)
    settle(cluster)
  }
}

function measure(outstanding, size) {
  const cluster = createCluster(size)
  elect(cluster)
  const data = new Uint8Array(256)
  const leader = cluster.engines[0]
  let sequence = 0
  let snapshotAt = 50_000
  let started = 0
  let from = 0
  let messages = 0
  const warm = performance.now() + duration / 3
  let end = Infinity
  for (;;) {
    const now = performance.now()
    if (started === 0 && now > warm) {
      started = now
      end = now + duration
      from = cluster.applied
      messages = cluster.messages
    } else if (now > end) break
    for (let batch = 0; batch < 64; batch++) {
      while (sequence - (cluster.applied - 1) < outstanding) {
        leader.step({ type: 'propose', request: { replica: 1, sequence: ++sequence }, data }, at)
      }
      settle(cluster)
    }
    if (leader.observe().commitIndex > snapshotAt) {
      for (const engine of cluster.engines) {
        const { commitIndex, epoch, membership } = engine.observe()
        engine.step({ type: 'snapshotBuilt', meta: { index: commitIndex, epoch, membership } }, at)
      }
      settle(cluster)
      snapshotAt += 50_000
    }
  }
  const commits = cluster.applied - from
  const seconds = (performance.now() - started) / 1000
  return {
    replicas: size,
    outstanding,
    'commits/s': Math.round(commits / seconds),
    'µs/commit': Number(((seconds * 1e6) / commits).toFixed(2)),
    'messages/commit': Number(((cluster.messages - messages) / commits).toFixed(3)),
  }
}

console.table([1, 64, 512].map((outstanding) => measure(outstanding, 3)))
