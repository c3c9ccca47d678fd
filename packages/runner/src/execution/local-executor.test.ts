import { testExecutor } from './executor.suite.ts';

testExecutor('local');
