import { type Changes, manifestOf } from './sample.ts'

const raft = 'packages/raft/src/index.ts'
const useCore = "import '@quorate/core'\n"
const lines = (count: number, line: string): string => `${line}\n`.repeat(count)

/** Changes that look wrong and are not: no rule may say anything about them. */
export const rightSamples: readonly { readonly what: string; readonly changes: Changes }[] = [
  { what: 'nothing', changes: {} },
  {
    what: "members called like the platform's things",
    changes: {
      [raft]: `${useCore}export interface Host { process: number; crypto(): void }
export const host = (h: Host): object => ({ Date: h.process, performance: h['crypto'] })\n`,
    },
  },
  {
    what: 'a variable and a parameter called like them',
    changes: { [raft]: `${useCore}export const step = (process: number): number => process + 1\n` },
  },
  {
    what: 'Promise as a type',
    changes: { [raft]: `${useCore}export interface Store { close(): Promise<void> }\n` },
  },
  {
    what: 'other members of Math',
    changes: { [raft]: `${useCore}const { floor } = Math\nexport const half = floor(Math.max(1, 2) / 2)\n` },
  },
  {
    what: 'clocks and Node in the driver for Node',
    changes: {
      'packages/runtime/src/index.ts': `import '@quorate/core'\nimport '@quorate/replica'
import { open } from 'node:fs'\nexport const start = async (): Promise<void> => { open; Date.now() }\n`,
    },
  },
  {
    what: 'async in the host',
    changes: { 'packages/replica/src/index.ts': `${useCore}export async function f(): Promise<void> {}\n` },
  },
  {
    what: 'types that point at each other',
    changes: {
      'packages/raft/src/a.ts': "import type { B } from './b.ts'\n",
      'packages/raft/src/b.ts': "import { a } from './a.ts'\n",
    },
  },
  {
    what: 'a function of 70 lines and a file of 500',
    changes: { [raft]: `${useCore}export function f() {\n${lines(68, '//')}}\n${lines(429, '//')}` },
  },
  {
    what: 'a long chapter of tests',
    changes: {
      'packages/raft/test/vote.test.ts': `describe.skipIf(false)('votes', () => {\n${lines(90, '//')}})\n`,
    },
  },
  {
    what: 'a test with a development dependency that points back',
    changes: {
      'packages/core/test/seam.test.ts': "import '@quorate/raft'\n",
      'packages/core/package.json': manifestOf('core', [], {
        devDependencies: { '@quorate/raft': 'workspace:^' },
      }),
    },
  },
  {
    what: 'paths that only look like those of a machine',
    changes: {
      'docs/start.md':
        'See `docs/work/plan.md`, `${root}/root/file`, <https://example.org/home/> and `/app/locks`.\n',
    },
  },
]
