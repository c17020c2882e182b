import { defineConfig } from 'vitest/config'
import { defaultServerConditions } from 'vite'
import { doctest } from './test/doctest/plugin.ts'

export default defineConfig({
  plugins: [doctest()],
  ssr: { resolve: { conditions: ['@quorate/source', ...defaultServerConditions] } },
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
