// The page that test/browser.test.ts opens: runs some seeds and leaves their trace hashes in the document.
import { runSeed } from 'quorate'

/** All of a browser that this page needs. */
declare const document: { readonly body: { textContent: string } }

const lines = ['raft', 'zab', 'multi-paxos'].flatMap((engine) =>
  ['mvcc', 'znode'].flatMap((machine) =>
    [3, 7].map((seed) => {
      const { report } = runSeed({ engine, machine }, seed)
      return `${engine} ${machine} ${seed} ${report.traceHash}`
    }),
  ),
)
document.body.textContent = lines.join('\n')
