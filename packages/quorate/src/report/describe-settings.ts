import type { ComparisonSettings } from '../compare/comparison.ts'
import { workloads } from '../workload/create-source.ts'
import { countOf } from './format-number.ts'

/** The settings in one line, such as `3 replicas · mvcc · workload a · 64 clients · 20 s · …`. */
export function describeSettings(settings: ComparisonSettings): string {
  const { replicas, machine, workload, clients, seconds, keys, valueBytes, seed } = settings
  return [
    countOf(replicas, 'replica'),
    machine,
    `workload ${workload}`,
    countOf(clients, 'client'),
    `${seconds} s`,
    countOf(keys, 'key'),
    `values of ${countOf(valueBytes, 'byte')}`,
    `seed ${seed}`,
  ].join(' · ')
}

/** `4 × AMD EPYC 7B13, linux, Node 20.20.2, Quorate 0.1.0` */
export function describeEnvironment({ environment }: ComparisonSettings): string {
  const { cores, cpu, platform, node, version } = environment
  return `${cores} × ${cpu}, ${platform}, Node ${node.replace(/^v/, '')}, Quorate ${version}`
}

/** `a (YCSB A: 50 % reads, 50 % updates), keys popular by Zipf’s law`, or the name alone if it is none of ours. */
export function describeWorkload({ workload }: ComparisonSettings): string {
  const description = workloads.find(({ name }) => name === workload)?.description
  return description === undefined ? workload : `${workload} (${description}), keys popular by Zipf’s law`
}
