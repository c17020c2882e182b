export * from '../../../packages/quorate/src/sim/index.ts'
