// Measures the TCP transport between two processes on 127.0.0.1: ping-pong and streaming. Prints JSON.
//   node packages/runtime/bench/transport.mjs
import { fork } from 'node:child_process'
import { tcpTransport } from '../dist/index.js'

const identity = { cluster: 'bench', engine: 'raft', machine: { name: 'none', version: 1 } }
const isChild = process.argv[2] === 'child'
const self = isChild ? 2 : 1

const transport = await tcpTransport({
  self,
  identity,
  incarnation: 1,
  listen: { host: '127.0.0.1', port: 0 },
  peers: new Map(),
})

/** What arrives: the first byte says what to do about it. */
const kinds = { echo: 0, count: 1, report: 2 }
let onFrame = () => {}
let counted = 0
const up = new Promise((resolve) => {
  transport.start({
    peerUp: resolve,
    peerDown: () => process.exit(isChild ? 0 : 1),
    frame(peer, bytes) {
      if (!isChild) return onFrame(bytes)
      if (bytes[0] === kinds.echo) transport.send(1, bytes)
      else if (bytes[0] === kinds.count) counted += 1
      else transport.send(1, Uint8Array.of(kinds.report))
    },
  })
})

if (isChild) {
  process.on('message', (port) => transport.setPeers(new Map([[1, { host: '127.0.0.1', port }]])))
  process.send(transport.address.port)
} else {
  const child = fork(process.argv[1], ['child'])
  const port = await new Promise((resolve) => child.once('message', resolve))
  child.send(transport.address.port)
  transport.setPeers(new Map([[2, { host: '127.0.0.1', port }]]))
  await up
  const results = { node: process.version }
  for (const size of [32, 19_000]) results[`ping-pong, ${size} bytes`] = await pingPong(size, 20_000)
  for (const [size, count] of [
    [300, 600_000],
    [19_000, 60_000],
    [1 << 20, 2000],
  ]) {
    results[`streaming, ${size} bytes`] = await stream(size, count)
  }
  console.log(JSON.stringify(results, undefined, 2))
  child.kill()
  process.exit(0)
}

function pingPong(size, rounds) {
  const frame = new Uint8Array(size)
  const latencies = new Float64Array(rounds)
  const cpu = process.cpuUsage()
  return new Promise((resolve) => {
    let round = 0
    let at = performance.now()
    onFrame = () => {
      latencies[round++] = performance.now() - at
      if (round === rounds) {
        const { user, system } = process.cpuUsage(cpu)
        latencies.sort()
        return resolve({
          roundTripUs: {
            p50: +(latencies[rounds >> 1] * 1000).toFixed(1),
            p99: +(latencies[Math.floor(rounds * 0.99)] * 1000).toFixed(1),
          },
          cpuUsPerRoundTrip: +((user + system) / rounds).toFixed(1),
        })
      }
      at = performance.now()
      transport.send(2, frame)
    }
    transport.send(2, frame)
  })
}

/** Bursts of what fits, a turn of the event loop each. */
function stream(size, count) {
  const frame = new Uint8Array(size).fill(kinds.count)
  const cpu = process.cpuUsage()
  const start = performance.now()
  return new Promise((resolve) => {
    onFrame = () => {
      const seconds = (performance.now() - start) / 1000
      const { user, system } = process.cpuUsage(cpu)
      resolve({
        framesPerSecond: Math.round(count / seconds),
        megabytesPerSecond: Math.round((count * size) / 1e6 / seconds),
        senderCpuUsPerFrame: +((user + system) / count).toFixed(2),
      })
    }
    let sent = 0
    const burst = () => {
      for (let i = 0; i < 64 && sent < count; i++) {
        if (!transport.send(2, frame)) break
        sent += 1
      }
      if (sent < count) setImmediate(burst)
      else transport.send(2, Uint8Array.of(kinds.report))
    }
    burst()
  })
}
